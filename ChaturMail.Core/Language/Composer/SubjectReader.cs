using System.Text.RegularExpressions;

namespace ChaturMail.Core.Language.Composer;

/// <summary>How the subject can stand in the first sentence. The names are those of the openings in YAML.</summary>
internal enum OpeningForm
{
    /// <summary>One of the template's leads was taken off ("Application for"), the rest is the topic.</summary>
    Lead,

    /// <summary>A noun phrase.</summary>
    Topic,

    /// <summary>A noun phrase that names the email itself, as in "Leave request".</summary>
    Named,

    /// <summary>A noun phrase for something that one asks for: leave, access, an extension.</summary>
    Grant,

    /// <summary>A noun phrase for something that takes place.</summary>
    Event,

    /// <summary>A noun phrase for a person's job or part.</summary>
    Role,

    /// <summary>A noun phrase for a post that one applies for.</summary>
    Position,

    /// <summary>A phrase that people say as it stands: "Happy birthday", "Sorry I missed your call".</summary>
    Social,

    /// <summary>A whole statement.</summary>
    Clause,

    /// <summary>A whole statement about the sender, "I" already put before it.</summary>
    First,

    /// <summary>A question.</summary>
    Question,

    /// <summary>Something that the recipient should do.</summary>
    Ask,

    /// <summary>A noun phrase that is a person's name, after a lead or alone.</summary>
    Person,

    /// <summary>A date or a period.</summary>
    When,

    /// <summary>Nothing of these: it is quoted.</summary>
    Any,
}

/// <summary>The subject, read.</summary>
/// <param name="Form">How it can stand in a sentence.</param>
/// <param name="Phrase">The words to use.</param>
/// <param name="Text">The whole subject as typed, for quoting.</param>
/// <param name="Rest">What stood after a comma, colon or dash and wants a sentence of its own, or null.</param>
internal sealed record SubjectReading(OpeningForm Form, Phrase Phrase, string Text, string? Rest)
{
    private const int LongestTopic = 16;

    /// <summary>Reads the subject for a template with these leads, longest first.</summary>
    public static SubjectReading Read(string subject, IReadOnlyList<string> leads, bool isForeign)
    {
        var text = Words.Clean(Prefix.Replace(Words.Clean(subject), ""));
        if (text.Length == 0) return new SubjectReading(OpeningForm.Any, new Phrase("", PhraseKind.Odd), "", null);
        if (isForeign) return new SubjectReading(OpeningForm.Any, new Phrase(text, PhraseKind.Foreign), text, null);
        var lead = leads.FirstOrDefault(l => StartsWith(text, l));
        if (lead is not null && Words.Clean(text[lead.Length..].TrimEnd('?')) is { Length: > 0 } topic) return ReadTopic(topic, OpeningForm.Lead) with { Text = text };
        return ReadTopic(text, OpeningForm.Topic) with { Text = text };
    }

    private static readonly Regex Prefix = new(@"^((re|fwd?|aw|wg)\s*:\s*|\[[^\]]*\]\s*|(regarding|concerning|about|on the subject of)\s+)+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static bool StartsWith(string text, string lead) => text.StartsWith(lead, StringComparison.OrdinalIgnoreCase)
        && text.Length > lead.Length && (!char.IsLetterOrDigit(text[lead.Length]) || !char.IsLetterOrDigit(lead[^1]));

    private static SubjectReading ReadTopic(string text, OpeningForm form)
    {
        var phrase = KeywordReader.Read(text);
        if (form == OpeningForm.Lead && KeywordReader.IsGerund(Words.Split(Grammar.Embed(text))))
            return new SubjectReading(form, new Phrase(Grammar.Embed(text), PhraseKind.Topic), text, null);
        if (phrase.Kind is not (PhraseKind.Clause or PhraseKind.Question or PhraseKind.Odd) && Split(text) is { } parts)
        {
            var main = ReadWhole(KeywordReader.Read(parts.Main), form);
            return main.Form is OpeningForm.Topic or OpeningForm.Lead or OpeningForm.Person or OpeningForm.Ask
                ? main with { Rest = parts.Remainder } : ReadWhole(phrase, form);
        }

        return ReadWhole(phrase.Kind == PhraseKind.Dated ? phrase : SmallWords.Restore(phrase), form);
    }

    private static SubjectReading ReadWhole(Phrase phrase, OpeningForm form)
    {
        var tooLong = phrase.Text.Count(c => c == ' ') >= LongestTopic;
        return phrase.Kind switch
        {
            PhraseKind.Clause or PhraseKind.State => new(OpeningForm.Clause, phrase, phrase.Text, null),
            PhraseKind.Social => new(OpeningForm.Social, phrase, phrase.Text, null),
            PhraseKind.Question => new(OpeningForm.Question, phrase, phrase.Text, null),
            PhraseKind.Self or PhraseKind.Own or PhraseKind.Doing or PhraseKind.Feeling when form == OpeningForm.Topic && !tooLong
                => First(phrase),
            PhraseKind.Ask => new(OpeningForm.Ask, phrase, phrase.Text, null),
            PhraseKind.Person => new(OpeningForm.Person, phrase, phrase.Text, null),
            PhraseKind.When or PhraseKind.Period or PhraseKind.Deadline => new(OpeningForm.When, phrase, phrase.Text, null),
            PhraseKind.Odd or PhraseKind.Foreign or PhraseKind.ForeignWhen or PhraseKind.It or PhraseKind.Link or PhraseKind.Past
                or PhraseKind.Quality
                or PhraseKind.Purpose or PhraseKind.Manner or PhraseKind.Reason or PhraseKind.Self or PhraseKind.Feeling
                    or PhraseKind.Contact
                or PhraseKind.None or PhraseKind.Own or PhraseKind.Back or PhraseKind.Remark or PhraseKind.Attachment
                    => new(OpeningForm.Any, phrase, phrase.Text, null),
            _ => new(tooLong ? OpeningForm.Any : form, phrase.Article == ArticleUse.Definite && !phrase.Plural
                ? phrase with { Article = ArticleUse.Owned } : phrase, phrase.Text, null),
        };
    }

    private static SubjectReading First(Phrase phrase) =>
        new(OpeningForm.First, phrase with
        {
            Text = (phrase.Kind is PhraseKind.Self or PhraseKind.Own
            ? "I " : "I am ") + phrase.Text,
            Article = ArticleUse.Never
        }, phrase.Text, null);

    private static (string Main, string Remainder)? Split(string text)
    {
        foreach (var mark in new[] { ": ", " - ", " – ", " — ", "; ", ", ", " | " })
        {
            var at = text.IndexOf(mark, StringComparison.Ordinal);
            if (at > 1 && Words.Clean(text[(at + mark.Length)..]) is { Length: > 1 } rest) return (Words.Clean(text[..at]), rest);
        }

        return null;
    }
}
