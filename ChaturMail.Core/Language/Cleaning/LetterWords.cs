namespace ChaturMail.Core.Language.Cleaning;

/// <summary>The words that letters open and close with, in the languages that users write in most.</summary>
internal static class LetterWords
{
    private static readonly (string Word, string Plain)[] Greetings =
    [
        ("Dear", "Hello,"), ("Hello", "Hello,"), ("Hi", "Hello,"), ("Hey", "Hello,"), ("Greetings", "Hello,"), ("Respected", "Hello,"),
        ("Good morning", "Hello,"), ("Good afternoon", "Hello,"), ("Good evening", "Hello,"), ("To whom", "Hello,"),
        ("Sehr geehrte", "Guten Tag,"), ("Sehr geehrter", "Guten Tag,"), ("Liebe", "Guten Tag,"), ("Lieber", "Guten Tag,"),
        ("Hallo", "Guten Tag,"), ("Guten Tag", "Guten Tag,"), ("Guten Morgen", "Guten Tag,"),
        ("Bonjour", "Bonjour,"), ("Bonsoir", "Bonjour,"), ("Cher", "Bonjour,"), ("Chère", "Bonjour,"), ("Chers", "Bonjour,"),
        ("Madame", "Bonjour,"), ("Monsieur", "Bonjour,"), ("Salut", "Bonjour,"),
        ("Estimado", "Hola,"), ("Estimada", "Hola,"), ("Querido", "Hola,"), ("Querida", "Hola,"), ("Hola", "Hola,"),
        ("Gentile", "Buongiorno,"), ("Buongiorno", "Buongiorno,"), ("Ciao", "Buongiorno,"),
        ("Prezado", "Olá,"), ("Prezada", "Olá,"), ("Olá", "Olá,"),
        ("प्रिय", "नमस्ते,"), ("नमस्ते", "नमस्ते,"), ("नमस्कार", "नमस्ते,"), ("आदरणीय", "नमस्ते,"), ("माननीय", "नमस्ते,"),
    ];

    private static readonly HashSet<string> SignOffs = new(StringComparer.OrdinalIgnoreCase)
    {
        "regards", "best regards", "kind regards", "warm regards", "warmest regards", "with regards", "with best regards",
        "with kind regards", "sincerely", "yours sincerely", "sincerely yours", "yours faithfully", "yours truly", "yours", "best",
        "best wishes", "all the best", "warmly", "thanks", "many thanks", "thank you", "thanks again", "thanks and regards",
        "thanks & regards", "thank you and regards", "with thanks", "cheers", "respectfully", "respectfully yours", "cordially",
        "take care", "with gratitude", "with appreciation", "in anticipation", "love",
        "mit freundlichen grüßen", "mit besten grüßen", "mit freundlichem gruß", "freundliche grüße", "viele grüße", "beste grüße",
        "herzliche grüße", "liebe grüße", "schöne grüße", "mfg",
        "cordialement", "bien cordialement", "très cordialement", "bien à vous", "salutations", "sincères salutations", "amicalement",
        "saludos", "un saludo", "atentamente", "saludos cordiales", "un cordial saludo", "cordiali saluti", "distinti saluti",
        "hochachtungsvoll", "mit freundlichen grüssen", "freundliche grüsse", "viele grüsse", "beste grüsse", "herzliche grüsse", "liebe grüsse",
        "cumprimentos", "com os melhores cumprimentos", "cordialmente", "saluti", "cari saluti", "met vriendelijke groet", "met vriendelijke groeten",
        "z poważaniem", "pozdrawiam", "saygılarımla", "med vänliga hälsningar", "с уважением", "с наилучшими пожеланиями", "з повагою",
        "atenciosamente", "सादर", "धन्यवाद", "भवदीय", "भवदीया", "आपका", "आपकी", "शुभकामनाएँ", "धन्यवाद सहित",
    };

    private static readonly HashSet<string> Titles = new(StringComparer.OrdinalIgnoreCase)
    {
        "mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "madam", "and", "or", "the", "team", "herr", "frau", "herrn",
        "und", "oder", "geehrter", "geehrte", "r", "n", "monsieur", "madame", "m", "mme", "et", "ou", "señor", "señora", "sr", "sra",
        "श्री", "श्रीमती", "सुश्री", "जी",
    };

    private static readonly string[] SubjectLabels =
    [
        "Subject", "Subject line", "Email subject", "Re", "Betreff", "Objet", "Sujet", "Asunto", "Oggetto", "Assunto", "Onderwerp", "विषय",
    ];

    /// <summary>The greeting word that <paramref name="line"/> starts with and the same greeting without a name, or null.</summary>
    public static (string Word, string Plain)? Greeting(string line)
    {
        var start = line.AsSpan().TrimStart();
        (string Word, string Plain)? longest = null;
        foreach (var greeting in Greetings)
        {
            if (StartsWithWord(start, greeting.Word) && greeting.Word.Length > (longest?.Word.Length ?? 0)) longest = greeting;
        }

        return longest;
    }

    /// <summary>Whether the line is a closing phrase such as <c>Best regards,</c> and nothing more.</summary>
    public static bool IsSignOff(string line) => line.Length <= 60 && SignOffs.Contains(line.Trim().TrimEnd(',', '!', '.', ' '));

    /// <summary>The length of the closing phrase and its comma that the line starts with, or 0.</summary>
    public static int SignOffLength(string line)
    {
        var comma = line.IndexOf(',', StringComparison.Ordinal);
        return comma is > 0 and <= 60 && IsSignOff(line[..comma]) ? comma + 1 : 0;
    }

    /// <summary>Whether a word of a greeting stands with a name but is none.</summary>
    public static bool IsTitle(string word) =>
        word.Split(['/', '.', '(', ')', '-'], StringSplitOptions.RemoveEmptyEntries).All(Titles.Contains);

    /// <summary>What follows <c>Subject:</c>, in any of the languages, or null when the line does not start so.</summary>
    public static string? AfterSubjectLabel(string line)
    {
        foreach (var label in SubjectLabels)
        {
            if (AfterLabel(line, label) is { } rest) return rest;
        }

        return null;
    }

    /// <summary>What follows the label and its colon, trimmed, or null. French sets a space before the colon.</summary>
    public static string? AfterLabel(string line, string label)
    {
        var text = line.AsSpan().TrimStart();
        if (!text.StartsWith(label, StringComparison.OrdinalIgnoreCase)) return null;
        text = text[label.Length..].TrimStart();
        return text.Length > 0 && text[0] is ':' or '：' ? text[1..].Trim().ToString() : null;
    }

    /// <summary>Whether the text starts with the word, and the word ends there.</summary>
    public static bool StartsWithWord(ReadOnlySpan<char> text, string word) => text.StartsWith(word, StringComparison.OrdinalIgnoreCase)
        && (text.Length == word.Length || !IsWordPart(text[word.Length]));

    // A vowel sign or a joiner goes on with a Hindi word as a letter does.
    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c)
        is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;
}
