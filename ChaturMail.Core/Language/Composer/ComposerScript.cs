using System.Collections.Frozen;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Prompts;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ChaturMail.Core.Language.Composer;

/// <summary>What a template tells the composer: openings, sentences for each kind of keyword, closings.</summary>
internal sealed class ComposerScript
{
    private static readonly IDeserializer Yaml = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();

    private const string PersonVariant = "(person)";

    /// <summary>Whether the email is friendly rather than formal.</summary>
    public required bool IsWarm { get; init; }

    /// <summary>Whether the email is about a job with the recipient.</summary>
    public required bool IsHiring { get; init; }

    /// <summary>Beginnings of a subject that the opening says in its own words; the longest first.</summary>
    public required IReadOnlyList<string> Leads { get; init; }

    /// <summary>Nouns by which a subject can name the email itself, as in "Leave request".</summary>
    public required IReadOnlyList<string> Heads { get; init; }

    /// <summary>First sentences, by the form of the subject.</summary>
    public required FrozenDictionary<OpeningForm, IReadOnlyList<Frame>> Open { get; init; }

    /// <summary>Sentences by kind of keyword.</summary>
    public required FrozenDictionary<PhraseKind, IReadOnlyList<Frame>> Frames { get; init; }

    /// <summary>Sentences for two keywords of different kinds, which say in one what would be choppy in two. The first kind stands first in the body.</summary>
    public required FrozenDictionary<(PhraseKind, PhraseKind), IReadOnlyList<Frame>> Pairs { get; init; }

    /// <summary>The place of each kind in the body; kinds that are absent stand in the middle.</summary>
    public required FrozenDictionary<PhraseKind, int> Order { get; init; }

    /// <summary>Neutral sentences that may follow the opening; none where the facts should come at once.</summary>
    public required IReadOnlyList<Frame> After { get; init; }

    /// <summary>Neutral sentences that may stand before the closing.</summary>
    public required IReadOnlyList<Frame> Fill { get; init; }

    /// <summary>Sentences, true whatever the facts are, that make a long email fuller.</summary>
    public required IReadOnlyList<Frame> More { get; init; }

    /// <summary>Tones whose own sentences do not go with the occasion: no joke at a funeral.</summary>
    public required IReadOnlySet<EmailTone> Unfit { get; init; }

    /// <summary>Tones that the occasion bears only in mild words.</summary>
    public required IReadOnlySet<EmailTone> Mild { get; init; }

    /// <summary>Last sentences.</summary>
    public required IReadOnlyList<Frame> Close { get; init; }

    /// <summary>"Best regards" and the like, without the comma.</summary>
    public required IReadOnlyList<string> SignOff { get; init; }

    /// <summary>Other scripts for the same template, taken when the user's words hold one of theirs.</summary>
    public IReadOnlyList<(IReadOnlyList<string> When, ComposerScript Script)> Variants { get; init; } = [];

    /// <summary>The script when the subject is a person's name: the variant whose <c>when</c> is that very word, or this.</summary>
    public ComposerScript ForPerson => Variants.FirstOrDefault(v => v.When.Contains(PersonVariant)).Script ?? this;

    /// <summary>The frames that every template may fall back to.</summary>
    public static ComposerScript Shared { get; } = Parse("shared.yaml", "", ComposerData.Read("shared.yaml"), null);

    /// <summary>The script of every user's own prompt, whose guidance is for language models.</summary>
    public static ComposerScript Own { get; } = Parse("own.yaml", "", ComposerData.Read("own.yaml"), Shared);

    /// <summary>The script, or its variant, for these words of the user.</summary>
    public ComposerScript For(string subject, IReadOnlyList<string> keywords)
    {
        foreach (var (when, script) in Variants)
            if (when.Any(w => Words.Holds(subject, w) || keywords.Any(k => Words.Holds(k, w)))) return script;
        return this;
    }

    /// <summary>Whether the phrase names the email itself.</summary>
    public bool Names(Phrase phrase) => Heads.Any(head => Words.Holds(phrase.Text, head));

    /// <summary>How far a tone goes with this template.</summary>
    public ToneFit FitOf(EmailTone? tone) => tone is not { } asked || Unfit.Contains(asked) ? ToneFit.None : Mild.Contains(asked) ? ToneFit.Mild : ToneFit.Full;

    /// <summary>Reads and checks a template's YAML.</summary>
    /// <exception cref="PromptFileException">A field is missing, unknown or wrong.</exception>
    public static ComposerScript Parse(string file, string section, string yaml, ComposerScript? fallback)
    {
        ScriptFields fields;
        try
        {
            fields = Yaml.Deserialize<ScriptFields>(yaml) ?? new ScriptFields();
        }
        catch (YamlException e)
        {
            throw new PromptFileException(file, section.TrimEnd(), $"line {e.Start.Line}: {FrontMatter.Fault(e)}");
        }

        var check = new ScriptCheck(file, section);
        foreach (var part in (fields.Variants ?? []).Prepend(fields)) check.Entries(part);
        var script = Build(check, fields, fallback, null, []);
        return fields.Variants is null ? script : Build(check, fields, fallback, null,
            fields.Variants.Select((v, i)
                => (check.Words(v.When, $"variants {i + 1} when"), Build(check, v, fallback, script, []))).ToList());
    }

    private static ComposerScript Build(ScriptCheck check, ScriptFields fields, ComposerScript? fallback, ComposerScript? parent,
        IReadOnlyList<(IReadOnlyList<string>, ComposerScript)> variants)
    {
        var above = parent ?? fallback;
        var isWarm = check.IsWarm(fields.Tone, parent);
        var open = check.ByName<OpeningForm>(fields.Open, "open");
        if (parent is null && !open.ContainsKey(OpeningForm.Any)) throw check.Missing("open any");
        var frames = check.ByName<PhraseKind>(fields.Frames, "frames");
        if (parent is null && !frames.ContainsKey(PhraseKind.Topic)) throw check.Missing("frames topic");
        return new ComposerScript
        {
            IsWarm = isWarm,
            IsHiring = fields.Hiring ?? parent?.IsHiring ?? false,
            Leads = fields.Leads?.OrderByDescending(l => l.Length).ToList() ?? parent?.Leads ?? [],
            Heads = fields.Heads ?? parent?.Heads ?? [],
            Open = Over(open, parent?.Open),
            Frames = Over(frames, parent?.Frames),
            Pairs = Over(check.Pairs(fields.Pairs), parent?.Pairs),
            Order = fields.Order is null ? parent?.Order ?? FrozenDictionary<PhraseKind, int>.Empty : check.Order(fields.Order),
            After = fields.After is [] ? [] : check.Frames(fields.After, "after", above?.After),
            Fill = check.Frames(fields.Fill, "fill", above?.Fill),
            More = check.Frames(fields.More, "more", above?.More),
            Unfit = fields.Unfit is null ? above?.Unfit ?? FrozenSet<EmailTone>.Empty : check.Tones(fields.Unfit, "unfit"),
            Mild = fields.Mild is null ? above?.Mild ?? FrozenSet<EmailTone>.Empty : check.Tones(fields.Mild, "mild"),
            Close = check.Frames(fields.Close, "close", above?.Close),
            SignOff = fields.Signoff ?? above?.SignOff ?? throw check.Missing("signoff"),
            Variants = variants,
        };
    }

    private static FrozenDictionary<TKey, IReadOnlyList<Frame>> Over<TKey>(
        Dictionary<TKey, IReadOnlyList<Frame>> own, FrozenDictionary<TKey, IReadOnlyList<Frame>>? below) where TKey : notnull
    {
        foreach (var (key, frames) in below ?? FrozenDictionary<TKey, IReadOnlyList<Frame>>.Empty) own.TryAdd(key, frames);
        return own.ToFrozenDictionary();
    }
}

/// <summary>The YAML of a script, as it is written.</summary>
internal sealed class ScriptFields
{
    public string? Tone { get; set; }
    public bool? Hiring { get; set; }
    public List<string>? When { get; set; }
    public List<string>? Leads { get; set; }
    public List<string>? Heads { get; set; }
    public Dictionary<string, List<string>>? Open { get; set; }
    public Dictionary<string, List<string>>? Frames { get; set; }
    public Dictionary<string, List<string>>? Pairs { get; set; }
    public List<string>? Order { get; set; }
    public List<string>? After { get; set; }
    public List<string>? Fill { get; set; }
    public List<string>? More { get; set; }
    public List<string>? Unfit { get; set; }
    public List<string>? Mild { get; set; }
    public List<string>? Close { get; set; }
    public List<string>? Signoff { get; set; }
    public List<ScriptFields>? Variants { get; set; }
}

/// <summary>Checks the fields of a script, so that a mistake in a data file shows at start and not in an email.</summary>
internal sealed class ScriptCheck(string file, string section)
{
    public PromptFileException Missing(string field) => new(file, section + field, "is missing");

    public bool IsWarm(string? tone, ComposerScript? parent) => tone switch
    {
        "warm" => true,
        "formal" => false,
        null when parent is not null => parent.IsWarm,
        _ => throw new PromptFileException(file, section + "tone", "must be formal or warm"),
    };

    /// <summary>YAML has entries without a value, and names that differ by their case alone: neither means anything here.</summary>
    public void Entries(ScriptFields? fields)
    {
        if (fields is null) throw Missing("variants");
        List<string>?[] lists =
            [fields.When, fields.Leads, fields.Heads, fields.Order, fields.After, fields.Fill, fields.More, fields.Unfit, fields.Mild, fields.Close, fields.Signoff];
        if (Array.Exists(lists, list => list is not null && list.Exists(string.IsNullOrWhiteSpace)) || fields.Signoff is [])
            throw new PromptFileException(file, section.TrimEnd(), "has a list with an empty entry, or without one");
        IEnumerable<string>?[] names = [fields.Order, fields.Open?.Keys, fields.Frames?.Keys, fields.Pairs?.Keys];
        foreach (var group in names.OfType<IEnumerable<string>>())
            if (group.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
                throw new PromptFileException(file, section.TrimEnd(), $"names {twice} twice");
    }

    public IReadOnlyList<string> Words(List<string>? words, string field) => words is { Count: > 0 } ? words : throw Missing(field);

    public FrozenDictionary<PhraseKind, int> Order(List<string> names) =>
        names.Select((name, at) => (Kind: Name<PhraseKind>(name, "order"), at)).ToFrozenDictionary(p => p.Kind, p => p.at);

    public IReadOnlySet<EmailTone> Tones(List<string> names, string field) => names.Select(name => Name<EmailTone>(name, field)).ToFrozenSet();

    public Dictionary<(PhraseKind, PhraseKind), IReadOnlyList<Frame>> Pairs(Dictionary<string, List<string>>? pairs) =>
        pairs?.ToDictionary(pair => pair.Key.Split(' ') is [var first, var second] ? (Name<PhraseKind>(first, "pairs"), Name<PhraseKind>(second, "pairs"))
            : throw new PromptFileException(file, section + "pairs", $"names \"{pair.Key}\", which is not two kinds"), pair
            => Frames(pair.Value, $"pairs {pair.Key}", null, isPair: true)) ?? [];

    public IReadOnlyList<Frame> Frames(List<string>? texts, string field, IReadOnlyList<Frame>? fallback, bool isPair = false)
    {
        if (texts is not { Count: > 0 }) return fallback ?? throw Missing(field);
        foreach (var text in texts)
            if (Frame.Problem(text, isPair) is { } problem) throw new PromptFileException(file, section + field, problem);
        return texts.Select(text => new Frame(text)).ToList();
    }

    public Dictionary<TName, IReadOnlyList<Frame>> ByName<TName>(Dictionary<string, List<string>>? lists, string field) where TName : struct, Enum =>
        lists?.ToDictionary(list => Name<TName>(list.Key, field), list
            => Frames(list.Value, $"{field} {list.Key}", null)) ?? throw Missing(field);

    private TName Name<TName>(string name, string field) where TName : struct, Enum => Enum.TryParse<TName>(name,
        ignoreCase: true, out var found)
        && !char.IsDigit(name[0])
            ? found : throw new PromptFileException(file, section + field, $"names {name}, which the composer does not know");
}
