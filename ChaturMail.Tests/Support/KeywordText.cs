using System.Text.RegularExpressions;
using ChaturMail.Core.Language.Composer;

namespace ChaturMail.Tests.Support;

/// <summary>Looks for a keyword in a text as a reader would: its words in their order, in one sentence, with only small words between.</summary>
internal static class KeywordText
{
    private const string SmallWord = "a|an|the|of|in|on|at|to|for|from|with|is|are|was|were|be|been|has|have|will";

    public static bool Stands(string text, string keyword)
    {
        if (Words.Holds(text, keyword)) return true;
        var words = keyword.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Regex.Escape);
        var pattern = @"(?<!\w)" + string.Join($"(?:'s?)? (?:(?:{SmallWord}) )*", words) + @"(?!\w)";
        return Regex.IsMatch(text, pattern, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }
}
