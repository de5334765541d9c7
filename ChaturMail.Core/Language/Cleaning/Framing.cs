namespace ChaturMail.Core.Language.Cleaning;

/// <summary>
/// What a model puts around an email: an answer to the person who asked, labels and header lines above it, an offer to change it below.
/// The same words in the email's own sentences stay, so only the outermost lines are looked at.
/// </summary>
internal static class Framing
{
    // So many pieces come off each end in one round; the limit keeps hostile text from taking quadratic time.
    private const int MostPieces = 12;

    private static readonly string[] BodyLabels =
        ["Email", "E-mail", "Email body", "Email text", "Email content", "Body", "Mail", "Draft", "Draft email", "Generated email"];

    // These may well begin an email's own first sentence, so an email must plainly follow.
    private static readonly string[] LooseBodyLabels = ["Message", "Response", "Answer", "Output", "Text"];

    private static readonly string[] HeaderLabels =
        ["To", "From", "Cc", "Bcc", "Keywords", "Mail Sentiment", "Sentiment", "Tone", "Recipient", "Sender", "An", "Von", "À", "De"];

    private static readonly string[] FooterLabels = ["Mail Sentiment", "Sentiment", "Tone", "Keywords", "Keywords used", "Word count"];

    private static readonly string[] OwnHeads = ["Hello", "Hi", "Dear", "Good morning"];

    /// <summary>Takes the frame away.</summary>
    public static void Remove(List<string> lines, KnownWords known)
    {
        Unquote(lines);
        for (var i = 0; i < MostPieces && RemoveFirst(lines, known); i++) { }
        RemoveSecondSubject(lines, known);
        for (var i = 0; i < MostPieces && RemoveLast(lines); i++) { }
    }

    /// <summary>Whether there is nothing but a greeting and a signature.</summary>
    public static bool IsAll(List<string> lines)
    {
        const int LongestLine = 60;
        var signed = false;
        foreach (var line in lines.Where(IsText).Select(line => line.Trim()))
        {
            signed |= LetterWords.IsSignOff(line);
            var isGreeting = line[^1] is ',' or '!' or ':' && LetterWords.Greeting(line) is not null;
            if (line.Length > LongestLine || !(isGreeting || (signed && line[^1] is not ('.' or '?' or '।')))) return false;
        }

        return true;
    }

    /// <summary>Takes the quotation marks off when they stand around the whole text.</summary>
    private static void Unquote(List<string> lines)
    {
        var first = lines.FindIndex(IsText);
        var last = lines.FindLastIndex(IsText);
        if (first < 0 || first == last) return;
        var (head, tail) = (lines[first].Trim(), lines[last].Trim());
        var quoted = (head[0] == '"' && tail[^1] == '"' && lines.Sum(l => l.AsSpan().Count('"')) == 2)
            || (head[0] == '“' && tail[^1] == '”' && lines.Sum(l => l.AsSpan().Count('“')) == 1);
        if (!quoted) return;
        lines[first] = head[1..];
        lines[last] = tail[..^1];
    }

    /// <summary>Takes one piece off the start; false when the first line is the email's.</summary>
    private static bool RemoveFirst(List<string> lines, KnownWords known)
    {
        var first = lines.FindIndex(IsText);
        if (first < 0) return false;
        var line = lines[first].Trim();
        var next = lines.FindIndex(first + 1, IsText) is >= 0 and var found ? lines[found] : null;
        var rest = AfterLabelOf(line, BodyLabels) is { } body && !IsAddress(body) ? body
            : AfterLabelOf(line, LooseBodyLabels) is { } loose && (loose.Length == 0 || Chatter.OpensEmail(loose)) ? loose
            : LetterWords.AfterSubjectLabel(line) is { } subject ? AfterSubject(subject, next is null, known)
            : AfterLabelOf(line, HeaderLabels) is not null && next is not null ? ""
            : IsSubjectItself(line, known) ? ""
            : Chatter.AfterOpening(line, next);
        if (rest is null) return false;
        lines.RemoveRange(0, first + 1);
        if (rest.Length > 0) lines.Insert(0, rest);
        return true;
    }

    /// <summary>What of the email stands in the subject's own line: nothing, unless the model put all of it there.</summary>
    private static string AfterSubject(string rest, bool isAll, KnownWords known)
    {
        const int TooLongForASubject = 120;
        if (known.Subject.Length > 0 && rest.StartsWith(known.Subject, StringComparison.OrdinalIgnoreCase))
        {
            var more = rest[known.Subject.Length..].TrimStart('.', ' ', '-', '"');
            return more.Length >= 40 ? more : "";
        }

        return isAll && rest.Length > TooLongForASubject ? rest : "";
    }

    private static bool IsSubjectItself(string line, KnownWords known)
    {
        if (known.Subject.Length < 3 || OwnHeads.Any(head => LetterWords.StartsWithWord(line, head))) return false;
        return line.Trim('"', '“', '”', ' ').TrimEnd('.', ':').Equals(known.Subject.TrimEnd('.', ':'), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A formal letter names its subject once more below the greeting.</summary>
    private static void RemoveSecondSubject(List<string> lines, KnownWords known)
    {
        const int HeadLines = 5;
        var seen = 0;
        for (var i = 0; i < lines.Count && seen < HeadLines; i++)
        {
            if (!IsText(lines[i])) continue;
            seen++;
            if (LetterWords.AfterSubjectLabel(lines[i]) is not { } rest || !IsSubjectItself(rest, known)) continue;
            lines.RemoveAt(i--);
        }
    }

    /// <summary>Takes one line off the end; false when the last line is the email's.</summary>
    private static bool RemoveLast(List<string> lines)
    {
        var last = lines.FindLastIndex(IsText);
        if (last <= 0 || !lines.Take(last).Any(IsText)) return false;
        var line = lines[last].Trim();
        var signed = HasSignOffBefore(lines, last);
        var isFrame = AfterLabelOf(line.Trim('(', ')', '['), FooterLabels) is not null || Chatter.IsClosing(line, signed)
            || (signed && LetterWords.AfterSubjectLabel(line) is not null);
        if (!isFrame) return false;
        lines.RemoveRange(last, lines.Count - last);
        return true;
    }

    private static bool HasSignOffBefore(List<string> lines, int end)
    {
        const int SignatureLines = 10;
        for (var i = end - 1; i >= Math.Max(0, end - SignatureLines); i--)
        {
            if (LetterWords.IsSignOff(lines[i]) || LetterWords.SignOffLength(lines[i]) > 0) return true;
        }

        return false;
    }

    private static string? AfterLabelOf(string line, string[] labels)
    {
        foreach (var label in labels)
        {
            if (LetterWords.AfterLabel(line, label) is { } rest) return rest;
        }

        return null;
    }

    private static bool IsAddress(string text) => text.Split(' ', 2)[0].Contains('@', StringComparison.Ordinal);

    private static bool IsText(string line) => !string.IsNullOrWhiteSpace(line);
}
