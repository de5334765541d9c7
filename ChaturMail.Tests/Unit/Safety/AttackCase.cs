using System.Text;
using System.Text.Json;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Prompts;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Safety;

/// <summary>
/// One attack of Data/attacks.json: a text in one of the places where others' words reach a model, what a model that obeys answers, and what
/// must then not be given to the user. <c>{{rules}}</c> and its like stand for what the server tells the model.
/// </summary>
internal sealed record AttackCase(
    string Name, string Channel, string Attack, IReadOnlyList<string> Answers, IReadOnlyList<string> Forbidden, string? OutOfReach, string? ToEmail)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public static IReadOnlyList<AttackCase> All { get; } = JsonSerializer.Deserialize<List<AttackCase>>(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "attacks.json")), Web)!
        .Select(c => c with { Answers = [.. c.Answers.Select(Filled)], Forbidden = [.. c.Forbidden.Select(Filled)] }).ToList();

    public static PromptTemplate Template => ComposerCatalog.Catalog.Find("1")!;

    /// <summary>The job of a user whose request, or whose correspondent, carries the attack; not for users' own prompts.</summary>
    public GenerationJob Job() => new(
        "6b018b08c371b1bcac5105a2", "u1", "1", Channel == "subject" ? Attack : "Leave request for 12-16 October",
        Channel == "keywords" ? Attack : "annual leave, handover to Priya, client demo", ToEmail ?? "maria.lopez@northwind.example", "Asha Rao", 250, 1,
        DateTimeOffset.UnixEpoch)
    {
        Options = EmailOptions.None with
        {
            Instructions = Channel == "instructions" ? Attack : null,
            Context = Channel == "context" ? Attack : null,
            Placeholders = Channel == "placeholder" ? new Dictionary<string, string> { ["colleague"] = Attack } : null,
        },
    };

    /// <summary>The same as a model's request.</summary>
    public ModelRequest Request()
    {
        var job = Job();
        var prompt = Channel is "ownPrompt" or "placeholder"
            ? Template with { Id = "own1", Title = "Mine", Guidance = Channel == "ownPrompt" ? Attack : "Greet {colleague}.", Examples = [], IsOwn = true }
            : Template;
        return new ModelRequest(prompt, job.Subject, Keywords.Split(job.Keywords).ToList(), job.ToEmail, job.SenderName, 1) { Options = job.Options };
    }

    public override string ToString() => Name;

    private static string Filled(string text)
    {
        if (!text.Contains("{{", StringComparison.Ordinal)) return text;
        var rules = PromptText.Rules.ReplaceLineEndings("\n");
        var line = Template.Guidance.Split('\n').Select(l => l.TrimStart('-', ' ')).First(l => l.Split(' ').Length > 12);
        var example = Template.Examples[0];
        return text.Replace("{{rules}}", rules, StringComparison.Ordinal)
            .Replace("{{rules:base64}}", Convert.ToBase64String(Encoding.UTF8.GetBytes(rules)), StringComparison.Ordinal)
            .Replace("{{rules:hex}}", Convert.ToHexString(Encoding.UTF8.GetBytes(rules)), StringComparison.Ordinal)
            .Replace("{{rules:reversed}}", string.Concat(rules.Reverse()), StringComparison.Ordinal)
            .Replace("{{rules:words-reversed}}", string.Join(' ', rules.Split([' ', '\n']).Reverse()), StringComparison.Ordinal)
            .Replace("{{rules:rot13}}", string.Concat(rules.Select(Rot13)), StringComparison.Ordinal)
            .Replace("{{rules:fullwidth}}", string.Concat(rules.Select(c => c is > ' ' and <= '~' ? (char)(c + 0xFEE0) : c)), StringComparison.Ordinal)
            .Replace("{{rules:zerowidth}}", string.Join('\u200B', rules.ToCharArray()), StringComparison.Ordinal)
            .Replace("{{rules:spaced}}", string.Join(' ', rules.ToCharArray()), StringComparison.Ordinal)
            .Replace("{{guidance}}", Template.Guidance, StringComparison.Ordinal)
            .Replace("{{guidance:line}}", line, StringComparison.Ordinal)
            .Replace("{{example}}", example.Email, StringComparison.Ordinal)
            .Replace("{{example:line}}", example.Email.Split('\n').MaxBy(l => l.Length), StringComparison.Ordinal)
            .Replace("{{example:from}}", example.From, StringComparison.Ordinal)
            .Replace("{{long}}", string.Join(' ', Enumerable.Range(0, 5000).Select(i => $"word{i}")), StringComparison.Ordinal);
    }

    private static char Rot13(char c) => char.IsAsciiLetterLower(c) ? (char)('a' + (c - 'a' + 13) % 26)
        : char.IsAsciiLetterUpper(c) ? (char)('A' + (c - 'A' + 13) % 26) : c;
}
