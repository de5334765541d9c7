using System.Collections.Frozen;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Language.Composer;

/// <summary>
/// Writes an email from rules and sentence frames, without a model and without a network. The same request and seed give the same
/// text, on every machine; another seed gives another. It speaks English only and says so in <see cref="ModelAnswer.Written.Note"/>
/// when the request does not. It answers every request, whatever the user typed.
/// </summary>
public sealed class OfflineComposer : ILanguageModel
{
    /// <summary>The name under which its answers stand.</summary>
    public const string ModelName = "offline-composer";

    /// <summary>What the user is told about an email whose subject or keywords are not English.</summary>
    public const string EnglishOnly = "The offline composer writes English only.";

    /// <summary>What the user is told about an email by a prompt of their own.</summary>
    public const string GuidanceUnread = "The offline composer writes from subject and keywords; it cannot follow a prompt's guidance.";

    private const int LongestName = 80;
    private readonly FrozenDictionary<string, ComposerScript> _scripts;

    /// <summary>Takes the composer section of every template.</summary>
    /// <exception cref="PromptFileException">A section lacks a field or holds a wrong one.</exception>
    public OfflineComposer(PromptCatalog catalog) : this(catalog.All) { }

    internal OfflineComposer(IEnumerable<PromptTemplate> templates) => _scripts = templates.ToFrozenDictionary(t => t.Id, Parse);

    /// <inheritdoc/>
    public Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult<ModelAnswer>(Write(request));
    }

    internal ModelAnswer.Written Write(ModelRequest request)
    {
        var keywords = Distinct(request.Keywords);
        var isForeign = ForeignText.IsForeign(request.Subject, keywords);
        var script = ScriptOf(request.Prompt).For(request.Subject, keywords);
        var hash = SeededChoice.Hash([request.Prompt.Id, request.Subject, .. keywords]);
        var rotation = unchecked(hash % 1_000_000 + (ulong)((long)request.Seed - int.MinValue));
        var choice = new SeededChoice(hash ^ ((ulong)(uint)request.Seed * 0xD1B54A32D192ED03UL));

        var subject = SubjectReading.Read(request.Subject, script.Leads, isForeign);
        if (subject.Form == OpeningForm.Person) script = script.ForPerson;
        var phrases = keywords.Select(k => Read(k, isForeign)).ToList();
        if (subject.Rest is { } rest && !keywords.Any(k => Words.Holds(k, rest)
            || Words.Holds(rest, k))) phrases.Add(Read(rest, isForeign));
        var paragraphs = new Draft(script, choice, rotation).Write(subject, phrases);

        var greeting = GreetingLine.For(request.ToEmail, script.IsWarm, script.IsHiring);
        var signOff = SignOff(script, greeting, choice) + ",";
        var name = Words.Clean(request.SenderName);
        if (name.Length is > 0 and <= LongestName) signOff += "\n" + name;
        var text = string.Join("\n\n", [greeting, .. paragraphs, signOff]);
        string[] notes = [isForeign || keywords.Any(Words.IsOtherScript) ? EnglishOnly : "", request.Prompt.IsOwn ? GuidanceUnread : ""];
        var note = string.Join(' ', notes.Where(n => n.Length > 0)) is { Length: > 0 } some ? some : null;
        return new ModelAnswer.Written(text, ModelName, 0, 0, note);
    }

    private ComposerScript ScriptOf(PromptTemplate prompt) =>
        prompt.IsOwn ? ComposerScript.Own : _scripts.GetValueOrDefault(prompt.Id) ?? Parse(prompt);

    /// <summary>"Yours sincerely" does not follow "Hello".</summary>
    private static string SignOff(ComposerScript script, string greeting, SeededChoice choice)
    {
        var isPlain = !greeting.StartsWith("Dear", StringComparison.Ordinal);
        var fitting = script.SignOff.Where(s => !isPlain || !s.Contains("Yours", StringComparison.Ordinal) && s != "Sincerely").ToList();
        return choice.Shuffle(fitting.Count > 0 ? fitting : script.SignOff)[0];
    }

    private static ComposerScript Parse(PromptTemplate template) =>
        ComposerScript.Parse(template.Slug + ".md", "# Composer ", template.Composer, ComposerScript.Shared);

    private static Phrase Read(string keyword, bool isForeign) => isForeign
        ? new Phrase(keyword, ForeignText.IsTime(keyword) ? PhraseKind.ForeignWhen : PhraseKind.Foreign)
        : SmallWords.Restore(KeywordReader.Read(keyword));

    /// <summary>Each keyword once, and none that another one holds.</summary>
    private static List<string> Distinct(IReadOnlyList<string> keywords)
    {
        var clean = keywords.Select(k => Words.Clean(k) is { Length: > 0 } text ? text : k.Trim()).Where(k => k.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return clean.Where((k, i) => !clean.Where((other, j) => j != i && other.Length > k.Length).Any(other
            => Words.Holds(other, k))).ToList();
    }
}
