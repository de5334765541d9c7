using System.Text;

namespace ChaturMail.Core.Language.Cleaning;

/// <summary>
/// The signature that a user gave, put under an email that a model has signed in its own way: not at all, with the sender's name, with
/// some of the signature or with all of it, in whatever case and order.
/// </summary>
internal sealed class OwnSignature
{
    private const int LongestLine = 60;
    private const int MostBetween = 6;

    private readonly List<string> _lines;
    private readonly HashSet<string> _words;

    /// <summary>The signature, without blank lines at its ends.</summary>
    /// <param name="senderName">Another name that the model may have signed with; may be empty.</param>
    public OwnSignature(string signature, string senderName)
    {
        _lines = InvisibleCharacters.Remove(signature).Trim().Split('\n').Select(line => line.TrimEnd()).ToList();
        _words = new HashSet<string>(_lines.Append(InvisibleCharacters.Remove(senderName)).SelectMany(Words), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The email with the signature as its end. An email that has it is given back as it is. Empty when there is nothing but a signature.
    /// </summary>
    public string Under(string email)
    {
        var lines = email.Split('\n').ToList();
        while (RemoveWhole(lines) || RemoveLast(lines) || MovePostscript(lines)) { }
        if (lines.Count == 0) return "";
        var isUnderSignOff = IsSignOff(lines, lines.Count - 1);
        return string.Join('\n', lines) + (isUnderSignOff ? "\n" : "\n\n") + string.Join('\n', _lines);
    }

    /// <summary>Takes the whole signature off the end.</summary>
    private bool RemoveWhole(List<string> lines)
    {
        TrimEnd(lines);
        var start = lines.Count - _lines.Count;
        if (start < 0) return false;
        for (var i = 0; i < _lines.Count; i++)
        {
            if (!lines[start + i].AsSpan().Trim().Equals(_lines[i].AsSpan().Trim(), StringComparison.OrdinalIgnoreCase)) return false;
        }

        lines.RemoveRange(start, _lines.Count);
        return true;
    }

    /// <summary>Takes one line of what the model signed with off the end.</summary>
    private bool RemoveLast(List<string> lines)
    {
        TrimEnd(lines);
        if (lines.Count == 0) return false;
        var last = lines.Count - 1;
        // Below a closing phrase stands a name, a title, or a second closing phrase.
        var isBelowSignOff = (IsShort(lines[last]) || IsSignOff(lines, last)) && SignOffAbove(lines, last) >= 0;
        if (!isBelowSignOff && !IsOfSignature(lines[last])) return false;
        // "Regards, Asha" on one line leaves its closing phrase, unless the signature brings one.
        var signOff = LetterWords.SignOffLength(lines[last]);
        if (signOff > 0 && signOff < lines[last].TrimEnd().Length && !BringsSignOff) lines[last] = lines[last][..signOff];
        else lines.RemoveAt(last);
        return true;
    }

    /// <summary>Moves the closing phrase below a postscript, so that the signature is the end of all.</summary>
    private bool MovePostscript(List<string> lines)
    {
        var signOff = SignOffAbove(lines, lines.Count);
        if (signOff < 0 || signOff == lines.Count - 1) return false;
        var closing = lines[signOff];
        lines.RemoveAt(signOff);
        // What the model signed with above the postscript.
        while (signOff < lines.Count && !IsPostscript(lines[signOff]) && !string.IsNullOrWhiteSpace(lines[signOff])) lines.RemoveAt(signOff);
        if (signOff == lines.Count) return true;
        if (lines[signOff - 1].Length == 0 && lines[signOff].Length == 0) lines.RemoveAt(signOff);
        if (!BringsSignOff) lines.AddRange(["", closing]);
        return true;
    }

    private bool BringsSignOff => LetterWords.IsSignOff(_lines[0]) || LetterWords.SignOffLength(_lines[0]) > 0;

    /// <summary>Whether every word of the line is one of the signature's or of the sender's name. A rule above a signature has none.</summary>
    private bool IsOfSignature(string line)
    {
        // The user's own closing phrase goes with their signature, the model's stays.
        if (LetterWords.IsSignOff(line)) return BringsSignOff;
        var words = Words(line).ToList();
        if (words.Count == 0) return line.All(c => c is ' ' or '-' or '–' or '—' or '_' or '=' or '*' or '~');
        var named = LetterWords.SignOffLength(line) is > 0 and var length ? Words(line[length..]).ToList() : words;
        return named.Count > 0 && named.TrueForAll(_words.Contains);
    }

    /// <summary>Whether the line is as a name, a title or a number under a closing phrase: no sentence, no item of a list.</summary>
    private static bool IsShort(string line)
    {
        var text = line.AsSpan().Trim();
        return text.Length is > 0 and <= LongestLine && text[0] is not ('-' or '*' or '•') && text[^1] is not (':' or ',')
            && (!Sentences.IsTerminator(text[^1]) || text.Length <= 12) && !IsPostscript(line) && !LetterWords.IsSignOff(line);
    }

    private static bool IsPostscript(string line)
    {
        var text = line.AsSpan().TrimStart();
        return text.StartsWith("p.s", StringComparison.OrdinalIgnoreCase) || text.StartsWith("ps:", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("ps ", StringComparison.Ordinal) || text.StartsWith("PS ", StringComparison.Ordinal);
    }

    /// <summary>The index of the closing phrase above <paramref name="end"/> with nothing but signature and postscript between, or -1.</summary>
    private static int SignOffAbove(List<string> lines, int end)
    {
        var between = 0;
        for (var i = end - 1; i > 0 && between <= MostBetween; i--)
        {
            if (IsSignOff(lines, i)) return i;
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            if (!IsShort(lines[i]) && !IsPostscript(lines[i])) return -1;
            between++;
        }

        return -1;
    }

    // A greeting is no closing phrase, so the first line never is one.
    private static bool IsSignOff(List<string> lines, int line) => line > 0 && LetterWords.IsSignOff(lines[line]);

    private static void TrimEnd(List<string> lines)
    {
        while (lines.Count > 0 && string.IsNullOrWhiteSpace(lines[^1])) lines.RemoveAt(lines.Count - 1);
    }

    private static IEnumerable<string> Words(string line)
    {
        var word = new StringBuilder();
        foreach (var c in line)
        {
            if (char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark
                or System.Globalization.UnicodeCategory.SpacingCombiningMark) word.Append(c);
            else if (word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }
        }

        if (word.Length > 0) yield return word.ToString();
    }
}
