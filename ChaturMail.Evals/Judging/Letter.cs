using System.Text.RegularExpressions;

namespace ChaturMail.Evals.Judging;

/// <summary>An email taken apart: greeting, sentences, closing.</summary>
internal sealed partial class Letter
{
    private const int LongestGreeting = 90;
    private const int LongestClosingLine = 80;
    private const int MostClosingLines = 8;

    /// <summary>Takes an email apart.</summary>
    /// <param name="signature">What closes it as it stands, or null.</param>
    public Letter(string text, string? signature)
    {
        Text = text;
        var rest = text.Trim();
        if (!string.IsNullOrWhiteSpace(signature) && rest.EndsWith(signature.Trim(), StringComparison.Ordinal)) rest = rest[..^signature.Trim().Length].TrimEnd();
        var lines = rest.Split('\n').ToList();
        if (lines.Count > 0 && IsGreeting(lines[0]))
        {
            Greeting = lines[0].Trim();
            lines.RemoveAt(0);
        }

        Paragraphs = [.. Blank().Split(string.Join('\n', lines)).Select(p => p.Trim()).Where(p => p.Length > 0)];
        if (Paragraphs.Count > 0 && IsClosing(Paragraphs[^1]))
        {
            Closing = Paragraphs[^1];
            Paragraphs = [.. Paragraphs.Take(Paragraphs.Count - 1)];
        }

        Body = string.Join("\n\n", Paragraphs);
        Sentences = [.. Paragraphs.SelectMany(p => SentenceEnd().Split(p)).Select(s => s.Trim()).Where(s => s.Length > 0)];
    }

    /// <summary>The email as it stands.</summary>
    public string Text { get; }

    /// <summary>The line that greets, or null.</summary>
    public string? Greeting { get; }

    /// <summary>The paragraphs between greeting and closing.</summary>
    public IReadOnlyList<string> Paragraphs { get; }

    /// <summary>The last lines, "Kind regards" and the name, or null.</summary>
    public string? Closing { get; }

    /// <summary>The paragraphs as one text.</summary>
    public string Body { get; }

    /// <summary>The sentences of the paragraphs.</summary>
    public IReadOnlyList<string> Sentences { get; }

    /// <summary>The first sentence with this word or phrase, shortened, for a report.</summary>
    public string Around(string part)
    {
        var sentence = Sentences.FirstOrDefault(s => s.Contains(part, StringComparison.OrdinalIgnoreCase)) ?? Body;
        return sentence.Length > 160 ? sentence[..160] + "…" : sentence;
    }

    private static bool IsGreeting(string line)
    {
        var text = line.Trim();
        if (text.Length is 0 or > LongestGreeting || text.EndsWith('.') || text.EndsWith('?')) return false;
        // A greeting in any script: a short line of its own that ends like one.
        return GreetingWord().IsMatch(text) ? text.Count(c => c == ' ') < 10 : text[^1] is ',' or '!' or '،' or '、' or '，' or ':' or '：' && text.Count(c => c == ' ') < 6;
    }

    private static bool IsClosing(string paragraph)
    {
        var lines = paragraph.Split('\n');
        return lines.Length <= MostClosingLines && lines.All(l => l.Length <= LongestClosingLine && !l.StartsWith("- ", StringComparison.Ordinal))
            && !Terminated().IsMatch(paragraph);
    }

    [GeneratedRegex(@"^(dear|hi|hello|hey|greetings|good (morning|afternoon|evening|day)|to whom|welcome|sehr geehrte|liebe|lieber|hallo|guten|moin|servus|bonjour|bonsoir|ch[eè]re?s?|madame|monsieur|salut|estimad|querid|hola|buen[oa]s|prezad|ol[aá]|car[oa]|bo[am] |gentile|egregi|spett|ciao|buongiorno|beste|geachte|hoi|dag|szanown|drog[ia]|cze[sś][cć]|dzie[nń]|witam|merhaba|say[iı]n|sevgili|iyi|hej|hei|b[aä]sta|k[aä]ra|kj[aæ]re|hyv[aä]|moi|terve|ahoj|dobr[yý]|v[aá][zž]en|mil[ýyíiáa]|bun[aă]|stimat|drag[aăi]|kedves|tisztelt|szia|yth|kepada|halo|selamat|xin|ch[aà]o|k[ií]nh|th[aâ]n)\b", RegexOptions.IgnoreCase)]
    private static partial Regex GreetingWord();

    [GeneratedRegex(@"\n\s*\n")]
    private static partial Regex Blank();

    [GeneratedRegex(@"[.!?।。！？؟:][""”’»)]*$")]
    private static partial Regex Terminated();

    [GeneratedRegex(@"(?<=[.!?।؟][""”’»)]*)(?<!\b(Mr|Mrs|Ms|Dr|Prof|St|No|Nr|vs|[eE]\.g|[iI]\.e|[aApP]\.m|\p{Lu})\.)\s+(?=[\p{Lu}\p{Lo}""“‘«(\d¿¡])|(?<=[。！？])|\n(?=- )")]
    private static partial Regex SentenceEnd();
}
