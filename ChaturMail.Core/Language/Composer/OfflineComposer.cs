using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language.Composer.Rewriting;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Language.Composer;

/// <summary>
/// Writes an email from rules and sentence frames, without a model and without a network. The same request and seed give the same
/// text, on every machine; another seed gives another. It speaks English only and says so in <see cref="ModelAnswer.Written.Note"/>
/// when the request does not. It answers every request, whatever the user typed, and changes any English draft; only a translation and
/// the change of a draft in another language are <see cref="ModelFailure.Unsupported"/>.
/// </summary>
public sealed class OfflineComposer : ILanguageModel
{
    /// <summary>The name under which its answers stand.</summary>
    public const string ModelName = "offline-composer";

    /// <summary>What the user is told about an email whose subject or keywords are not English.</summary>
    public const string EnglishOnly = "The offline composer writes English only.";

    /// <summary>What the user is told about instructions: rules can follow hardly any.</summary>
    public const string NoInstructions = "The offline composer cannot follow instructions, so yours were left out.";
    /// <summary>What the user is told about an email by a prompt of their own.</summary>
    public const string GuidanceUnread = "The offline composer writes from subject and keywords; it cannot follow a prompt's guidance.";

    private const int LongestName = 80;
    private readonly FrozenDictionary<string, (PromptTemplate Template, ComposerScript Script)> _scripts;

    // Those of templates that were published later, for as long as such a template is in use.
    private readonly ConditionalWeakTable<PromptTemplate, ComposerScript> _published = [];

    /// <summary>Takes the composer section of every template.</summary>
    /// <exception cref="PromptFileException">A section lacks a field or holds a wrong one.</exception>
    public OfflineComposer(PromptCatalog catalog) : this(catalog.All) { }

    internal OfflineComposer(IEnumerable<PromptTemplate> templates) => _scripts = templates.ToFrozenDictionary(t => t.Id, t => (t, Parse(t)));

    /// <summary>Reads a template's composer section, to find out whether it can be used.</summary>
    /// <exception cref="PromptFileException">It lacks a field or holds a wrong one.</exception>
    public static void Check(PromptTemplate template) => Parse(template);

    /// <inheritdoc/>
    public Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var answer = Answer(request);
        if (answer is ModelAnswer.Written { Text: var text }) request.Sink?.Append(text);
        return Task.FromResult(answer);
    }

    internal ModelAnswer Answer(ModelRequest request)
    {
        if (request.Rewrite is null) return Write(request);
        var hash = SeededChoice.Hash([request.Prompt.Id, request.Rewrite.Draft]);
        return DraftRewriter.Write(request, ScriptOf(request, request.Keywords), new SeededChoice(hash ^ (uint)request.Seed));
    }

    internal ModelAnswer.Written Write(ModelRequest request)
    {
        var keywords = Distinct(request.Keywords);
        var isForeign = IsForeign(request, keywords);
        var script = ScriptOf(request, keywords);
        var subject = SubjectReading.Read(request.Subject, script.Leads, isForeign);
        if (subject.Form == OpeningForm.Person) script = script.ForPerson;
        var phrases = keywords.Select(k => Read(k, isForeign)).Select(p => script.IsHiring ? AsExperience(p) : p).ToList();
        if (subject.Rest is { } rest && !IsRecipient(request, rest) && !keywords.Any(k => Words.Holds(k, rest)
            || Words.Holds(rest, k))) phrases.Add(Read(rest, isForeign));

        (subject, phrases) = Sharpened(subject, OneTime(phrases));
        var wishes = EmailWishes.Of(request.Options);
        var text = Compose(request, keywords, script, subject, phrases, wishes);
        return new ModelAnswer.Written(text, ModelName, 0, 0, Note(request, wishes, isForeign || keywords.Any(Words.IsOtherScript)));
    }

    /// <summary>The email, said in fewer words until it has no more than were asked for, or can be said in no fewer.</summary>
    private static string Compose(
        ModelRequest request, List<string> keywords, ComposerScript script, SubjectReading subject, List<Phrase> phrases, EmailWishes wishes)
    {
        var hash = SeededChoice.Hash([request.Prompt.Id, request.Subject, .. keywords]);
        var rotation = unchecked(hash % 1_000_000 + (ulong)((long)request.Seed - int.MinValue));
        var most = (int?)wishes.Length ?? int.MaxValue;
        if (request.Options.Signature is { } signature) most -= WordCount.Of(signature);
        var measure = wishes.Length switch { EmailLength.Short => DraftMeasure.Brief, EmailLength.Long => DraftMeasure.Ample, _ => DraftMeasure.Usual };
        string Text(DraftMeasure howMuch)
        {
            var choice = new SeededChoice(hash ^ ((ulong)(uint)request.Seed * 0xD1B54A32D192ED03UL));
            var tone = wishes.Tone is { } asked ? ToneStyle.Of(asked) : null;
            var reply = string.IsNullOrWhiteSpace(request.Options.Context) ? "" : ToneStyle.Replies(wishes.Tone) is var lines ? lines[(int)(rotation % (ulong)lines.Count)] : "";
            var plan = new DraftPlan(tone, script.FitOf(wishes.Tone), reply, howMuch);
            var paragraphs = new Draft(script, choice, rotation, plan).Write(subject, phrases);
            var greeting = GreetingLine.For(request, script, tone);
            return string.Join("\n\n", [greeting, .. paragraphs, Closing(request, script, plan, greeting, choice)]);
        }

        for (; ; measure++)
        {
            var text = Text(measure);
            // Without its courtesies an email can still come out a word longer, as its sentences are others.
            if (measure == DraftMeasure.Brief && Text(DraftMeasure.Usual) is var usual && WordCount.Of(usual) < WordCount.Of(text)) text = usual;
            if (measure == DraftMeasure.Bare || WordCount.Of(text) <= most) return text;
        }
    }

    private ComposerScript ScriptOf(ModelRequest request, IReadOnlyList<string> keywords) =>
        ScriptOf(request.Prompt).For(request.Subject, keywords);

    /// <summary>Whether the words are not English. A language that was asked for says nothing about them, one that was detected does.</summary>
    private static bool IsForeign(ModelRequest request, List<string> keywords) =>
        (request.Options.Language is null && !DraftRewriter.IsEnglish(request.Language)) || ForeignText.IsForeign(request.Subject, keywords);

    private static string? Note(ModelRequest request, EmailWishes wishes, bool isForeign)
    {
        var isEnglishOnly = isForeign || (request.Options.Language is { } asked && !DraftRewriter.IsEnglish(asked));
        string[] notes = [isEnglishOnly ? EnglishOnly : "", wishes.LeavesInstructions ? NoInstructions : "", request.Prompt.IsOwn || request.Prompt.Composer.Length == 0 ? GuidanceUnread : ""];
        return string.Join(' ', notes.Where(note => note.Length > 0)) is { Length: > 0 } some ? some : null;
    }

    /// <summary>The closing phrase and the sender's name. A signature of the user's own comes after the phrase, and is not put here.</summary>
    private static string Closing(ModelRequest request, ComposerScript script, DraftPlan plan, string greeting, SeededChoice choice)
    {
        var phrases = plan is { Tone: { } tone, Fit: ToneFit.Full } ? tone.SignOff : script.SignOff;
        var signOff = SignOff(phrases, greeting, choice);
        if (signOff == "Yours sincerely" && greeting == GreetingLine.ToNobody) signOff = "Yours faithfully";
        var name = Words.Clean(request.SenderName);
        return signOff + "," + (name.Length is > 0 and <= LongestName && string.IsNullOrWhiteSpace(request.Options.Signature) ? "\n" + name : "");
    }

    private ComposerScript ScriptOf(PromptTemplate prompt)
    {
        if (prompt.IsOwn) return ComposerScript.Own;
        // A template that was published in the place of a shipped one has its id, and a script of its own.
        return _scripts.TryGetValue(prompt.Id, out var shipped) && shipped.Template.Composer == prompt.Composer
            ? shipped.Script : _published.GetValue(prompt, Parse);
    }

    /// <summary>"Yours sincerely" does not follow "Hello".</summary>
    private static string SignOff(IReadOnlyList<string> phrases, string greeting, SeededChoice choice)
    {
        var isPlain = !greeting.StartsWith("Dear", StringComparison.Ordinal);
        var fitting = phrases.Where(s => !isPlain || !s.Contains("Yours", StringComparison.Ordinal) && s != "Sincerely").ToList();
        return choice.Shuffle(fitting.Count > 0 ? fitting : phrases)[0];
    }

    private static ComposerScript Parse(PromptTemplate template) => template.Composer.Length == 0
        ? ComposerScript.Own
        : ComposerScript.Parse(template.Slug + ".md", "# Composer ", template.Composer, ComposerScript.Shared);

    private static Phrase Read(string keyword, bool isForeign) => isForeign
        ? ForeignText.IsRoom(keyword) ? new Phrase($"\"{keyword}\"", PhraseKind.Place)
            : new Phrase(keyword, ForeignText.IsTime(keyword) ? PhraseKind.ForeignWhen : PhraseKind.Foreign)
        : SmallWords.Restore(KeywordReader.Read(keyword));

    /// <summary>To somebody who hires, "5 years" are years of experience.</summary>
    private static Phrase AsExperience(Phrase phrase) => phrase.Kind == PhraseKind.Duration && Words.Split(phrase.Text)[^1].TrimEnd('s').ToLowerInvariant() is "year" or "yr"
        ? new Phrase(phrase.Text + " of experience", PhraseKind.Experience, Plural: true) : phrase;

    /// <summary>"Welcome, Sofia": the greeting has the name already.</summary>
    private static bool IsRecipient(ModelRequest request, string name) =>
        GreetingLine.For(request, ComposerScript.Shared, null) is var greeting && Words.Holds(greeting, name);

    /// <summary>A date and a time of day are one thing: "5 November" and "6pm" make "5 November at 6pm".</summary>
    private static List<Phrase> OneTime(List<Phrase> phrases)
    {
        if (phrases.Where(p => p.Kind == PhraseKind.When).ToList() is not [var one, var other] || TimeReader.IsClock(one.Text) == TimeReader.IsClock(other.Text)) return phrases;
        var (day, clock) = TimeReader.IsClock(other.Text) ? (one, other) : (other, one);
        if (day.Adverbial is null || clock.Adverbial is null || TimeReader.HoldsClock(day.Text)) return phrases;
        var joined = day with { Text = $"{day.Text} {clock.Adverbial}", Adverbial = $"{day.Adverbial} {clock.Adverbial}", Keywords = 2 };
        return phrases.Select(p => p == one ? joined : p).Where(p => p != other).ToList();
    }

    /// <summary>"Leave request" and "annual leave" are one thing: the subject takes the keyword's closer words, "annual leave request".</summary>
    private static (SubjectReading, List<Phrase>) Sharpened(SubjectReading subject, List<Phrase> phrases)
    {
        if (subject.Form is OpeningForm.Any or OpeningForm.Question or OpeningForm.Social) return (subject, phrases);
        var words = subject.Phrase.Text.Split(' ');
        foreach (var phrase in phrases.Where(p => p.Kind == PhraseKind.Grant))
        {
            if (phrase.Text.Split(' ') is not [var closer, var noun] || Words.Holds(subject.Phrase.Text, closer)) continue;
            var at = Array.FindIndex(words, w => w.Equals(noun, StringComparison.OrdinalIgnoreCase));
            if (at < 0 || (at > 0 && !words[at - 1].IsFunctionWord() && !NounReader.IsVerbLike(words[at - 1]))) continue;
            return (subject with { Phrase = subject.Phrase with { Text = string.Join(' ', [.. words[..at], phrase.Text, .. words[(at + 1)..]]) } }, phrases.Where(p => p != phrase).ToList());
        }

        return (subject, phrases);
    }

    /// <summary>Each keyword once, and none that another one holds.</summary>
    private static List<string> Distinct(IReadOnlyList<string> keywords)
    {
        var clean = keywords.Select(k => Words.Clean(k) is { Length: > 0 } text ? text : k.Trim()).Where(k => k.Length > 0)
            .Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return clean.Where((k, i) => !clean.Where((other, j) => j != i && other.Length > k.Length).Any(other
            => Words.Holds(other, k))).ToList();
    }
}
