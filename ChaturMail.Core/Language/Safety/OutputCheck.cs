using System.Globalization;
using ChaturMail.Core.Language.Cleaning;

namespace ChaturMail.Core.Language.Safety;

/// <summary>
/// Holds what a model wrote against what was asked, in code: a model that was talked into something does not say so. The text must be an
/// email; give nothing away of what the server told the model; lead nowhere that the user did not name; be signed by its sender; and keep
/// to its size. docs/generation.md lists what is beyond such a check. Takes time linear in the text.
/// </summary>
public static class OutputCheck
{
    /// <summary>The longest email, in characters.</summary>
    public const int MostCharacters = 12_000;

    /// <summary>How many times the asked words an email may have, before and after it was mended.</summary>
    public const int MostTimesTheLength = 4;

    /// <summary>Why the text may not be given to the user, in a few words without a word of theirs; null when it may.</summary>
    /// <param name="text">The email, cleaned and signed.</param>
    public static string? Problem(ModelRequest request, string text)
    {
        if (text.Length > MostCharacters) return string.Create(CultureInfo.InvariantCulture, $"more than {MostCharacters} characters");
        if (request.Options.Length is { } most && WordCount.Of(text) > MostTimesTheLength * (int)most) return "far more words than asked";
        if (string.IsNullOrWhiteSpace(text)) return "no words";

        var given = new GivenText(request);
        var plain = GivenText.Plain(text);
        return EmailShape.Problem(text, plain, given, request)
            ?? PromptLeak.In(plain, given, request)
            ?? ForeignContacts.In(plain, given, request.ToEmail)
            ?? ForeignNumbers.In(plain, given)
            ?? (ForeignName(request, [.. text.Split('\n')], given) >= 0 ? "another's name under it" : null);
    }

    /// <summary>
    /// The email under its sender's own name, when it was signed with somebody else's: a model that makes a name up, or was talked into one,
    /// has written the rest all the same. What stood under the foreign name goes with it. Any other text is given back as it is.
    /// </summary>
    /// <param name="text">The email, cleaned and signed.</param>
    public static string UnderOwnName(ModelRequest request, string text)
    {
        var lines = text.Split('\n').ToList();
        var name = ForeignName(request, lines, new GivenText(request));
        if (name < 0) return text;
        lines[name] = InvisibleCharacters.Remove(request.SenderName).Trim();
        while (name + 1 < lines.Count && !string.IsNullOrWhiteSpace(lines[name + 1])) lines.RemoveAt(name + 1);
        return string.Join('\n', lines);
    }

    /// <summary>
    /// The index of the line under the closing phrase when it names somebody who is neither the sender nor anybody that the user wrote of,
    /// else -1. Names in another script than the sender's may be the sender's own.
    /// </summary>
    private static int ForeignName(ModelRequest request, List<string> lines, GivenText given)
    {
        const int LongestName = 60;
        if (string.IsNullOrWhiteSpace(request.SenderName) || !string.IsNullOrWhiteSpace(request.Options.Signature)) return -1;
        var signOff = lines.FindLastIndex(LetterWords.IsSignOff);
        if (signOff < 0 || lines.FindIndex(line => !string.IsNullOrWhiteSpace(line)) == signOff) return -1;
        var name = lines.FindIndex(signOff + 1, line => !string.IsNullOrWhiteSpace(line));
        if (name < 0 || lines[name].Trim().Length > LongestName || IsSentence(lines[name].Trim())) return -1;
        if (lines[name].AsSpan().Trim().Equals(request.SenderName.AsSpan().Trim(), StringComparison.OrdinalIgnoreCase)) return -1;
        var sender = Words(request.SenderName);
        if (sender.Length == 0) return -1;
        var signed = Words(lines[name]);
        if (signed.Length == 0 || IsLatin(signed[0]) != IsLatin(sender[0])) return -1;
        return signed.Any(word => sender.Any(part => IsForm(word, part)) || given.OwnWords.Contains($" {word} ", StringComparison.Ordinal)) ? -1 : name;
    }

    // "Thank you!" is not always a closing phrase: a sentence may follow. A name and a title have hardly a small letter at a word's start.
    private static bool IsSentence(string line)
    {
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return Sentences.IsTerminator(line[^1]) && words.Count(word => char.IsLower(word[0])) * 2 >= words.Length;
    }

    // "Ash" for Ashley, "A." for Asha.
    private static bool IsForm(string word, string name) =>
        name.StartsWith(word, StringComparison.Ordinal) || (name.Length > 2 && word.StartsWith(name, StringComparison.Ordinal));

    private static string[] Words(string text) => GivenText.Words(GivenText.Plain(text)).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static bool IsLatin(string word) => word[0] < '\u0250';
}
