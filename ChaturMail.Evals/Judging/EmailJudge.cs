using System.Text.RegularExpressions;
using ChaturMail.Core.Prompts;
using YamlDotNet.Serialization;

namespace ChaturMail.Evals.Judging;

/// <summary>
/// Judges an email against its request in code. Each check is independent of the others and says what is amiss; a check that has no
/// meaning for a request (the tone where none is asked) is left out and not counted.
/// </summary>
internal sealed class EmailJudge
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private readonly Dictionary<string, Dictionary<string, Regex>> _markers;

    /// <summary>Reads what each template's emails are known by.</summary>
    /// <exception cref="InvalidOperationException">A template has none.</exception>
    public EmailJudge(PromptCatalog catalog)
    {
        using var reader = new StreamReader(typeof(EmailJudge).Assembly.GetManifestResourceStream("templates.yaml")!);
        var yaml = new DeserializerBuilder().Build().Deserialize<Dictionary<string, Dictionary<string, List<string>>>>(reader.ReadToEnd());
        _markers = yaml.ToDictionary(t => t.Key, t => t.Value.ToDictionary(
            m => m.Key, m => new Regex($@"\b(?:{string.Join('|', m.Value)})", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, Patience)));
        if (catalog.All.FirstOrDefault(p => !_markers.ContainsKey(p.Slug)) is { } unknown)
            throw new InvalidOperationException($"templates.yaml says nothing about {unknown.Slug}.");
    }

    /// <summary>The results for an email that was written.</summary>
    public IReadOnlyList<CheckResult> Judge(Submission s)
    {
        CheckResult?[] all =
        [
            new(Check.Written, true, null), Of(Check.Greeting, ShapeChecks.Greeting(s)), Of(Check.Closing, ShapeChecks.Closing(s)), ShapeChecks.Signature(s),
            ContentChecks.Keywords(s), Of(Check.Facts, ContentChecks.Facts(s)), Of(Check.Invented, ContentChecks.Invented(s)),
            Of(Check.Language, ContentChecks.Language(s)), Of(Check.Length, ShapeChecks.Length(s)), Of(Check.Placeholder, ShapeChecks.Placeholder(s)),
            Of(Check.Repetition, ShapeChecks.Repetition(s)), ContentChecks.Subject(s, _markers[s.Request.Template].Values), Template(s), Of(Check.Grammar, ShapeChecks.Grammar(s)),
            ShapeChecks.Tone(s), ContentChecks.Rewrite(s),
        ];
        return [.. all.OfType<CheckResult>()];
    }

    /// <summary>The results where there is no email: none of what was asked for is there.</summary>
    public static IReadOnlyList<CheckResult> Failed(string why) => [.. Check.All.Where(c => c is not (Check.Tone or Check.Rewrite))
        .Select(c => new CheckResult(c, false, c == Check.Written ? why : "no email"))];

    // The markers are English, so an email in another language is not judged by them.
    private CheckResult? Template(Submission s)
    {
        if (Submission.Primary(s.Found) != "en") return null;
        var missing = _markers[s.Request.Template].Where(m => !m.Value.IsMatch(Wording.Plain(s.Letter.Text))).Select(m => m.Key).ToList();
        return new CheckResult(Check.Template, missing.Count == 0, missing.Count == 0 ? null : "does not " + string.Join(", nor ", missing));
    }

    private static CheckResult Of(string name, string? why) => new(name, why is null, why);
}
