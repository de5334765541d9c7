using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace ChaturMail.Core.Language.Safety;

/// <summary>
/// What a request's user typed, and the mail that it answers, in the form that an answer is held against. The user's own words may come
/// back in any email; those of <see cref="Context"/> are somebody else's.
/// </summary>
internal sealed class GivenText
{
    private readonly Lazy<string> _words;
    private readonly Lazy<string> _ownWords;

    public GivenText(ModelRequest request)
    {
        Own = Plain(string.Join('\n', OwnTexts(request)));
        Context = Plain(request.Options.Context ?? "");
        _ownWords = new Lazy<string>(() => Words(Own));
        _words = new Lazy<string>(() => Words(Own + "\n" + Context));
    }

    /// <summary>All that is the user's own, folded by <see cref="Plain"/>, a line each.</summary>
    public string Own { get; }

    /// <summary>The mail that is answered, folded, or an empty string.</summary>
    public string Context { get; }

    /// <summary>Whether this stands in the user's own text or in the context.</summary>
    public bool Holds(string plain) => Own.Contains(plain, StringComparison.Ordinal) || Context.Contains(plain, StringComparison.Ordinal);

    /// <summary>Whether these words, with single blanks, stand in the user's own text or in the context one after the other.</summary>
    public bool HoldsWords(string words) => _words.Value.Contains($" {words} ", StringComparison.Ordinal);

    /// <summary>The words of the user's own text between single blanks, in order.</summary>
    public string OwnWords => _ownWords.Value;

    /// <summary>The texts of a request that are its user's own: all but the context and what the templates of the server say.</summary>
    public static IEnumerable<string> OwnTexts(ModelRequest request)
    {
        var options = request.Options;
        IEnumerable<string?> texts =
        [
            request.Subject, .. request.Keywords, request.ToEmail, request.SenderName, options.SenderName, options.RecipientName,
            options.Instructions, options.Signature, request.Rewrite?.Draft,
        ];
        if (options.Placeholders is { } placeholders) texts = texts.Concat(placeholders.Keys).Concat(placeholders.Values);
        if (request.Prompt.IsOwn)
        {
            texts = texts.Append(request.Prompt.Title).Append(request.Prompt.Guidance)
                .Concat(request.Prompt.Examples.SelectMany(e => new[] { e.Subject, e.Keywords, e.To, e.From, e.Email }));
        }

        return texts.OfType<string>().Where(text => text.Length > 0);
    }

    /// <summary>
    /// One spelling for what looks or reads alike: no invisible characters, compatibility forms folded (Unicode, NFKC: full-width letters,
    /// ligatures), lower case, digits of every script as 0 to 9, and the usual disguises of an address undone: <c>hxxp</c>,
    /// <c>name (at) host [dot] com</c>, <c>host dot com</c>.
    /// </summary>
    public static string Plain(string text)
    {
        text = InvisibleCharacters.Remove(text);
        if (!Ascii.IsValid(text)) text = Folded(text);
        text = text.ToLowerInvariant();
        text = BracketedDot.Replace(text, ".");
        text = BracketedAt.Replace(text, "@");
        text = SpokenDot.Replace(text, ".$1");
        return Hxxp.Replace(text, "http$1://");
    }

    /// <summary>The words of a folded text with single blanks between, before and after. Apostrophes do not count: <c>don't</c> is one word.</summary>
    public static string Words(string plain)
    {
        var words = new StringBuilder(plain.Length + 2).Append(' ');
        foreach (var c in plain)
        {
            if (char.IsLetterOrDigit(c) || char.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark)
                words.Append(c);
            else if (c is not ('\'' or '’') && words[^1] != ' ') words.Append(' ');
        }

        if (words[^1] != ' ') words.Append(' ');
        return words.ToString();
    }

    private static string Folded(string text)
    {
        var folded = new StringBuilder(text.Normalize(NormalizationForm.FormKC));
        for (var i = 0; i < folded.Length; i++)
        {
            var c = folded[i];
            if (c < 0x80) continue;
            folded[i] = c switch
            {
                // An ideographic full stop ends a sentence, and is a dot between letters of an address (RFC 3490, section 3.1).
                '\u3002' when i > 0 && i + 1 < folded.Length && char.IsAsciiLetterOrDigit(folded[i - 1])
                    && char.IsAsciiLetterOrDigit(folded[i + 1]) => '.',
                '\u2044' or '\u2215' or '\u29F8' => '/',
                >= '\u2010' and <= '\u2015' or '\u2212' => '-',
                '\u2018' or '\u2019' => '\'',
                _ when char.IsDigit(c) => (char)('0' + CharUnicodeInfo.GetDecimalDigitValue(c)),
                _ => c,
            };
        }

        return folded.ToString();
    }

    // Linear in the text whatever it is: no backtracking.
    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    private static readonly Regex BracketedDot = new(@"\s?[\[({<]\s?(?:\.|dot|punkt|punto|point)\s?[\])}>]\s?", Linear);
    private static readonly Regex BracketedAt = new(@"\s?[\[({<]\s?(?:@|at)\s?[\])}>]\s?", Linear);
    private static readonly Regex SpokenDot = new(
        @"\s(?:(?:dot|punkt)\s|\.\s?)(com|org|info|io|biz|co|xyz|top|site|online|shop|ru|link|click)\b", Linear);
    private static readonly Regex Hxxp = new(@"\bh[tx]{2}p(s?)\s?:\s?/\s?/\s?", Linear);
}
