using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace ChaturMail.Core.Language.Composer;

/// <summary>Tells English input from other languages, roughly: by script, by small words, by letters that English lacks.</summary>
internal static partial class ForeignText
{
    private static readonly FrozenSet<string> SmallWords = ("der die das dem des und für mit auf ein eine einen einem ist nicht im zum zur wegen vom bei ich "
        + "sie wir ihr ihre meine unser unsere über nach le la les du une pour avec est sur dans et aux je nous vous votre notre ce cette pas jeudi lundi "
        + "mardi mercredi vendredi samedi dimanche el los las para por del una es y mi su nuestra nuestro il di che gli della dello lo o uma com não "
        + "da het een van voor niet och för med av montag dienstag mittwoch donnerstag freitag samstag sonntag lunes martes miércoles jueves viernes sábado "
        + "domingo gracias merci danke bonjour hola réunion reunión rechnung urlaub kündigung")
        .Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether subject and keywords, taken together, are not English.</summary>
    public static bool IsForeign(string subject, IEnumerable<string> keywords)
    {
        if (Words.IsOtherScript(subject)) return true;
        int foreign = 0, english = 0;
        Count(subject, 2, ref foreign, ref english);
        foreach (var keyword in keywords) Count(keyword, 1, ref foreign, ref english);
        return foreign > english;
    }

    /// <summary>Whether the text, in a language the composer does not speak, seems to hold a date or a time.</summary>
    public static bool IsTime(string text) => text.Any(char.IsDigit) && (Months().IsMatch(text) || Clock().IsMatch(text));

    /// <summary>Whether the text names a numbered room in one of the commoner languages: "salle 3", "Raum B2".</summary>
    public static bool IsRoom(string text) => Room().IsMatch(text);

    private static void Count(string text, int weight, ref int foreign, ref int english)
    {
        foreach (var word in Words.Split(text))
        {
            if (Words.IsOtherScript(word)) foreign += 2 * weight;
            else if (word.IsFunctionWord()) english += weight;
            // "Los Angeles" and "La Paz" are English enough.
            else if (SmallWords.Contains(word)) foreign += weight * (word.Length > 1 && !char.IsUpper(word[0]) ? 2 : 1);
            else if (word.Is(WordClass.Names) || word.Is(WordClass.Cities) || !word.Any(char.IsLetter)) continue;
            else if (word.Any(c => c > 0x7F && char.IsLetter(c)) && !Borrowed.Contains(word)) foreign += char.IsUpper(word[0]) ? weight - 1 : weight;
            else if (IsEnglish(word)) english += weight;
        }
    }

    private static bool IsEnglish(string word) => word.IsOrdinary() && !ForeignEndings.Any(e
        => word.EndsWith(e, StringComparison.OrdinalIgnoreCase));

    private static readonly FrozenSet<string> Borrowed = new[] { "résumé", "resumé", "café", "cafés", "naïve", "fiancé", "fiancée",
        "façade", "décor", "entrée", "cliché" }
        .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly string[] ForeignEndings = ["ität", "ción", "keit", "heit"];

    [GeneratedRegex(@"^(salle|raum|zimmer|saal|sala|aula|zaal|sal|कक्ष|कमरा)\s+[\p{L}\d]{1,6}$", RegexOptions.IgnoreCase)]
    private static partial Regex Room();

    [GeneratedRegex("janv|févr|mars|avril|mai|juin|juil|août|sept|octob|novem|décem|januar|februar|märz|juni|juli|oktob|dezem|enero"
        + "|febrero|abril|junio|julio|diciem|जनवरी|फ़रवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर|月|日"
        + "|يناير|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря", RegexOptions.IgnoreCase)]
    private static partial Regex Months();

    [GeneratedRegex(@"\d{1,2}\s?h(\d\d)?\b|\d{1,2}[:.]\d\d|\d\s?uhr\b|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|montag"
        + @"|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lunes|martes|miércoles|jueves|viernes|sábado|domingo", RegexOptions.IgnoreCase)]
    private static partial Regex Clock();
}
