using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace ChaturMail.Core.Emails;

/// <summary>
/// Names of languages: BCP 47 tags (RFC 5646, section 2.1). Not the grandfathered ones, nor tags for private use: a model knows neither.
/// </summary>
public static partial class LanguageTag
{
    /// <summary>The longest tag that is taken (RFC 5646, section 4.4.1, asks for at least 35 characters).</summary>
    public const int Longest = 35;

    // ISO 639-1. The codes of three letters are some 8,000, so those are taken by their form.
    private static readonly FrozenSet<string> TwoLetters = (
        "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa ff fi "
        + "fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv "
        + "kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm "
        + "rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo "
        + "wa wo xh yi yo za zh zu").Split(' ').ToFrozenSet(StringComparer.Ordinal);

    // Undetermined, several, uncoded, none: no language to write in.
    private static readonly FrozenSet<string> NoLanguage = new[] { "und", "mul", "mis", "zxx" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The tag in the case that RFC 5646, section 2.1.1, recommends: <c>pt-BR</c>, <c>zh-Hans</c>. Null when it is none.</summary>
    public static string? Canonical(string tag)
    {
        if (tag.Length > Longest || !Form().IsMatch(tag)) return null;
        var parts = tag.ToLowerInvariant().Split('-');
        if (parts[0].Length == 2 ? !TwoLetters.Contains(parts[0]) : NoLanguage.Contains(parts[0]) || IsForPrivateUse(parts[0])) return null;
        for (var i = 1; i < parts.Length && parts[i].Length > 1; i++)
        {
            if (parts[i].Length == 2) parts[i] = parts[i].ToUpperInvariant();
            else if (parts[i].Length == 4 && char.IsAsciiLetter(parts[i][0])) parts[i] = char.ToUpperInvariant(parts[i][0]) + parts[i][1..];
        }

        return string.Join('-', parts);
    }

    private static bool IsForPrivateUse(string language) => language[0] == 'q' && language[1] <= 't';

    // language ["-" script] ["-" region] *("-" variant) *("-" extension)
    [GeneratedRegex(
        @"^[a-z]{2,3}(-[a-z]{3}){0,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(-[0-9a-wyz](-[a-z0-9]{2,8})+)*\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
