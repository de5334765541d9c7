using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language.Composer.Rewriting;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ChaturMail.Core.Language.Composer;

/// <summary>What a tone makes of an email. Read once from <c>Data/tones.yaml</c>.</summary>
internal sealed class ToneStyle
{
    private static readonly Dictionary<string, IReadOnlyList<string>> ReplyLines = [];
    private static readonly FrozenDictionary<EmailTone, ToneStyle> All = Load();

    private readonly PhraseList _words;
    private readonly bool _contracts;
    private readonly ConditionalWeakTable<Frame, Frame> _said = [];

    private ToneStyle(Fields fields)
    {
        (Greeting, IsFormal, SignOff, _contracts) = (fields.Greeting, fields.IsFormal, fields.SignOff, fields.Contracts);
        _words = new PhraseList(fields.Words);
        (Before, After, Fill) = (Frames(fields.Before), Frames(fields.After), Frames(fields.Fill));
        (MildAfter, MildFill) = (Frames(fields.MildAfter), Frames(fields.MildFill));
    }

    /// <summary>"Dear", "Hello" or "Hi".</summary>
    public string Greeting { get; }

    /// <summary>Whether nobody is greeted as one greets a colleague.</summary>
    public bool IsFormal { get; }

    /// <summary>Closing phrases, without the comma.</summary>
    public IReadOnlyList<string> SignOff { get; }

    /// <summary>Sentences that may stand before the opening.</summary>
    public IReadOnlyList<Frame> Before { get; }

    /// <summary>Sentences that may follow the opening.</summary>
    public IReadOnlyList<Frame> After { get; }

    /// <summary>Sentences that may stand before the end.</summary>
    public IReadOnlyList<Frame> Fill { get; }

    /// <summary>In place of <see cref="After"/>, where the full tone would be too much for the occasion.</summary>
    public IReadOnlyList<Frame> MildAfter { get; }

    /// <summary>In place of <see cref="Fill"/>, likewise.</summary>
    public IReadOnlyList<Frame> MildFill { get; }

    /// <summary>The style of a tone.</summary>
    public static ToneStyle Of(EmailTone tone) => All[tone];

    /// <summary>Sentences that thank for the mail which is being answered.</summary>
    public static IReadOnlyList<string> Replies(EmailTone? tone) => ReplyLines[tone?.ToString().ToLowerInvariant() ?? "none"];

    /// <summary>The frame in the words of this tone; what the user typed goes into its slots later and stays as it is.</summary>
    public Frame Say(Frame frame) => _said.GetValue(frame, f => new Frame(Say(f.Plain)));

    /// <summary>A text of the composer's own in the words of this tone.</summary>
    public string Say(string text) => _contracts ? RewriteWords.Contracted.Replace(_words.Replace(text)) : RewriteWords.Expanded.Replace(_words.Replace(text));

    private List<Frame> Frames(List<string> texts) => texts.Select(text => new Frame(_contracts ? RewriteWords.Contracted.Replace(text) : text)).ToList();

    private static FrozenDictionary<EmailTone, ToneStyle> Load()
    {
        var file = new DeserializerBuilder().WithNamingConvention(LowerCaseNamingConvention.Instance).Build().Deserialize<ToneFile>(ComposerData.Read("tones.yaml"));
        foreach (var (tone, lines) in file.Replies) ReplyLines[tone] = lines;
        return new Dictionary<EmailTone, Fields>
        {
            [EmailTone.Neutral] = file.Neutral,
            [EmailTone.Formal] = file.Formal,
            [EmailTone.Friendly] = file.Friendly,
            [EmailTone.Persuasive] = file.Persuasive,
            [EmailTone.Apologetic] = file.Apologetic,
            [EmailTone.Enthusiastic] = file.Enthusiastic,
        }.ToFrozenDictionary(t => t.Key, t => new ToneStyle(t.Value));
    }

    private sealed class ToneFile
    {
        public Fields Neutral { get; set; } = new();
        public Fields Formal { get; set; } = new();
        public Fields Friendly { get; set; } = new();
        public Fields Persuasive { get; set; } = new();
        public Fields Apologetic { get; set; } = new();
        public Fields Enthusiastic { get; set; } = new();
        public Dictionary<string, List<string>> Replies { get; set; } = [];
    }

    private sealed class Fields
    {
        public string Greeting { get; set; } = "";
        public bool IsFormal { get; set; }
        public bool Contracts { get; set; }
        public List<string> SignOff { get; set; } = [];
        public List<string> Before { get; set; } = [];
        public List<string> After { get; set; } = [];
        public List<string> Fill { get; set; } = [];
        public List<string> MildAfter { get; set; } = [];
        public List<string> MildFill { get; set; } = [];
        public Dictionary<string, string?> Words { get; set; } = [];
    }
}
