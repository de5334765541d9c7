using System.Collections.Frozen;
using System.Text;

namespace ChaturMail.Core.Identity.Local;

/// <summary>
/// Which passwords are taken: long enough, and none that a guesser tries first (NIST SP 800-63B-4, section 3.1.1.2). No letter of any kind is
/// asked for or refused.
/// </summary>
public sealed class PasswordRules(LocalIdentityOptions options)
{
    /// <summary>The most UTF-16 code units of a password.</summary>
    public const int Longest = 128;

    // What must be left of a password without what is known of its owner, and without rows of the alphabet or the keyboard.
    private const int LeastOwn = 6;
    private const int LeastBesideRows = 4;
    private const int LeastDistinct = 4;
    private const int ShortestRow = 4;
    private const int ShortestPart = 4;
    private const int LongestUnit = 8;
    private const int MostDecoration = 4;

    private static readonly FrozenSet<string> Common = ReadCommon();

    private static readonly string[] Rows =
    [
        "abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "yxcvbnm", "azertyuiop", "qsdfghjklm", "wxcvbn",
        "!@#$%^&*()", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    ];

    private static readonly string[] Product = ["chaturmail", "chatur"];
    private static readonly char[] Separators = ['.', '-', '_', '+', '@'];

    /// <summary>The number of passwords that are known to be common.</summary>
    public static int CommonCount => Common.Count;

    /// <summary>
    /// The one form of a password, whatever keyboard it was typed on (NFC), or null for what is no text: half of a surrogate pair.
    /// </summary>
    public static string? Normalize(string password)
    {
        try
        {
            return password.Normalize(NormalizationForm.FormC);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>What is wrong with a password in NFC: a sentence for its owner. Null when it is taken.</summary>
    /// <param name="email">The owner's address.</param>
    public string? Problem(string password, string email)
    {
        if (password.EnumerateRunes().Count() < options.LeastPasswordLength) return $"The password must have at least {options.LeastPasswordLength} characters.";
        var text = password.ToLowerInvariant();
        if (IsCommon(text)) return "This password is among the most common ones, which are guessed first. Please choose another.";
        if (text.Distinct().Count() < LeastDistinct || IsRepetition(text)) return "This password repeats itself. Please choose another.";
        if (WithoutRows(text) < LeastBesideRows) return "This password is a row of the alphabet or of the keyboard. Please choose another.";
        return Own(text, email) < LeastOwn ? "This password is made of your address or of this product's name. Please choose another." : null;
    }

    // The word alone, and with a little in front of it or behind it.
    private static bool IsCommon(string text)
    {
        if (Common.Contains(text)) return true;
        var start = 0;
        while (start < text.Length && !char.IsLetter(text[start])) start++;
        var end = text.Length;
        while (end > start && !char.IsLetter(text[end - 1])) end--;
        return text.Length - (end - start) <= MostDecoration && Common.Contains(text[start..end]);
    }

    private static bool IsRepetition(string text)
    {
        for (var unit = 1; unit < LongestUnit && unit <= text.Length / 2; unit++)
            if (text.AsSpan(unit).SequenceEqual(text.AsSpan(0, text.Length - unit))) return true;
        return false;
    }

    private static int WithoutRows(string text)
    {
        var left = 0;
        for (var i = 0; i < text.Length;)
        {
            var run = RowAt(text, i);
            if (run < ShortestRow)
            {
                left++;
                i++;
            }
            else
            {
                i += run;
            }
        }

        return left;
    }

    // How many characters from here on go along a row, in either direction.
    private static int RowAt(string text, int start)
    {
        var longest = 1;
        foreach (var row in Rows)
        {
            foreach (var step in (ReadOnlySpan<int>)[1, -1])
            {
                var length = 1;
                for (var at = row.IndexOf(text[start], StringComparison.Ordinal); at >= 0 && start + length < text.Length; length++)
                {
                    at += step;
                    if (at < 0 || at >= row.Length || row[at] != text[start + length]) break;
                }

                longest = Math.Max(longest, length);
            }
        }

        return longest;
    }

    private static int Own(string text, string email)
    {
        var at = email.LastIndexOf('@');
        var known = new[] { email, at < 0 ? email : email[..at] }.Concat(email.Split(Separators)).Concat(Product)
            .Where(part => part.Length >= ShortestPart).OrderByDescending(part => part.Length);
        var rest = known.Aggregate(text, (left, part) => left.Replace(part, "", StringComparison.Ordinal));
        return rest.Length == text.Length ? int.MaxValue : rest.Length;
    }

    private static FrozenSet<string> ReadCommon()
    {
        using var reader = new StreamReader(typeof(PasswordRules).Assembly.GetManifestResourceStream("passwords.txt")!);
        // What stands before the empty line is about the list.
        while (reader.ReadLine() is { Length: > 0 })
        {
        }

        var words = new List<string>();
        while (reader.ReadLine() is { } word) words.Add(word);
        return words.ToFrozenSet(StringComparer.Ordinal);
    }
}
