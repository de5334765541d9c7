namespace ChaturMail.Core.Generation;

/// <summary>Reads the keywords field: a comma separated list, as the app sends it.</summary>
public static class Keywords
{
    /// <summary>The keywords in their order, trimmed, empty ones left out. A comma between two digits belongs to a number: 1,250 EUR.</summary>
    public static IReadOnlyList<string> Split(string text)
    {
        var keywords = new List<string>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && !IsSeparator(text, i)) continue;
            var keyword = text[start..i].Trim();
            if (keyword.Length > 0) keywords.Add(keyword);
            start = i + 1;
        }

        return keywords;
    }

    private static bool IsSeparator(string text, int i) => text[i] is '\n' or '、' or '،' or '，'
        || (text[i] == ',' && !(i > 0 && i + 1 < text.Length && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1])));
}
