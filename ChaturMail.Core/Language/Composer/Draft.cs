namespace ChaturMail.Core.Language.Composer;

/// <summary>Chooses the sentences of one email and puts them into paragraphs.</summary>
internal sealed class Draft(ComposerScript script, SeededChoice choice, ulong rotation, DraftPlan plan)
{
    private const int EnoughWords = 36;
    private const int FullWords = 56;
    private const int AmpleWords = 125;
    private const int MostJoined = 3;
    private const int JoinMoreAbove = 6;
    private const int LongWord = 6;
    private const int OneLine = 18;

    private static readonly HashSet<PhraseKind> FallsToTopic =
    [
        PhraseKind.Problem, PhraseKind.Remedy, PhraseKind.Event, PhraseKind.Document, PhraseKind.Work, PhraseKind.Trait, PhraseKind.Position, PhraseKind.People, PhraseKind.Grant, PhraseKind.Dated, PhraseKind.Priced,
    ];

    // What one asks to be given, when it stands first: "quote for 200 mugs".
    private static readonly HashSet<string> Asked = new(StringComparer.OrdinalIgnoreCase) { "quote", "quotation", "estimate", "copy", "certificate", "transcript" };

    private readonly HashSet<string> _used = [];
    private readonly HashSet<string> _said = new(StringComparer.OrdinalIgnoreCase);
    private string _lastStart = "";
    private bool _mayAdd;

    /// <summary>The paragraphs between greeting and sign-off.</summary>
    public List<string> Write(SubjectReading subject, IReadOnlyList<Phrase> phrases)
    {
        var opening = Opening(subject);
        var open = phrases.Where(p => !Words.Holds(opening, p.Text)).ToList();
        var body = plan.Measure == DraftMeasure.Bare && open.Count > 1 ? [Listed(open)] : Body(open);
        var close = Close();
        if (plan.Measure > DraftMeasure.Usual) return Paragraphs([plan.Reply, opening], body, [close]);

        var words = Count(opening) + body.Sum(Count) + Count(close);
        var before = Before([opening, close]);
        var after = After(subject, words, [before, opening, .. body]);
        List<string> fill = plan.Spoken is not null ? words < FullWords || plan.Measure == DraftMeasure.Ample || before.Length == 0 ? [.. Toned(plan.ToneFill, [before, opening, after, .. body, close])] : []
            : words + Count(after) < EnoughWords + (int)(rotation % 6) ? [Fitting(script.Fill, [opening, .. body, close]).Plain] : [];
        if (plan.Measure == DraftMeasure.Ample) Enrich(fill, [before, opening, after, .. body, close], words + Count(after));
        return Paragraphs([before, opening, after], body, [.. fill.Select(Said), close]);
    }

    /// <summary>The last sentences; the shortest of them where words are few.</summary>
    private string Close() => Said((plan.Measure > DraftMeasure.Usual ? script.Close.MinBy(f => Count(f.Plain))! : Rotate(script.Close)).Plain);

    private string Before(IReadOnlyList<string> said) => plan.Reply.Length > 0 ? plan.Reply
        : plan.Spoken is { } tone ? Toned(tone.Before, said).FirstOrDefault("") : "";

    private string After(SubjectReading subject, int words, IReadOnlyList<string> said)
    {
        if (subject.Phrase.Text.Length == 0) return "";
        if (plan.Spoken is not null) return Toned(plan.ToneAfter, said).FirstOrDefault("");
        return script.After.Count == 0 ? "" : words < FullWords || plan.Measure == DraftMeasure.Ample ? Said(Fitting(script.After, said).Plain) : "";
    }

    /// <summary>One sentence of the tone's, or none.</summary>
    private IEnumerable<string> Toned(IReadOnlyList<Frame> frames, IReadOnlyList<string> said) => frames.Count == 0 ? [] : [Fitting(frames, said).Plain];

    private string Said(string text) => plan.Tone is null || text.Length == 0 ? text : plan.Tone.Say(text);

    /// <summary>Adds sentences that are true whatever the facts are, none that sounds like another.</summary>
    private void Enrich(List<string> fill, IReadOnlyList<string> said, int words)
    {
        foreach (var frame in choice.Shuffle(script.Fill).Concat(choice.Shuffle(script.More)))
        {
            if (words + fill.Sum(Count) >= AmpleWords) return;
            var taken = said.Concat(fill).SelectMany(Words.Split).Where(w => w.Length >= LongWord).ToHashSet(StringComparer.OrdinalIgnoreCase);
            if (!fill.Contains(frame.Plain) && frame.Words.Count(taken.Contains) <= 1) fill.Add(frame.Plain);
        }
    }

    private static string Listed(List<Phrase> phrases) => $"In brief: {string.Join("; ", phrases.Select(p => p.Text))}.";

    private string Opening(SubjectReading subject)
    {
        if (subject.Phrase.Text.Length == 0) return Said(Fitting(script.After.Count > 0 ? script.After : ComposerScript.Shared.After, []).Plain);
        var frames = Openings(subject);
        var frame = plan.Tone is { } tone ? tone.Say(Rotate(frames)) : Rotate(frames);
        _lastStart = frame.FirstWord;
        return frame.With(ReferenceEquals(frames, script.Open[OpeningForm.Any])
            ? new Phrase(subject.Text, PhraseKind.Odd) : subject.Phrase);
    }

    private IReadOnlyList<Frame> Openings(SubjectReading subject)
    {
        if (subject.Form is OpeningForm.Topic or OpeningForm.Lead)
        {
            OpeningForm? special = script.Names(subject.Phrase) ? OpeningForm.Named : subject.Phrase.Kind switch
            {
                PhraseKind.Grant or PhraseKind.Remedy => OpeningForm.Grant,
                PhraseKind.Event when subject.Phrase.Article is ArticleUse.Any => OpeningForm.Event,
                PhraseKind.Role or PhraseKind.Praise => OpeningForm.Role,
                PhraseKind.Position => OpeningForm.Position,
                PhraseKind.Document when subject.Phrase.Article == ArticleUse.Any && Asked.Contains(Words.Split(subject.Phrase.Text)[0]) => OpeningForm.Grant,
                _ => null,
            };
            if (special is { } form && script.Open.TryGetValue(form, out var frames)) return frames;
        }

        return script.Open.GetValueOrDefault(subject.Form)
            ?? (subject.Form == OpeningForm.Lead ? script.Open.GetValueOrDefault(OpeningForm.Topic) : null)
            ?? ComposerScript.Shared.Open.GetValueOrDefault(subject.Form) ?? script.Open[OpeningForm.Any];
    }

    private List<string> Body(List<Phrase> phrases)
    {
        var middle = script.Order.Count == 0 ? 0 : (script.Order.Values.Max() + 1) / 2.0;
        var ordered = phrases.OrderBy(p => script.Order.TryGetValue(p.Kind, out var at) ? at : middle).ToList();
        var sentences = new List<string>();
        for (var i = 0; i < ordered.Count; i++)
        {
            if (Pair(ordered, i) is var (said, partner))
            {
                ordered.RemoveAt(partner);
                sentences.Add(said);
                continue;
            }

            var group = new List<Phrase> { ordered[i] };
            while (i + 1 < ordered.Count && group.Count < (plan.Measure > DraftMeasure.Usual ? MostJoined : 2)
                && Join(ordered[i], ordered[i + 1], ordered.Count)) group.Add(ordered[++i]);
            sentences.Add(Sentence(group));
        }

        return sentences;
    }

    /// <summary>The first sentence that says this phrase together with a later one, and the other's place.</summary>
    private (string Text, int Partner)? Pair(List<Phrase> ordered, int first)
    {
        for (var second = first + 1; second < ordered.Count; second++)
        {
            var (one, other) = (ordered[first], ordered[second]);
            if (!script.Pairs.TryGetValue((one.Kind, other.Kind), out var frames) || one.Keywords + other.Keywords > 2) continue;
            // Two skills belong together more than one of them and something else.
            if (ordered.Skip(first).Any(p => p != one && p != other && p.Joins && (p.Kind == one.Kind || p.Kind == other.Kind))) continue;
            var frame = choice.Shuffle(frames).MinBy(f => _used.Contains(f.Start) || f.FirstWord == _lastStart)!;
            if (plan.Tone is { } tone) frame = tone.Say(frame);
            var text = frame.WithPair(one, other);
            if (!char.IsUpper(text[0]) || !_said.Add(text)) continue;
            _used.Add(frame.Start);
            _lastStart = frame.FirstWord;
            _mayAdd = !frame.Adds;
            return (text, second);
        }

        return null;
    }

    private bool Join(Phrase one, Phrase other, int count) => one.Kind == other.Kind && one.Joins && other.Joins
        && (plan.Measure > DraftMeasure.Usual || count > JoinMoreAbove || one.Kind is PhraseKind.Skill or PhraseKind.Foreign || choice.Next(3) < 2);

    /// <summary>The first sentence that fits well, or the best of those that do not; empty when every frame has said these very words already.</summary>
    private string Sentence(List<Phrase> group)
    {
        var ownWords = group.SelectMany(p => Words.Split(p.Text)).Where(w => w.Length > 3).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (group[0].Kind == PhraseKind.When && TimeReader.IsClock(group[0].Text)) ownWords.Add("date");
        (Frame? Frame, string Text, int Misfit) best = (null, "", int.MaxValue);
        var candidates = Candidates(group[0].Kind);
        if (plan.Measure == DraftMeasure.Terse) candidates = candidates.OrderBy(f => Count(f.Plain));
        foreach (var candidate in candidates)
        {
            var frame = plan.Tone is { } tone ? tone.Say(candidate) : candidate;
            var text = frame.With(group);
            var misfit = Misfit(frame, text, group[0], ownWords) + (frame.Adds && !_mayAdd ? 1 : 0);
            if (misfit >= best.Misfit || _said.Contains(text)) continue;
            best = (frame, text, misfit);
            if (misfit == 0) break;
        }

        if (best.Frame is null) return "";
        _said.Add(best.Text);
        _mayAdd = !best.Frame.Adds;
        // A bare statement is no pattern that a reader would notice.
        if (best.Frame.Plain.Contains(' ', StringComparison.Ordinal)) _used.Add(best.Frame.Start);
        _lastStart = best.Frame.FirstWord;
        return best.Text;
    }

    private static int Misfit(Frame frame, string text, Phrase phrase, HashSet<string> ownWords)
    {
        // ".net" and "30 days" are poor first words; a frame that begins with its own words is better for them.
        var misfit = char.IsUpper(text[0]) || text[0] is '"' ? 0 : 2;
        // "The reference is reference V-5521"; and "on Monday" brings a preposition that a bare slot would trip over.
        var isLed = phrase.Kind == PhraseKind.When && phrase.Text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end
            && phrase.Text[..end].Is(WordClass.Prepositions);
        if (frame.Words.Overlaps(ownWords) || (isLed && !frame.Plain.Contains("{when}", StringComparison.Ordinal))) misfit++;
        return misfit;
    }

    /// <summary>The frames for a kind, best first: the template's, then the shared; unused before used; begun differently before alike.</summary>
    private IEnumerable<Frame> Candidates(PhraseKind kind)
    {
        var own = script.Frames.GetValueOrDefault(kind)
            ?? (kind == PhraseKind.Wish ? script.Frames.GetValueOrDefault(PhraseKind.Trait) : null)
            ?? (kind == PhraseKind.Praise ? script.Frames.GetValueOrDefault(PhraseKind.Role) : null)
            ?? (FallsToTopic.Contains(kind) ? script.Frames.GetValueOrDefault(PhraseKind.Topic) : null) ?? [];
        var shared = ComposerScript.Shared.Frames.GetValueOrDefault(kind) ?? ComposerScript.Shared.Frames[PhraseKind.Topic];
        var all = choice.Shuffle(own).Concat(choice.Shuffle(shared)).ToList();
        var ownFirst = all.Where(f => !_used.Contains(f.Start)).Select((frame, at) => (frame, at))
            .OrderBy(f => (own.Contains(f.frame) ? 0 : 2) + (f.frame.FirstWord == _lastStart ? 1 : 0)).ThenBy(f => f.at).Select(f
                => f.frame);
        return ownFirst.Concat(all.Where(f => _used.Contains(f.Start)));
    }

    /// <summary>Neighbouring seeds take neighbouring items, so that a regeneration never opens as the last one did.</summary>
    private Frame Rotate(IReadOnlyList<Frame> frames) => frames[(int)(rotation % (ulong)frames.Count)];

    /// <summary>A sentence that shares no longer word with what is said already, if there is one.</summary>
    private Frame Fitting(IReadOnlyList<Frame> frames, IEnumerable<string> said)
    {
        var words = said.SelectMany(Words.Split).Where(w => w.Length >= LongWord).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return choice.Shuffle(frames).MinBy(f => f.Words.Count(words.Contains))!;
    }

    private List<string> Paragraphs(IEnumerable<string> opening, List<string> body, IReadOnlyList<string> close)
    {
        var said = body.Where(s => s.Length > 0).ToList();
        var first = Line(opening);
        // Two or three short sentences are one thought; an opening alone on its line before two more would be choppy.
        if (plan.Measure == DraftMeasure.Usual && said.Count is 1 or 2 && Count(first) < OneLine) (first, said) = (Line([first, .. said]), []);
        var paragraphs = new List<string> { first };
        const int most = 4;
        var count = (said.Count + most - 1) / most;
        for (var i = 0; i < count; i++)
            paragraphs.Add(Line(said.Skip(i * said.Count / count).Take((i + 1) * said.Count / count - i * said.Count / count)));
        if (plan.Measure == DraftMeasure.Ample && close.Count > 2)
        {
            paragraphs.Add(Line(close.Take(close.Count - 2)));
            close = close.Skip(close.Count - 2).ToList();
        }

        paragraphs.Add(Line(close));
        return paragraphs.Where(p => p.Length > 0).ToList();
    }

    private static string Line(params IEnumerable<string> sentences) => string.Join(' ', sentences.Where(s => s.Length > 0));

    private static int Count(string text) => text.Count(c => c == ' ') + 1;
}
