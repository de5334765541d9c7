using System.Text.RegularExpressions;

namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>A draft in its parts: greeting, paragraphs of the body, and everything from the closing phrase on. Any text has them, the outer ones perhaps empty.</summary>
/// <param name="Greeting">The first line, when it greets; else empty.</param>
/// <param name="Body">The paragraphs between, each with its own line breaks.</param>
/// <param name="Closing">From "Kind regards," to the end of the signature; may be empty.</param>
internal sealed partial record LetterParts(string Greeting, IReadOnlyList<string> Body, string Closing)
{
    private const int LongestGreeting = 80;
    private const int MostClosingLines = 10;
    private const int MostClosingWords = 8;
    private const int MostNameWords = 5;

    /// <summary>Takes a draft apart. <paramref name="signature"/>, where the draft ends with it, is part of the closing.</summary>
    public static LetterParts Of(string draft, string? signature)
    {
        var lines = draft.ReplaceLineEndings("\n").Trim().Split('\n');
        var first = IsGreeting(lines[0]) ? 1 : 0;
        var closing = ClosingStart(lines, first, signature);
        var body = string.Join('\n', lines[first..closing]).Split("\n\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new LetterParts(first == 1 ? lines[0].Trim() : "", body, string.Join('\n', lines[closing..]).Trim());
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join("\n\n", new[] { Greeting }.Concat(Body).Append(Closing).Where(part => part.Length > 0));

    /// <summary>The same letter with each paragraph of its body changed.</summary>
    public LetterParts WithBody(Func<string, string> change) => this with { Body = Body.Select(change).Where(p => p.Trim().Length > 0).ToList() };

    private static bool IsGreeting(string line) => line.Length <= LongestGreeting && Greets().IsMatch(line) && line.TrimEnd() is [.., var last]
        && (last is ',' or '!' or ':' || !(last is '.' or '?')) && WordCount.Of(line) <= 8;

    private static int ClosingStart(string[] lines, int first, string? signature)
    {
        var start = lines.Length;
        if (signature is not null && signature.ReplaceLineEndings("\n").Trim() is { Length: > 0 } own)
        {
            var count = own.Split('\n').Length;
            if (count <= lines.Length - first && string.Join('\n', lines[^count..]).TrimEnd() == own) start -= count;
        }

        for (var i = start - 1; i >= first && start - i <= MostClosingLines; i--)
            if (IsClosing(lines[i])) return i;
        // A name alone, after a blank line.
        return start == lines.Length && start - 2 > first && lines[start - 2].Length == 0 && IsName(lines[start - 1]) ? start - 1 : start;
    }

    private static bool IsClosing(string line)
    {
        var bare = line.Trim().TrimEnd(',', '.', '!');
        if (RewriteWords.Closings.Contains(bare)) return true;
        if (!line.TrimEnd().EndsWith(',') || bare.Length == 0 || !char.IsUpper(bare[0])) return false;
        // "With heartfelt sympathy, on behalf of us all," begins as a closing does.
        var comma = bare.IndexOf(',', StringComparison.Ordinal);
        return comma > 0 ? RewriteWords.Closings.Contains(bare[..comma]) : WordCount.Of(bare) <= MostClosingWords && !Greets().IsMatch(line);
    }

    private static bool IsName(string line) => WordCount.Of(line) is > 0 and <= MostNameWords && line.Trim()[^1] is not ('.' or '!' or '?' or ':')
        && line.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word => char.IsUpper(word[0]));

    [GeneratedRegex(@"^\s*(dear|hi|hello|hey|hiya|greetings|good (morning|afternoon|evening|day)|to whom)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Greets();
}
