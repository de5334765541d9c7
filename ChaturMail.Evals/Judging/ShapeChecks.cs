using System.Text.RegularExpressions;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;

namespace ChaturMail.Evals.Judging;

/// <summary>The checks of an email's form. Each says what is amiss, or null.</summary>
internal static partial class ShapeChecks
{
    private const int LeastWords = 25;
    private const int MostWords = 220;
    private const int WordsAKeyword = 16;

    private static readonly string[] Generic =
    [
        "all", "team", "sir", "madam", "hiring", "manager", "customer", "service", "support", "customers", "guests", "colleagues", "colleague", "everyone", "everybody",
        "friends", "friend", "members", "member", "neighbours", "neighbors", "parents", "students", "staff", "gardeners", "professor", "prof", "dr", "mr", "mrs", "ms", "miss", "mx",
        "there", "good", "morning", "afternoon", "evening", "day", "hello", "hi", "hey", "dear", "greetings", "to", "whom", "it", "may", "concern", "the", "and", "of", "welcome", "again",
        "family", "recruiter", "recruiting", "recruitment", "department", "committee", "billing", "accounts", "purchasing", "secretariat", "office", "landlord", "subscribers", "readers",
        "readers", "folks", "sales", "admissions", "editor", "hotel", "reservations", "conference", "human", "resources", "hr", "partner", "client", "user", "valued",
    ];

    /// <summary>A greeting that names nobody whom the request does not know.</summary>
    public static string? Greeting(Submission s)
    {
        if (s.Letter.Greeting is not { } greeting) return "no greeting";
        if (s.Request.RecipientName is { Length: > 0 } name && !name.Split(' ').Any(part => part.Length > 1 && greeting.Contains(part, StringComparison.OrdinalIgnoreCase)))
            return $"does not greet {name}: {greeting}";
        if (Submission.Primary(s.Found) != "en") return null;
        var given = Wording.Folded(s.Given);
        var strangers = Wording.Words(greeting).Where(w => char.IsUpper(w[0]) && !Generic.Contains(w.ToLowerInvariant()) && !given.Contains(Wording.Folded(w), StringComparison.Ordinal));
        return strangers.FirstOrDefault() is { } stranger ? $"greets {stranger}, whom the request does not know: {greeting}" : null;
    }

    /// <summary>An ending of its own below the sentences.</summary>
    public static string? Closing(Submission s) =>
        s.Letter.Closing is null && string.IsNullOrWhiteSpace(s.Request.Signature) ? "ends with a sentence of its body" : null;

    /// <summary>The signature as it stands, or the sender's name, once and at the end. Null for an email of nobody.</summary>
    public static CheckResult? Signature(Submission s)
    {
        var text = Wording.Plain(s.Letter.Text).TrimEnd();
        string? why;
        if (s.Request.Signature is { } given && given.Trim() is { Length: > 0 } signature)
        {
            signature = Wording.Plain(signature);
            why = !text.EndsWith(signature, StringComparison.Ordinal) ? "does not end with the signature"
                : Count(text, signature) > 1 ? "has the signature twice"
                : SignedAbove(text[..^signature.Length], s.Request.Sender()) ? "is signed above the signature as well" : null;
        }
        else if (s.Request.Sender() is { Length: > 0 } name)
        {
            var lines = text.Split('\n').Select(l => l.Trim().TrimEnd(',', '.')).ToList();
            why = lines[^1] != name && !(name.Contains(' ', StringComparison.Ordinal) && lines[^1] == name.Split(' ')[0]) ? $"is not signed with {name}"
                : lines.Count(l => l == name || l == name.Split(' ')[0]) > 1 ? $"is signed twice with {name}" : null;
        }
        else
        {
            return null;
        }

        return new CheckResult(Check.Signature, why is null, why);
    }

    /// <summary>The words that were asked for at most, else what an email of its kind has.</summary>
    public static string? Length(Submission s)
    {
        var words = WordCount.Of(s.Letter.Text);
        if (s.Request.Length is { } most) return words > (int)most ? $"{words} words, {(int)most} asked at most" : words < 12 ? $"{words} words only" : null;
        var limit = Math.Max(MostWords, s.Keywords.Count * WordsAKeyword) + (s.Request.Draft is { } draft ? WordCount.Of(draft) : 0);
        var least = s.Request.Rewrite is null ? LeastWords : 12;
        return words > limit ? $"{words} words" : words < least ? $"{words} words only" : null;
    }

    /// <summary>Brackets and stand-ins that the request does not hold.</summary>
    public static string? Placeholder(Submission s)
    {
        foreach (Match match in Gap().Matches(s.Letter.Text))
            if (!s.Given.Contains(match.Value.Trim(), StringComparison.OrdinalIgnoreCase)) return $"\"{match.Value.Trim()}\"";
        return null;
    }

    /// <summary>Two sentences that are the same, or the same but for the request's words in them.</summary>
    public static string? Repetition(Submission s)
    {
        var given = Wording.Stems(s.Request.Subject + "\n" + s.Request.Keywords);
        var seen = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var sentence in s.Letter.Sentences)
        {
            var words = Wording.Words(sentence).Select(w => w.ToLowerInvariant()).ToList();
            var whole = string.Join(' ', words);
            if (words.Count > 2 && !seen.TryAdd(whole, sentence)) return $"twice: {sentence}";
            var frame = Frame(words, given);
            if (frame.Split(' ').Count(w => w != "_") < 3 || frame == whole) continue;
            if (!seen.TryAdd(frame, sentence) && seen[frame] != sentence) return $"the same around another keyword: {seen[frame]} / {sentence}";
        }

        return null;
    }

    /// <summary>Slips that code can see. Words of the request are the user's own.</summary>
    public static string? Grammar(Submission s)
    {
        var body = s.Letter.Body;
        var plain = Wording.Plain(body);
        foreach (Match match in Slip().Matches(plain))
            if (!s.Given.Contains(match.Value, StringComparison.OrdinalIgnoreCase)) return $"\"{match.Value.Trim()}\" in: {s.Letter.Around(match.Value)}";
        if (Submission.Primary(s.Found) == "en")
        {
            foreach (Match match in EnglishSlip().Matches(plain))
                if (!Allowed(match.Value) && !s.Given.Contains(match.Value, StringComparison.OrdinalIgnoreCase)) return $"\"{match.Value}\" in: {s.Letter.Around(match.Value)}";
        }

        foreach (var paragraph in s.Letter.Paragraphs)
            if (!paragraph.StartsWith("- ", StringComparison.Ordinal) && !Ended().IsMatch(paragraph.Split('\n')[^1]) && !paragraph.Contains("\n- ", StringComparison.Ordinal))
                return $"no full stop: {s.Letter.Around(paragraph)}";
        // German goes on in lower case after a greeting's comma.
        foreach (var sentence in s.Letter.Sentences.Skip(Submission.Primary(s.Found) == "en" ? 0 : 1))
        {
            var start = sentence.TrimStart('-', ' ', '"', '“', '(', '«');
            if (start.Length > 0 && char.IsLower(start[0]) && !sentence.StartsWith("- ", StringComparison.Ordinal) && sentence[0] is not ('"' or '“')
                && !StartsWithGiven(s, start)) return $"starts in lower case: {sentence}";
        }

        if (Unpaired(plain, '"', '"') && !Unpaired(s.Given, '"', '"')) return "a quotation mark too few";
        return Unpaired(plain, '(', ')') && !Unpaired(s.Given, '(', ')') ? "a bracket too few" : null;
    }

    /// <summary>What can be seen of a tone. Null where none is asked, or the email is not English.</summary>
    public static CheckResult? Tone(Submission s)
    {
        if (s.Request.Tone is not { } tone || Submission.Primary(s.Found) != "en") return null;
        var text = Wording.Plain(s.Letter.Text);
        var why = tone switch
        {
            EmailTone.Formal when Contraction().Match(text) is { Success: true, Value: var word } && !s.Given.Contains(word, StringComparison.OrdinalIgnoreCase) => $"\"{word}\" is not formal",
            EmailTone.Formal when text.StartsWith("Hi", StringComparison.Ordinal) || text.StartsWith("Hey", StringComparison.Ordinal) => $"greets with \"{s.Letter.Greeting}\"",
            EmailTone.Friendly when Stiff().Match(text) is { Success: true, Value: var phrase } => $"\"{phrase}\" is not friendly",
            EmailTone.Apologetic when !Sorry().IsMatch(text) => "no word of apology",
            EmailTone.Enthusiastic when !Glad().IsMatch(text) => "no word of joy",
            _ => null,
        };
        return new CheckResult(Check.Tone, why is null, why);
    }

    private static int Count(string text, string part)
    {
        var count = 0;
        for (var at = text.IndexOf(part, StringComparison.Ordinal); at >= 0; at = text.IndexOf(part, at + part.Length, StringComparison.Ordinal)) count++;
        return count;
    }

    private static bool SignedAbove(string text, string name) => name.Length > 0 && text.TrimEnd().Split('\n').Any(line => line.Trim() == name);

    private static string Frame(List<string> words, IReadOnlySet<string> given)
    {
        var frame = new List<string>();
        foreach (var word in words)
        {
            var slot = !Wording.IsSmall(word) && given.Contains(Wording.Stem(word));
            if (!slot) frame.Add(word);
            else if (frame.Count == 0 || frame[^1] != "_") frame.Add("_");
        }

        return string.Join(' ', frame);
    }

    private static bool StartsWithGiven(Submission s, string start) =>
        s.Keywords.Append(s.Request.Subject).Any(k => k.Length > 0 && start.StartsWith(k.Split(' ')[0], StringComparison.Ordinal) && !char.IsAsciiLetterLower(k.Length > 1 ? k[1] : 'a'));

    private static bool Unpaired(string text, char open, char close)
    {
        if (open == close) return text.Count(c => c == open) % 2 != 0;
        return text.Count(c => c == open) != text.Count(c => c == close);
    }

    private static bool Allowed(string slip) => SoundsOtherwise().IsMatch(slip);

    [GeneratedRegex(@"\[[^\]\n]{0,60}\]|\{[^}\n]{0,60}\}|<[A-Za-z_][^>\n]{0,60}>|\bX{3,}\b|\bTBD\b|\bTBA\b|\b[Ii]nsert (your|the|name|date|here)\b|_{3,}|\b([Yy]our|[Cc]ompany|[Rr]ecipient|[Ss]ender)('s)? [Nn]ame\b(?= ?[,.\n]|$)|\blorem ipsum\b")]
    private static partial Regex Gap();

    [GeneratedRegex(@"\b(?!that\b|had\b)([\p{L}]{2,}) \1\b(?!-)|(?<=[\p{L}\d""])[ ]+[,.;:!?](?=\s|$)|(?<!\.)\.\.(?!\.)|[,;:][.,;:]|[^\n ]  +[^ ]|[.!?]{1}[\p{Lu}][\p{Ll}]{2,}", RegexOptions.IgnoreCase)]
    private static partial Regex Slip();

    [GeneratedRegex(@"(?<![&/+])\b[Aa] ""?[aeiouAEIOU]\w*|\b[Aa]n ""?[b-df-hj-np-tv-zB-DF-HJ-NP-TV-Z]\w*|\b(the|an?|my|your|our) (the|an?|my|your|our|his|her|their|this)\b|\b(is|are|was) (is|are|was)\b|\bto (to|for|from|by|until)\b|\bI (is|are|has)\b|\b(?<!of |to |from |with |for )(we|they) (is|was|has)\b|\b(he|she|it) (are|have|were)\b|\bmore better\b|(?<!\b(?:etc|approx|incl|resp))(?<=\w{3,})[.!?] [a-z]\w*", RegexOptions.None)]
    private static partial Regex EnglishSlip();

    // By sound, not by letter: a European, a one-day trip, an hour, an SQL course, an MBA.
    [GeneratedRegex(@"^a ""?(uni|use|usu|usa|util|eu|ewe|one|once|ub|ur[aio]|UK|US|UN|EU|U-)|^an ""?(hou|hon|heir|herb|[FHLMNRSX][A-Z0-9]|[FHLMNRSX]\b|x-)", RegexOptions.IgnoreCase)]
    private static partial Regex SoundsOtherwise();

    [GeneratedRegex(@"[.!?:…।。！？؟][""”’»)*]*$|^- ")]
    private static partial Regex Ended();

    [GeneratedRegex(@"\b(\w+n't|I'm|I'd|I'll|I've|(we|you|they|it|he|she|that|there)'(re|ll|ve|d|s))\b", RegexOptions.IgnoreCase)]
    private static partial Regex Contraction();

    [GeneratedRegex(@"\b(Yours faithfully|Dear Sir|hereby|To whom it may concern)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Stiff();

    [GeneratedRegex(@"\b(sorry|apolog\w+|regret|forgive|my fault|our fault|excuse)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Sorry();

    [GeneratedRegex(@"!|\b(look(ing)? forward|excit\w+|delight\w+|glad|happy|thrill\w+|wonderful|great|love|cannot wait|can't wait|pleas(ed|ure)|eager|keen)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Glad();
}
