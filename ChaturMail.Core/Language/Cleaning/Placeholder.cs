using System.Globalization;
using System.Text;

namespace ChaturMail.Core.Language.Cleaning;

/// <summary>What a model leaves for a person to fill in.</summary>
/// <param name="Start">Where it starts in its line.</param>
/// <param name="End">Where what follows it starts.</param>
/// <param name="IsSenderName">Whether the sender's name belongs there.</param>
internal readonly record struct Placeholder(int Start, int End, bool IsSenderName)
{
    private static readonly HashSet<string> SenderNames =
    [
        "your name", "your full name", "your first name", "your firstname", "yourname", "your signature", "my name", "full name", "name",
        "sender", "sender name", "senders name", "sendername", "signature", "first name",
        "insert your name", "insert name", "ihr name", "dein name", "ihren namen", "votre nom",
         "ton nom", "su nombre", "tu nombre", "seu nome", "il tuo nome", "आपका नाम", "मेरा नाम", "अपना नाम", "प्रेषक का नाम",
    ];

    // In round brackets, where people write asides too, only what nobody says there counts.
    private static readonly HashSet<string> InRoundBrackets =
    [
        "your name", "your full name", "recipient name", "recipients name", "your position", "your title", "your job title", "your company",
        "your company name", "your contact information", "your contact details", "your phone number", "your email", "your email address",
        "company name",
    ];

    // Words that ask for something to be put in, whatever stands around them.
    private static readonly HashSet<string> Requests =
    [
        "your", "insert", "recipient", "recipients", "sender", "senders", "name", "names", "specify", "add", "enter", "placeholder",
        "mention", "provide", "describe", "include", "ihr", "ihre", "ihren", "votre", "vos", "nom", "prénom", "nombre", "su", "nome", "आपका", "आपकी",
        "नाम", "अपना", "xx", "xxx",
    ];

    private static readonly HashSet<string> Things =
    [
        "date", "dates", "day", "month", "year", "time", "company", "organization", "organisation", "department", "position", "title",
        "job", "role", "phone", "number", "email", "mail", "address", "contact", "location", "venue", "city", "place", "link", "url", "website",
        "amount", "price", "reason", "reasons", "topic", "project", "product", "service", "details", "detail", "information", "info",
        "manager", "client", "customer", "school", "university", "course", "duration", "event", "issue", "datum", "firma", "unternehmen", "uhrzeit",
        "fecha", "empresa", "entreprise", "poste", "adresse", "lieu", "ort", "grund", "तारीख", "दिनांक", "पद", "कंपनी", "समय", "स्थान",
    ];

    // What people do write in square brackets: a mark on the text, or where to look.
    private static readonly HashSet<string> Asides =
    [
        "sic", "confidential", "urgent", "draft", "internal", "external", "attachment", "attached", "enclosed", "redacted", "optional",
        "edited", "cc", "bcc", "see", "cf", "emphasis", "translated", "omitted", "below", "above",
    ];

    /// <summary>Whether what stands between the brackets is a placeholder, and of which kind; null when it is the email's own.</summary>
    public static bool? KindOf(char open, ReadOnlySpan<char> inside)
    {
        var text = inside.ToString();
        var words = Words(text);
        if (words.Length == 0) return null;
        var phrase = string.Join(' ', words);
        if (open == '(' && !InRoundBrackets.Contains(phrase)) return null;
        if (IsSender(phrase)) return true;
        var requests = words.Any(Requests.Contains);
        var things = words.Any(Things.Contains) && !text.Any(char.IsDigit);
        var placeholder = open switch
        {
            '{' => text.StartsWith('{') || (phrase.Length > 1 && words.Length <= 8 && text.AsSpan().IndexOfAny("\";(") < 0),
            '<' => (requests || things) && text.AsSpan().IndexOfAny("=@\"") < 0 && words.Length <= 8,
            '(' => true,
            _ => IsInSquareBrackets(text, words, requests, things),
        };
        return placeholder ? false : null;
    }

    private static bool IsSender(string phrase) => SenderNames.Contains(phrase)
        || phrase.StartsWith("your name ", StringComparison.Ordinal) || phrase.StartsWith("your full name ", StringComparison.Ordinal);

    private static bool IsInSquareBrackets(string text, string[] words, bool requests, bool things)
    {
        if (Asides.Contains(words[0]) || Asides.Contains(words[^1])) return false;
        if (requests || things) return words.Length <= 10 || Requests.Contains(words[0]);
        // [AB-12] and [URGENT] are said on purpose, and what is long is a remark; other words are most likely left to fill in.
        var label = words.Length == 1 && (words[0].Length <= 3 || text.Where(char.IsLetter).All(char.IsUpper));
        return words.Length <= 6 && !text.Any(char.IsDigit) && !label;
    }

    /// <summary>The words in lower case; an underscore or a change to upper case (<c>firstName</c>) starts one as a space does.</summary>
    private static string[] Words(string text)
    {
        var spaced = new StringBuilder(text.Length + 8);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '\'' or '’') continue;
            if (char.IsUpper(c) && i > 0 && char.IsLower(text[i - 1])) spaced.Append(' ');
            spaced.Append(IsWordPart(c) ? char.ToLowerInvariant(c) : ' ');
        }

        var words = spaced.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Any(word => word.Any(char.IsLetter)) ? words : [];
    }

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c)
        || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
}
