using System.Text;
using System.Text.RegularExpressions;

namespace ChaturMail.Core.Language.Safety;

/// <summary>
/// Finds numbers in an email that lead somewhere and that its user did not give: to call, to pay to, keys. Dates, times and amounts are no
/// such numbers; whether they are true is not this check's matter.
/// </summary>
/// <remarks>
/// A number of the context may be told back to who wrote it (an order, a telephone), but not where it is about money: an account that
/// stands in the context alone is foreign, and so are card numbers, codes and keys.
/// </remarks>
internal static class ForeignNumbers
{
    private const int FewestDigits = 7;
    private const int ShortestCode = 24;
    private const int LongestWord = 45;
    private const int BeforeAccount = 60;

    private static readonly string[] Money =
    [
        " account", "iban", " routing", "sort code", "swift", " bank", " wire", "ifsc", " upi", " card", "konto", "blz", "compte", "cuenta",
        "conta", "conto", "rekening", "खाता", "बैंक", "счет", "счёт", "账户", "帐户", "口座", "계좌",
    ];

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    // Dates, years and times, which may have as many digits as a telephone number.
    private static readonly Regex Times = new(
        @"\b(?:[0-9]{1,2}[./-] ?[0-9]{1,2}[./-] ?(?:19|20)[0-9]{2}|(?:19|20)[0-9]{2}[./-][0-9]{1,2}[./-][0-9]{1,2}|"
        + @"(?:19|20)[0-9]{2}(?: ?[-/] ?| )(?:19|20)[0-9]{2}|[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?|"
        + @"(?:[01]?[0-9]|2[0-3])\.[0-5][0-9] ?- ?(?:[01]?[0-9]|2[0-3])\.[0-5][0-9])\b", Linear);

    // Amounts in which dots or blanks part the thousands. A currency stands with them, which no telephone number has.
    private static readonly Regex Amounts = new(
        @"(?:€|\$|£|₹|¥|\b(?:eur|usd|gbp|chf|inr|rs|jpy)\b)\.? ?[0-9]{1,3}(?:[. ][0-9]{3}){2,4}\b"
        + @"|\b[0-9]{1,3}(?:[. ][0-9]{3}){2,4}(?:,[0-9]{2})? ?(?:€|\$|£|₹|¥|(?:eur|euros?|usd|gbp|chf|inr|jpy|dollars?|rupees)\b)", Linear);

    private static readonly Regex Iban = new(@"\b[a-z]{2}[0-9]{2}(?:[ -]?[a-z0-9]{4}){2,7}(?:[ -]?[a-z0-9]{1,4})?\b", Linear);

    private static readonly Regex Key = new(
        @"\bsk-[a-z0-9_-]{12,}|-----begin |\beyj[a-z0-9_-]{8,}\.[a-z0-9_-]+|\bakia[a-z0-9]{12,}|\bgh[pousr]_[a-z0-9]{16,}|\bxox[abps]-[a-z0-9-]{8,}", Linear);

    /// <summary>What kind of thing is foreign, or null.</summary>
    public static string? In(string plain, GivenText given)
    {
        if (HasForeign(Key.EnumerateMatches(plain), plain, given.Own)) return "a key";
        if (HasForeignCode(plain, given.Own)) return "a foreign code";
        if (!plain.AsSpan().ContainsAnyInRange('0', '9')) return null;
        foreach (var match in Iban.EnumerateMatches(plain))
        {
            var account = Compact(plain.AsSpan(match.Index, match.Length));
            if (account.Count(char.IsAsciiDigit) >= 8 && !Compact(given.Own).Contains(account, StringComparison.Ordinal)) return "a foreign account";
        }

        return HasForeignNumber(Amounts.Replace(Times.Replace(plain, "\n"), "\n"), given) ? "a foreign number" : null;
    }

    private static bool HasForeign(Regex.ValueMatchEnumerator matches, string plain, string own)
    {
        foreach (var match in matches)
        {
            if (!own.AsSpan().Contains(plain.AsSpan(match.Index, match.Length), StringComparison.Ordinal)) return true;
        }

        return false;
    }

    /// <summary>A wallet, a token or an encoded text: long, without a blank, and not a word.</summary>
    private static bool HasForeignCode(string plain, string own)
    {
        for (var i = 0; i < plain.Length; i++)
        {
            if (!IsCode(plain[i])) continue;
            var (start, digits, letters) = (i, 0, 0);
            for (; i < plain.Length && IsCode(plain[i]); i++)
            {
                if (char.IsAsciiDigit(plain[i])) digits++;
                else letters++;
            }

            var isCode = (i - start >= ShortestCode && digits > 0 && letters > 0) || (i - start >= LongestWord && plain[start] != '_' && plain[start] != '=');
            if (isCode && !own.AsSpan().Contains(plain.AsSpan(start, i - start), StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static bool HasForeignNumber(string plain, GivenText given)
    {
        List<string>? own = null, all = null;
        foreach (var (start, digits, groups) in Numbers(plain))
        {
            if (digits.Length < FewestDigits || groups.TrueForAll(IsYear)) continue;
            own ??= Given(given.Own);
            if (IsGivenWithAnother(digits, groups, own)) continue;
            all ??= [.. own, .. Given(given.Context)];
            if (IsAboutMoney(plain, start) || IsCard(digits) || !IsGivenWithAnother(digits, groups, all)) return true;
        }

        return false;
    }

    private static List<string> Given(string plain) => Numbers(plain).SelectMany(number => number.Groups.Prepend(number.Digits)).ToList();

    /// <summary>
    /// Runs of digits with at most two blanks, hyphens, dots, slashes or brackets between them, and their single groups. A short number is one as well.
    /// </summary>
    private static IEnumerable<(int Start, string Digits, List<string> Groups)> Numbers(string plain)
    {
        var digits = new StringBuilder();
        for (var i = 0; i < plain.Length; i++)
        {
            if (!char.IsAsciiDigit(plain[i])) continue;
            var (start, between, group) = (i, 0, i);
            var groups = new List<string>();
            digits.Clear();
            for (; i < plain.Length; i++)
            {
                if (char.IsAsciiDigit(plain[i]))
                {
                    if (between > 0) group = i;
                    between = 0;
                    digits.Append(plain[i]);
                    continue;
                }

                if (between == 0) groups.Add(plain[group..i]);
                if (plain[i] is not (' ' or '-' or '.' or '/' or '(' or ')' or '\u00A0') || ++between > 2) break;
            }

            if (between == 0 && i == plain.Length) groups.Add(plain[group..]);
            yield return (start, digits.ToString(), groups);
        }
    }

    // "Order 4502981173 (3 items)": a given number with a short one before or behind it.
    private static bool IsGivenWithAnother(string digits, List<string> groups, List<string> given)
    {
        const int MostBeside = 2;
        if (IsGiven(digits, groups, given)) return true;
        if (groups.Count == 1) return false;
        var (first, last) = (groups[0], groups[^1]);
        return (last.Length <= MostBeside && digits.Length - last.Length >= FewestDigits && IsGiven(digits[..^last.Length], groups[..^1], given))
            || (first.Length <= MostBeside && digits.Length - first.Length >= FewestDigits && IsGiven(digits[first.Length..], groups[1..], given));
    }

    // In whole, with another or no country code, or group by group: "tickets 4182, 4183" may become "tickets 4182 4183".
    private static bool IsGiven(string digits, List<string> groups, List<string> given)
    {
        var bare = digits.TrimStart('0');
        return given.Exists(number => number.Contains(digits, StringComparison.Ordinal)
                || (bare.Length >= FewestDigits && number.EndsWith(bare, StringComparison.Ordinal))
                || (number.TrimStart('0') is { Length: >= FewestDigits } local && digits.EndsWith(local, StringComparison.Ordinal)
                    && digits.Length - local.Length <= 4))
            || groups.TrueForAll(group => given.Exists(number => number == group));
    }

    private static bool IsYear(string group) => group.Length == 4 && group[0] is '1' or '2' && group[1] is '9' or '0';

    private static bool IsAboutMoney(string plain, int start)
    {
        var before = plain.AsSpan(Math.Max(0, start - BeforeAccount), Math.Min(start, BeforeAccount));
        foreach (var word in Money)
        {
            if (before.Contains(word, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    /// <summary>Whether it may be a payment card's number (ISO/IEC 7812-1, annex B: the Luhn check).</summary>
    private static bool IsCard(string digits)
    {
        if (digits.Length is < 13 or > 19) return false;
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[^(i + 1)] - '0';
            if (i % 2 == 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
            sum += digit;
        }

        return sum % 10 == 0;
    }

    private static bool IsCode(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '=' or '_';

    private static string Compact(ReadOnlySpan<char> text)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsLetterOrDigit(c)) kept.Append(c);
        }

        return kept.ToString();
    }
}
