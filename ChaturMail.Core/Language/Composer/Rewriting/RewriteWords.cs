using System.Collections.Frozen;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>The words of <c>Data/rewriting.yaml</c>, read once.</summary>
internal static class RewriteWords
{
    private static readonly Fields Data = new DeserializerBuilder().WithNamingConvention(LowerCaseNamingConvention.Instance).Build()
        .Deserialize<Fields>(ComposerData.Read("rewriting.yaml"));

    /// <summary>Closing phrases, without the comma.</summary>
    public static readonly FrozenSet<string> Closings = Split(Data.Closings).ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The formal closing for a casual one.</summary>
    public static readonly FrozenDictionary<string, string> FormalClosings = Data.FormalClosings.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>Contractions written out.</summary>
    public static readonly PhraseList Expanded = List(Data.Contractions);

    /// <summary>Contractions, for friendly tones.</summary>
    public static readonly PhraseList Contracted = List(Data.Short);

    /// <summary>Casual words and contractions, in formal ones.</summary>
    public static readonly PhraseList Formal = new(Data.Contractions.Where(c => !Data.Formal.ContainsKey(c.Key)).Concat(Data.Formal)!);

    /// <summary>Faces made of punctuation, which no formal email has.</summary>
    public static readonly FrozenSet<string> Faces = Data.FormalWords.Split(' ').ToFrozenSet();

    /// <summary>Blunt words, in gentle ones.</summary>
    public static readonly PhraseList Soft = List(Data.Soften);

    /// <summary>Ways of asking that take the place of "please".</summary>
    public static readonly IReadOnlyList<string> GentleRequests = Split(Data.GentleRequests);

    /// <summary>Words that show a verb before them to be an order: "send me", "check the".</summary>
    public static readonly FrozenSet<string> Objects = Data.Objects.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Long-winded phrases, in short ones.</summary>
    public static readonly PhraseList Short = List(Data.Shorten);

    /// <summary>Parts of sentences that say nothing about the matter.</summary>
    public static readonly IReadOnlyList<string> Filler = Split(Data.Filler);

    /// <summary>Words that may stand twice in a row.</summary>
    public static readonly FrozenSet<string> Doubleable = Data.Doubleable.Split(' ').ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Common misspellings and slips, put right.</summary>
    public static readonly PhraseList Spelling = List(Data.Misspelt);

    private static PhraseList List(Dictionary<string, string?> phrases) => new(phrases);

    private static string[] Split(string list) => list.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private sealed class Fields
    {
        public string Closings { get; set; } = "";
        public Dictionary<string, string> FormalClosings { get; set; } = [];
        public Dictionary<string, string?> Contractions { get; set; } = [];
        public Dictionary<string, string?> Short { get; set; } = [];
        public Dictionary<string, string?> Formal { get; set; } = [];
        public string FormalWords { get; set; } = "";
        public Dictionary<string, string?> Soften { get; set; } = [];
        public string GentleRequests { get; set; } = "";
        public string Objects { get; set; } = "";
        public Dictionary<string, string?> Shorten { get; set; } = [];
        public string Filler { get; set; } = "";
        public string Doubleable { get; set; } = "";
        public Dictionary<string, string?> Misspelt { get; set; } = [];
    }
}
