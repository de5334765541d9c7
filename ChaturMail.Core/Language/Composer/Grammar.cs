namespace ChaturMail.Core.Language.Composer;

/// <summary>Articles and capitals.</summary>
internal static class Grammar
{
    /// <summary>The phrase after "a" or "an", or bare where neither fits.</summary>
    public static string Indefinite(Phrase phrase) =>
        phrase.Article == ArticleUse.Any ? $"{(SoundsLikeVowel(phrase.Text) ? "an" : "a")} {phrase.Text}" : phrase.Text;

    /// <summary>The phrase after a definite determiner ("the", "my"), or bare where none fits.</summary>
    public static string Definite(string determiner, Phrase phrase) =>
        phrase.Article == ArticleUse.Never || (phrase.Article == ArticleUse.Owned && determiner == "the")
            ? phrase.Text : $"{determiner} {phrase.Text}";

    /// <summary>The preposition of a place: in a room or a town, on a floor, at anything else.</summary>
    public static string PrepositionOf(string place)
    {
        var words = Words.Split(place).Select(w => w.ToLowerInvariant()).ToList();
        return words.Contains("floor") ? "on" : place.Is(WordClass.Cities) || place.StartsWith('"') || words.Any(Rooms.Contains) ? "in" : "at";
    }

    /// <summary>Makes the first letter a capital, unless the word carries its own spelling ("iOS", an address).</summary>
    public static string Capitalise(string sentence)
    {
        var start = sentence.Length > 1 && sentence[0] is '"' or '“' or '(' ? 1 : 0;
        if (start >= sentence.Length || !char.IsLower(sentence[start])) return sentence;
        var end = sentence.IndexOf(' ', start);
        var word = end < 0 ? sentence[start..] : sentence[start..end];
        if (word.Any(char.IsUpper) || word.Is(WordClass.Skills) || word.Contains('@')
            || word.Contains("://", StringComparison.Ordinal)) return sentence;
        return sentence[..start] + char.ToUpperInvariant(sentence[start]) + sentence[(start + 1)..];
    }

    /// <summary>Takes the capital off an ordinary word at the start, so that the words can stand in the middle of a sentence.</summary>
    public static string Embed(string text)
    {
        var end = text.IndexOf(' ', StringComparison.Ordinal);
        var word = (end < 0 ? text : text[..end]).TrimEnd(',', ':', ';', '.', '!', '?');
        if (word.Length < 2 || !char.IsUpper(word[0]) || word.Skip(1).Any(c => char.IsUpper(c) || char.IsDigit(c))) return text;
        if (word is "I'm" or "I've" or "I'll" or "I'd") return text;
        if (StartsWithSkill(text)) return text;
        // "Annual Leave" is a title or a name: one capital alone would not make it an ordinary phrase.
        if (end > 0 && end + 1 < text.Length && char.IsUpper(text[end + 1]) && !NextIsAcronymOrName(text[(end + 1)..])
            && !word.IsFunctionWord()) return text;
        return word.Replace("'s", "", StringComparison.Ordinal).Replace("’s", "", StringComparison.Ordinal).IsOrdinary()
            ? char.ToLowerInvariant(text[0]) + text[1..] : text;
    }

    /// <summary>Whether the word says little by itself: a determiner, preposition, pronoun or auxiliary.</summary>
    public static bool IsFunctionWord(this string word) => word.Is(WordClass.Determiners) || word.Is(WordClass.Prepositions)
        || word.Is(WordClass.Pronouns) || word.Is(WordClass.Auxiliaries);

    private static bool StartsWithSkill(string text)
    {
        var words = text.Split(' ');
        return words.Length > 1 && string.Join(' ', words.Take(2)).Is(WordClass.Skills);
    }

    private static bool NextIsAcronymOrName(string rest)
    {
        var end = rest.IndexOf(' ', StringComparison.Ordinal);
        var word = end < 0 ? rest : rest[..end];
        return word.Length > 1 && (word.Skip(1).Any(char.IsUpper) || word.Is(WordClass.Names) || word.Is(WordClass.Cities)
            || word.Is(WordClass.Skills) || word.Is(WordClass.Weekdays) || word.Is(WordClass.Months));
    }

    /// <summary>Whether the text begins with the sound of a vowel, so that it takes "an".</summary>
    public static bool SoundsLikeVowel(string text)
    {
        var end = text.IndexOfAny([' ', '-']);
        var word = end < 0 ? text : text[..end];
        if (word.Length == 0) return false;
        if (char.IsDigit(word[0])) return word[0] == '8' || word is "11" or "18";
        if (word.Length > 1 && word.All(c => char.IsUpper(c) || char.IsDigit(c))) return "AEFHILMNORSX".Contains(word[0]);
        var lower = word.ToLowerInvariant();
        if (SilentH.Any(start => lower.StartsWith(start, StringComparison.Ordinal))) return true;
        if (SpokenYou.Any(start => lower.StartsWith(start, StringComparison.Ordinal))) return false;
        return "aeiou".Contains(lower[0]);
    }

    private static readonly string[] Rooms = ["room", "auditorium", "lobby", "garden", "cafeteria", "canteen", "library", "kitchen", "park"];
    private static readonly string[] SilentH = ["hour", "honest", "honour", "honor", "heir"];
    private static readonly string[] SpokenYou = ["uni", "use", "usu", "euro", "one", "once", "ui", "ux", "utili"];
}
