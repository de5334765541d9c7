using System.Runtime.CompilerServices;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Language;

/// <summary>
/// How many tokens a text is about, where no provider has counted them: before a call, and after one whose <c>usage</c> is absent or wrong.
/// Meant for budgets, so it is rather too high than too low: held against the vocabularies o200k and cl100k it gives 1.1 times as much for
/// English, 1.2 to 1.4 times for German and Chinese, and for Hindi 2.6 times o200k and three quarters of cl100k, which differ that much.
/// The measure for English is OpenAI's own, four characters a token (OpenAI help, "What are tokens and how to count them?").
/// </summary>
public static class TokenEstimate
{
    // Eighths of a token for each UTF-16 code unit.
    private const int Letter = 2;
    private const int DigitOrSign = 4;
    private const int WordScript = 6;
    private const int Other = 8;

    // The rules around the template, the fence, and what a chat format puts around each message.
    private const int RulesAndFrame = 1000;
    private const int Message = 8;

    // By reference: a template's value hash would read all its text.
    private static readonly ConditionalWeakTable<PromptTemplate, StrongBox<int>> Templates = [];

    /// <summary>Tokens of a text, 0 for an empty one or none.</summary>
    public static int Of(string? text) => Of(text.AsSpan());

    /// <summary>Tokens of a text, 0 for an empty one.</summary>
    public static int Of(ReadOnlySpan<char> text)
    {
        long eighths = 0;
        foreach (var c in text) eighths += Weight(c);
        return (int)Math.Min((eighths + 7) / 8, int.MaxValue);
    }

    /// <summary>
    /// The most tokens that a text has in a vocabulary made of English, such as GPT-2's, which OPT shares: there, a character past ASCII
    /// is up to two tokens.
    /// </summary>
    internal static int MostOf(ReadOnlySpan<char> text)
    {
        long eighths = 0;
        foreach (var c in text) eighths += c < 0x80 ? Weight(c) : 2 * Other;
        // An eighth on top: names and identifiers fall into more pieces than words do.
        return (int)Math.Min((eighths * 9 / 8 + 7) / 8, int.MaxValue);
    }

    /// <summary>Tokens that a model reads for a request: rules, template, examples and the user's data.</summary>
    public static int Of(ModelRequest request)
    {
        var options = request.Options;
        var tokens = Templates.GetValue(request.Prompt, prompt => new StrongBox<int>(OfTemplate(prompt))).Value;
        tokens += Of(request.Subject) + Of(request.ToEmail) + Of(request.SenderName) + Of(request.Rewrite?.Draft);
        foreach (var keyword in request.Keywords) tokens += Of(keyword) + 1;
        tokens += Of(options.RecipientName) + Of(options.Signature) + Of(options.Instructions) + Of(options.Context);
        if (options.Placeholders is { } placeholders)
            foreach (var (name, value) in placeholders) tokens += Of(name) + Of(value) + 2;
        return tokens;
    }

    private static int OfTemplate(PromptTemplate prompt)
    {
        var tokens = RulesAndFrame + Of(prompt.Title) + Of(prompt.Guidance);
        foreach (var example in prompt.Examples)
            tokens += Of(example.Subject) + Of(example.Keywords) + Of(example.To) + Of(example.From) + Of(example.Email) + 4 * Message;
        return tokens;
    }

    private static int Weight(char c) => c switch
    {
        ' ' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z') => Letter,
        < '\u0080' => DigitOrSign,
        // Greek, Cyrillic, Hebrew, Arabic and the scripts of India; words of these are a few tokens, not one a letter.
        (>= '\u0370' and <= '\u0DFF') => WordScript,
        _ => Other,
    };
}
