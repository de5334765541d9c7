using System.Text;
using System.Text.RegularExpressions;

namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>Makes a draft more formal: contractions written out, casual words, greetings and closings replaced.</summary>
internal static partial class Formality
{
    /// <summary>The draft in formal words. Doing it again changes nothing.</summary>
    public static LetterParts Formalize(LetterParts letter) => letter.WithBody(Words) with { Greeting = Greeting(letter.Greeting), Closing = Closing(letter) };

    private static string Words(string paragraph)
    {
        var text = new StringBuilder();
        foreach (var token in Token.Read(RewriteWords.Formal.Replace(paragraph)))
        {
            if (RewriteWords.Faces.Contains(token.Lead + token.Core + token.Trail))
            {
                // The line break stays, and so does the blank before the next word, which is there already.
                if (token.Gap.Contains('\n', StringComparison.Ordinal)) text.Append(token.Gap);
                continue;
            }

            text.Append(token with { Trail = Calm(token) });
        }

        return text.ToString().TrimEnd();
    }

    private static string Calm(Token token) => token.Core.Length > 0 && token.Trail is ['!', ..] && token.Trail.All(c => c == '!') ? "." : token.Trail;

    private static string Greeting(string line)
    {
        if (CasualGreeting().Match(line) is not { Success: true } match) return line;
        var name = match.Groups["name"].Value.Trim();
        if (name.Length == 0 || name.Equals("there", StringComparison.OrdinalIgnoreCase)) return GreetingLine.ToNobody;
        return Everyone().IsMatch(name) ? "Dear all," : $"Dear {name},";
    }

    private static string Closing(LetterParts letter)
    {
        var end = letter.Closing.IndexOf('\n', StringComparison.Ordinal);
        var (first, rest) = end < 0 ? (letter.Closing, "") : (letter.Closing[..end], letter.Closing[end..]);
        if (!RewriteWords.FormalClosings.TryGetValue(first.Trim().TrimEnd(',', '!', '.'), out var formal)) return letter.Closing;
        var greeting = Greeting(letter.Greeting);
        return (greeting == GreetingLine.ToNobody ? "Yours faithfully" : greeting.StartsWith("Dear ", StringComparison.Ordinal) ? formal : "Kind regards") + "," + rest;
    }

    [GeneratedRegex(@"^(hi|hello|hey|hiya|greetings|good (morning|afternoon|evening|day))\b(?<name>[^,!:]*)[,!:]*\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex CasualGreeting();

    [GeneratedRegex("^(all|everyone|everybody|guys|folks|you all)$", RegexOptions.IgnoreCase)]
    private static partial Regex Everyone();
}
