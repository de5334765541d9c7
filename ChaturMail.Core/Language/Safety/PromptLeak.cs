using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Language.Safety;

/// <summary>
/// Finds what a model was told by the server in what it wrote: a run of words of the rules, of a template's guidance or of its worked
/// examples, as it stands, backwards, or by ROT13; the product's name, which a translation of the rules keeps; a name out of an example.
/// What the user's own text or the context holds as well is no leak.
/// </summary>
internal static class PromptLeak
{
    // Two emails of one kind share stock phrases ("please let me know if you have any questions"), but no run of so many words.
    private const int RulesRun = 7;
    private const int ExampleRun = 14;

    // A linear congruential step (Knuth, TAOCP volume 2, section 3.3.4), as good as any odd number here.
    private const ulong Factor = 6364136223846793005;

    private static readonly HashSet<ulong> OfRules = [.. Runs(Hashes(GivenText.Words(GivenText.Plain(PromptText.Rules))), RulesRun)];

    // By reference: a catalog keeps its templates for as long as the process runs.
    private static readonly ConditionalWeakTable<PromptTemplate, Secrets> OfTemplates = [];

    private static readonly Secrets OfNoTemplate = new(OfRules.ToFrozenSet(), []);

    /// <summary>What is given away, or null.</summary>
    public static string? In(string plain, GivenText given, ModelRequest request)
    {
        if (plain.Contains("<<<data", StringComparison.Ordinal) || plain.Contains("data>>>", StringComparison.Ordinal)) return "the marks of the data";
        var words = GivenText.Words(plain);
        var name = PromptText.OwnName.ToLowerInvariant();
        if (words.Contains($" {name} ", StringComparison.Ordinal) && !given.Holds(name)) return "the server's rules";

        var secrets = request.Prompt.IsOwn ? OfNoTemplate : OfTemplates.GetValue(request.Prompt, Secrets.Of);
        var subject = GivenText.Plain(request.Subject).Trim();
        var examples = secrets.Examples.Where(example => example.Subject != subject).ToList();
        foreach (var reading in Readings(plain, words))
        {
            var hashes = Hashes(reading);
            if (Holds(reading, Runs(hashes, RulesRun), secrets.Told, RulesRun, given)) return "the server's rules or the template's guidance";
            var runs = Runs(hashes, ExampleRun);
            if (examples.Exists(example => Holds(reading, runs, example.Runs, ExampleRun, given))) return "a worked example";
        }

        return examples.Exists(e => e.From.Trim().Contains(' ') && words.Contains(e.From, StringComparison.Ordinal)
            && !given.HoldsWords(e.From.Trim())) ? "a name of a worked example" : null;
    }

    // What the text says in plain, and by the two ways of hiding it that need no key and no reader's effort, as GivenText.Words has them.
    private static IEnumerable<string> Readings(string plain, string words)
    {
        yield return words;
        yield return $" {string.Join(' ', words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Reverse())} ";
        yield return GivenText.Words(string.Create(plain.Length, plain, static (turned, text) =>
        {
            text.CopyTo(turned);
            turned.Reverse();
        }));
        yield return string.Create(words.Length, words, static (turned, text) =>
        {
            for (var i = 0; i < text.Length; i++) turned[i] = char.IsAsciiLetterLower(text[i]) ? (char)('a' + (text[i] - 'a' + 13) % 26) : text[i];
        });
    }

    private static bool Holds(string reading, ulong[] runs, FrozenSet<ulong> secret, int length, GivenText given)
    {
        for (var at = 0; at < runs.Length; at++)
        {
            if (secret.Contains(runs[at]) && !given.HoldsWords(string.Join(' ', reading.Split(' ', StringSplitOptions.RemoveEmptyEntries), at, length))) return true;
        }

        return false;
    }

    /// <summary>The hash of each run of so many words, rolled on from the one before (Karp and Rabin, 1987).</summary>
    private static ulong[] Runs(ulong[] words, int run)
    {
        if (words.Length < run) return [];
        var first = 1UL;
        for (var i = 1; i < run; i++) first = unchecked(first * Factor);
        var runs = new ulong[words.Length - run + 1];
        var hash = 0UL;
        for (var i = 0; i < words.Length; i++)
        {
            if (i >= run) hash = unchecked(hash - words[i - run] * first);
            hash = unchecked(hash * Factor + words[i]);
            if (i >= run - 1) runs[i - run + 1] = hash;
        }

        return runs;
    }

    /// <summary>The hash of each word of a text in the form of <see cref="GivenText.Words"/>.</summary>
    private static ulong[] Hashes(string words)
    {
        var hashes = new ulong[words.AsSpan().Count(' ') - 1];
        var at = 0;
        foreach (var range in words.AsSpan(1).Split(' '))
            if (at < hashes.Length) hashes[at++] = Hash(words.AsSpan(1)[range]);
        return hashes;
    }

    /// <summary>FNV-1a, 64 bits (RFC 9923), over UTF-16 code units.</summary>
    private static ulong Hash(ReadOnlySpan<char> word)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in word) hash = unchecked((hash ^ c) * 1099511628211UL);
        return hash;
    }

    private static string Words(string text) => GivenText.Words(GivenText.Plain(text));

    /// <param name="Told">Runs of the rules and of the template's guidance.</param>
    private sealed record Secrets(FrozenSet<ulong> Told, IReadOnlyList<(string Subject, string From, FrozenSet<ulong> Runs)> Examples)
    {
        public static Secrets Of(PromptTemplate prompt) => new(
            OfRules.Concat(Runs(Hashes(Words(prompt.Guidance)), RulesRun)).ToFrozenSet(),
            prompt.Examples.Select(example => (
                GivenText.Plain(example.Subject).Trim(), Words(example.From),
                Runs(Hashes(Words($"{example.Subject} {example.Keywords} {example.To} {example.From} {example.Email}")), ExampleRun).ToFrozenSet())).ToList());
    }
}
