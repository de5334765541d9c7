using System.Text.RegularExpressions;

namespace ChaturMail.Core.Language.Composer;

/// <summary>Recognises dates, times, periods and durations in English words.</summary>
internal static partial class TimeReader
{
    private static readonly string[] Deadlines = ["by", "before", "until", "till", "within", "due"];
    private static readonly string[] Connectives = ["and", "or", "to", "-", "–", "at", "the", "of", "on", "through", "between",
        "from", "in", "&"];

    /// <summary>Reads all the words as one time, or gives null.</summary>
    public static Phrase? Read(string text, string[] words)
    {
        if (words.Length == 0) return null;
        text = WithClock(text);
        var lead = words[0].ToLowerInvariant();
        var hasLead = words.Length > 1 && (Deadlines.Contains(lead)
            || lead is "since" or "from" or "on" or "at" or "in" or "around" or "after" or "every" or "for" or "during" or "over"
                or "between" or "starting" or "effective");
        var core = hasLead ? words[1..] : words;
        if (lead is "every" or "each" && words.Length == 2 && (words[1].IsForm(WordClass.Units) || words[1].Is(WordClass.Days)))
            return new Phrase(text, PhraseKind.Period, Adverbial: text);
        if (!IsTime(core))
            return hasLead && ReadDuration("", core) is not null && lead is not ("on" or "at" or "from")
                ? new Phrase(text, Deadlines.Contains(lead) ? PhraseKind.Deadline : lead is "in" or "after"
                    ? PhraseKind.When : PhraseKind.Period, Adverbial: text)
                : ReadDuration(text, words);
        if (lead == "due") return new Phrase(text, PhraseKind.Dated);
        if (Deadlines.Contains(lead)) return new Phrase(text, PhraseKind.Deadline, Adverbial: text);
        if (hasLead) return new Phrase(text, lead is "from" or "since" or "between" or "for" or "during" or "every" or "starting"
            or "effective" or "after" or "around" ? PhraseKind.Period : PhraseKind.When, Adverbial: text);
        if (IsNamedDay(core)) return new Phrase(text, PhraseKind.Dated);
        if (lead == "end") return new Phrase(text, PhraseKind.When, Article: ArticleUse.Definite, Adverbial: "at the " + text);
        return IsRange(core) ? new Phrase(text, PhraseKind.Period, Adverbial: "from " + text)
            : new Phrase(text, PhraseKind.When, Adverbial: Preposition(core) + text);
    }

    /// <summary>Whether the text is a time of day and no date: "3pm", "after 4pm".</summary>
    public static bool IsClock(string text) => Words.Split(text) is [.., var last] words && SingleClock().IsMatch(last) && words.Length < 3
        && !words.Any(IsDay);

    /// <summary>Whether a time of day stands in the text.</summary>
    public static bool HoldsClock(string text) => Words.Split(text).Any(w => SingleClock().IsMatch(w));

    /// <summary>"12 November 6pm" with its "at", "6pm Friday" with its "on".</summary>
    private static string WithClock(string text)
    {
        var words = text.Split(' ');
        for (var i = 1; i < words.Length; i++)
        {
            var (before, after) = (words[i - 1].TrimEnd(','), words[i]);
            var isClock = SingleClock().IsMatch(after);
            if (!(isClock && IsDay(before)) && !(SingleClock().IsMatch(before) && !isClock && (after.IsForm(WordClass.Weekdays)
                || i + 1 < words.Length && words[i + 1].Is(WordClass.Months)))) continue;
            words[i] = (isClock ? "at " : "on ") + after;
        }

        return string.Join(' ', words);
    }

    private static bool IsDay(string word) => word.IsForm(WordClass.Weekdays) || word.Is(WordClass.Months) || DateForm().IsMatch(word)
        || word.ToLowerInvariant() is "today" or "tomorrow";

    /// <summary>Whether the words are nothing but a time.</summary>
    public static bool IsTime(string[] words)
    {
        if (words.Length is 0 or > 9 || words[0].IsForm(WordClass.Units)) return false;
        var anchored = false;
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            if (IsAnchor(word) || (word.Is(WordClass.Relative) && i + 1 < words.Length && words[i + 1].IsForm(WordClass.Units))
                || (word.Equals("end", StringComparison.OrdinalIgnoreCase) && words.Length > 1)) anchored = true;
            else if (!Connectives.Contains(word.ToLowerInvariant()) && !word.Is(WordClass.Relative) && !Words.IsNumber(word)
                && !(word.IsForm(WordClass.Units) && words.Length > 1) && !IsFiller(word)) return false;
        }

        return anchored && !Connectives.Contains(words[^1].ToLowerInvariant());
    }

    /// <summary>How many words at the end are a time, 0 when none.</summary>
    public static int TrailingTime(string[] words)
    {
        // "launch evening" and "office christmas" name things; "tomorrow" does not.
        var last = words[^1].ToLowerInvariant();
        var least = last.Is(WordClass.Days) && last is not ("today" or "tomorrow" or "tonight" or "yesterday" or "eod" or "noon") ? 2 : 1;
        for (var start = 1; start <= words.Length - least; start++)
            if (IsTime(words[start..]) && !words[start].Equals("of", StringComparison.OrdinalIgnoreCase)) return words.Length - start;
        return 0;
    }

    /// <summary>"last day 30 June" is a date with a name, "last Tuesday" is not.</summary>
    private static bool IsNamedDay(string[] words) =>
        words.Length > 2 && words[0].ToLowerInvariant() is "last" or "first" && words[1].ToLowerInvariant() is "day" or "date"
            or "week" or "working";

    private static Phrase? ReadDuration(string text, string[] words)
    {
        if (words.Length is < 2 or > 7 || !words[^1].IsForm(WordClass.Units)) return null;
        var first = words[0].ToLowerInvariant();
        if (!Words.IsNumber(first) && first is not ("a" or "an" or "half" or "few" or "several" or "about" or "around")) return null;
        return words[1..^1].All(w => Words.IsNumber(w) || w.ToLowerInvariant() is "more" or "to" or "or" or "an" or "a" or "and"
            or "few" or "extra" or "half"
            or "full" or "couple" or "of" or "working" or "business" or "-" or "–" || w.IsForm(WordClass.Units))
            ? new Phrase(text, PhraseKind.Duration, Plural: Lexicon.IsPlural(words[^1])) : null;
    }

    private static bool IsAnchor(string word) => word.IsForm(WordClass.Weekdays) || word.Is(WordClass.Months) || word.Is(WordClass.Days)
        || Clock().IsMatch(word) || DateForm().IsMatch(word);

    private static bool IsFiller(string word) => word.ToLowerInvariant() is "end" or "mid" or "late" or "early" or "o'clock" or "am"
        or "pm" or "a.m" or "p.m"
        or "ist" or "cet" or "gmt" or "utc" or "est" or "pst" or "sharp" or "onwards";

    private static bool IsRange(string[] words) => words.Any(w => w is "to" or "-" or "–" or "through") || words.Any(w
        => DayRange().IsMatch(w));

    private static string Preposition(string[] words)
    {
        var first = words[0].ToLowerInvariant();
        if (first.Is(WordClass.Relative) || first is "today" or "tomorrow" or "tonight" or "yesterday" or "every" or "asap") return "";
        if (Clock().IsMatch(first) || first is "noon" or "midnight" or "eod" or "christmas" or "easter") return "at ";
        if (words.All(w => w.Is(WordClass.Months) || Year().IsMatch(w) || w is "or" or "and" or "early" or "late" or "mid")) return "in ";
        if (first is "end" or "the") return words.Contains("end") ? "at " : "on ";
        return "on ";
    }

    [GeneratedRegex(@"^\d{1,2}([:.]\d\d)?(am|pm)$|^\d{1,2}:\d\d$|^\d{1,2}h(\d\d)?$|^\d{1,2}([:.]\d\d)?-\d{1,2}([:.]\d\d)?(am|pm)$", RegexOptions.IgnoreCase)]
    private static partial Regex Clock();

    [GeneratedRegex(@"^\d{1,2}([:.]\d\d)?(am|pm)$|^\d{1,2}:\d\d$", RegexOptions.IgnoreCase)]
    private static partial Regex SingleClock();

    [GeneratedRegex(@"^\d{1,2}(st|nd|rd|th)$|^\d{1,2}[-–]\d{1,2}(st|nd|rd|th)?$|^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}$|^\d{1,2}/\d{1,2}$|^(19|20)\d\d$|^Q[1-4]$", RegexOptions.IgnoreCase)]
    private static partial Regex DateForm();

    [GeneratedRegex(@"^\d{1,2}[-–]\d{1,2}$")]
    private static partial Regex DayRange();

    [GeneratedRegex(@"^(19|20)\d\d$")]
    private static partial Regex Year();
}
