using System.Globalization;
using System.Text.RegularExpressions;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;

namespace ChaturMail.Evals.Judging;

/// <summary>The checks of what an email says. Each says what is amiss, or null.</summary>
internal static partial class ContentChecks
{
    /// <summary>
    /// The words of every keyword in any form: both of two, two thirds of more. Numbers, codes and names are <see cref="Facts"/>'s.
    /// Null when the email is in another language than the keywords.
    /// </summary>
    public static CheckResult? Keywords(Submission s)
    {
        if (!s.IsComparable) return null;
        var stems = Wording.Stems(s.Letter.Body);
        var missing = s.Keywords.Where(k => !IsAddressed(k, s, stems)).ToList();
        return new CheckResult(Check.Keywords, missing.Count == 0, missing.Count == 0 ? null : "missing: " + string.Join(", ", missing));
    }

    /// <summary>The numbers, codes and names of every keyword, and the numbers of the subject, exactly as given.</summary>
    public static string? Facts(Submission s)
    {
        var body = Exact.Normal(s.Letter.Text);
        var missing = s.Keywords.SelectMany(k => ExactWords(k, s)).Concat(Wording.Words(s.Request.Subject).Where(w => w.Any(char.IsDigit)))
            .Distinct(StringComparer.OrdinalIgnoreCase).Where(word => !Exact.Holds(body, word)).ToList();
        return missing.Count == 0 ? null : "missing or changed: " + string.Join(", ", missing);
    }

    /// <summary>Numbers in digits or words, weekdays, months, days and attachments that the request does not hold.</summary>
    public static string? Invented(Submission s)
    {
        var text = Wording.Plain(s.Letter.Text);
        var numbers = Exact.Numbers(s.Given);
        foreach (Match match in Exact.Number().Matches(text))
            if (!numbers.Contains(match.Value) && !Exact.Parts(match.Value).All(numbers.Contains)) return Told(s, match.Value);
        foreach (Match match in NumberWord().Matches(text))
        {
            var value = Exact.ValueOf(match.Groups[1].Value);
            var counted = match.Groups[2].Success && value <= s.Keywords.Count + 1;
            if (!counted && !numbers.Contains(value.ToString(CultureInfo.InvariantCulture)) && !Has(s.Given, match.Groups[1].Value)) return Told(s, match.Groups[1].Value);
        }

        foreach (Match match in Day().Matches(text))
        {
            var word = match.Value;
            if (!Has(s.Given, word) && !Has(s.Given, word[..3]) && !Has(s.Given, word + "s") && !Has(s.Given, word.TrimEnd('s'))) return Told(s, word);
        }

        foreach (Match match in Attachment().Matches(text))
            if (!Attachment().IsMatch(s.Given)) return Told(s, match.Value);
        return null;
    }

    /// <summary>The language asked for; English with a note that says so is what a model may do that speaks nothing else.</summary>
    public static string? Language(Submission s)
    {
        var (asked, found) = (Submission.Primary(s.Asked), Submission.Primary(s.Found));
        if (asked == found || (asked is "no" or "nb" or "nn" && found is "nb")) return null;
        if (found == "en" && s.Note?.Contains("English only", StringComparison.OrdinalIgnoreCase) == true) return null;
        return $"is {found}, asked was {asked}, and no note says so";
    }

    /// <summary>At least half of the subject's words. Null when the email is in another language.</summary>
    /// <param name="usual">What every email of the template says in some way, as sympathy in a condolence: those words of the subject do not count.</param>
    public static CheckResult? Subject(Submission s, IEnumerable<Regex> usual)
    {
        if (!s.IsComparable) return null;
        var own = usual.Aggregate(Wording.Plain(s.Request.Subject), (subject, marker) => Regex.Replace(subject, marker + @"\w*", " ", marker.Options));
        var words = Wording.Words(own).Where(w => !Wording.IsSmall(w) && !Opening().IsMatch(w)).ToList();
        if (words.Count == 0) return null;
        var stems = Wording.Stems(s.Letter.Text);
        var body = Exact.Normal(s.Letter.Text);
        var missing = words.Where(w => w.Any(char.IsDigit) || Wording.IsOtherScript(w) ? !Exact.Holds(body, w) : !Wording.Holds(stems, w)).ToList();
        var passed = missing.Count * 2 <= words.Count;
        return new CheckResult(Check.Subject, passed, passed ? null : "nothing of: " + string.Join(", ", missing));
    }

    /// <summary>What a rewrite changes and what it keeps. Null for a new email.</summary>
    public static CheckResult? Rewrite(Submission s)
    {
        if (s.Request.Change() is not { } change) return null;
        var (was, now) = (WordCount.Of(change.Draft), WordCount.Of(s.Letter.Text));
        var lost = Exact.Numbers(change.Draft).Where(n => !Exact.Numbers(s.Letter.Text).Contains(n)).ToList();
        var why = lost.Count > 0 ? "lost " + string.Join(", ", lost) : change.Kind switch
        {
            RewriteKind.Shorten when now > was * 0.85 => $"{now} words of {was}: not shorter",
            RewriteKind.Elaborate when now < was * 1.1 => $"{now} words of {was}: not longer",
            RewriteKind.FixGrammar when Likeness(change.Draft, s.Letter.Text) is var likeness && likeness < 0.7 => $"{likeness:P0} of the words stayed: more than grammar changed",
            RewriteKind.Translate when Submission.Primary(s.Found) != Submission.Primary(change.Language!) && s.Note is null => "is not translated",
            RewriteKind.Formalize or RewriteKind.Soften when s.Letter.Text.Trim() == change.Draft.Trim() => "nothing changed",
            _ => null,
        };
        return new CheckResult(Check.Rewrite, why is null, why);
    }

    private static bool IsAddressed(string keyword, Submission s, IReadOnlySet<string> stems)
    {
        if (Wording.IsOtherScript(keyword))
            return Wording.Plain(s.Letter.Text).Contains(Wording.Plain(keyword), StringComparison.OrdinalIgnoreCase)
                || Wording.Words(keyword).Count(w => s.Letter.Text.Contains(w, StringComparison.OrdinalIgnoreCase)) * 2 > Wording.Words(keyword).Count;
        var exact = ExactWords(keyword, s).ToHashSet();
        var words = Wording.Words(keyword).Where(w => !Wording.IsSmall(w) && !exact.Contains(w)).ToList();
        var found = words.Count(w => Wording.Holds(stems, w) || Exact.ValueOf(w) > 0);
        return words.Count <= 2 ? found == words.Count : found * 3 >= words.Count * 2;
    }

    // Digits and signs must stand as they are. So must names, which are the capitals of someone who otherwise writes in lower case.
    private static IEnumerable<string> ExactWords(string keyword, Submission s)
    {
        if (Wording.IsOtherScript(keyword)) return Wording.Words(keyword).Where(w => w.Any(char.IsDigit));
        var minds = s.Keywords.Any(k => char.IsLower(k[0]));
        return Wording.Words(keyword).Where((word, index) => word.Any(char.IsDigit) || word.IndexOfAny(['#', '+', '@', '&']) >= 0
            || (word.Length > 1 && word.Skip(1).Any(char.IsUpper)) || (char.IsUpper(word[0]) && (minds || index > 0) && !Wording.IsSmall(word)));
    }

    // The share of the draft's words that stand in the text in the same order: the longest common subsequence.
    private static double Likeness(string draft, string text)
    {
        var (a, b) = (Wording.Words(draft), Wording.Words(text));
        var row = new int[b.Count + 1];
        foreach (var word in a)
        {
            var diagonal = 0;
            for (var j = 1; j <= b.Count; j++)
            {
                var above = row[j];
                row[j] = word.Equals(b[j - 1], StringComparison.OrdinalIgnoreCase) ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return a.Count == 0 ? 1 : 2.0 * row[b.Count] / (a.Count + b.Count);
    }

    private static string Told(Submission s, string part) => $"\"{part}\" was not given: {s.Letter.Around(part)}";

    private static bool Has(string text, string word) => Regex.IsMatch(text, $@"(?<![\p{{L}}\d]){Regex.Escape(word)}(?![\p{{L}}\d])", RegexOptions.IgnoreCase);

    // A count of the email's own points is no fact ("two things"), nor is what points back ("the two").
    [GeneratedRegex(@"(?<!\bthe )\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|hundred|thousand|dozen)\b( (?:things|points|requests|questions|reasons|items|matters|topics|remarks|notes|ways))?", RegexOptions.IgnoreCase)]
    private static partial Regex NumberWord();

    [GeneratedRegex(@"\b(Mondays?|Tuesdays?|Wednesdays?|Thursdays?|Fridays?|Saturdays?|Sundays?|January|February|April|June|July|August|September|October|November|December|(?<=\b(in|until|by|from|since|of|to|\d+(st|nd|rd|th)?) )(May|March)|(May|March)(?= \d)|[Tt]omorrow|[Yy]esterday|[Tt]onight|[Tt]oday|(next|last) week)\b")]
    private static partial Regex Day();

    [GeneratedRegex(@"\b(attach\w*|enclos\w+)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Attachment();

    [GeneratedRegex("^(requests?|regarding|question|notice)$", RegexOptions.IgnoreCase)]
    private static partial Regex Opening();
}
