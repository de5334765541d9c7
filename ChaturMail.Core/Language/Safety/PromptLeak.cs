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

    private static readonly FrozenSet<ulong> OfRules = Runs(Split(GivenText.Plain(PromptText.Rules)), RulesRun);

    // By reference: a catalog keeps its templates for as long as the process runs.
    private static readonly ConditionalWeakTable<PromptTemplate, Secrets> OfTemplates = [];

    /// <summary>What is given away, or null.</summary>
    public static string? In(string plain, GivenText given, ModelRequest request)
    {
        if (plain.Contains("<<<data", StringComparison.Ordinal) || plain.Contains("data>>>", StringComparison.Ordinal)) return "the marks of the data";
        var words = Split(plain);
        var name = PromptText.OwnName.ToLowerInvariant();
        if (words.Contains(name) && !given.Holds(name)) return "the server's rules";

        var secrets = request.Prompt.IsOwn ? Secrets.None : OfTemplates.GetValue(request.Prompt, Secrets.Of);
        var subject = GivenText.Plain(request.Subject).Trim();
        var examples = secrets.Examples.Where(example => example.Subject != subject).ToList();
        foreach (var reading in Readings(plain, words))
        {
            if (Holds(reading, OfRules, RulesRun, given)) return "the server's rules";
            if (Holds(reading, secrets.Guidance, RulesRun, given)) return "the template's guidance";
            if (examples.Exists(example => Holds(reading, example.Runs, ExampleRun, given))) return "a worked example";
        }

        var text = $" {string.Join(' ', words)} ";
        return examples.Exists(e => e.From.Contains(' ') && text.Contains($" {e.From} ", StringComparison.Ordinal) && !given.HoldsWords(e.From))
            ? "a name of a worked example" : null;
    }

    // What the text says in plain, and by the two ways of hiding it that need no key and no reader's effort.
    private static IEnumerable<string[]> Readings(string plain, string[] words)
    {
        yield return words;
        yield return [.. words.Reverse()];
        var turned = plain.ToCharArray();
        Array.Reverse(turned);
        yield return Split(new string(turned));
        yield return Split(string.Concat(plain.Select(c => char.IsAsciiLetterLower(c) ? (char)('a' + (c - 'a' + 13) % 26) : c)));
    }

    private static bool Holds(string[] words, FrozenSet<ulong> secret, int run, GivenText given)
    {
        if (secret.Count == 0) return false;
        var at = 0;
        foreach (var hash in Hashes(words, run))
        {
            if (secret.Contains(hash) && !given.HoldsWords(string.Join(' ', words, at, run))) return true;
            at++;
        }

        return false;
    }

    private static FrozenSet<ulong> Runs(string[] words, int run) => Hashes(words, run).ToFrozenSet();

    /// <summary>The hash of each run of so many words, rolled on from the one before (Karp and Rabin, 1987).</summary>
    private static IEnumerable<ulong> Hashes(string[] words, int run)
    {
        var first = 1UL;
        for (var i = 1; i < run; i++) first = unchecked(first * Factor);
        var hash = 0UL;
        for (var i = 0; i < words.Length; i++)
        {
            if (i >= run) hash = unchecked(hash - Hash(words[i - run]) * first);
            hash = unchecked(hash * Factor + Hash(words[i]));
            if (i >= run - 1) yield return hash;
        }
    }

    /// <summary>FNV-1a, 64 bits (RFC 9923), over UTF-16 code units.</summary>
    private static ulong Hash(string word)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in word) hash = unchecked((hash ^ c) * 1099511628211UL);
        return hash;
    }

    private static string[] Split(string plain) => GivenText.Words(plain).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private sealed record Secrets(FrozenSet<ulong> Guidance, IReadOnlyList<(string Subject, string From, FrozenSet<ulong> Runs)> Examples)
    {
        public static readonly Secrets None = new(FrozenSet<ulong>.Empty, []);

        public static Secrets Of(PromptTemplate prompt) => new(
            Runs(Split(GivenText.Plain(prompt.Guidance)), RulesRun),
            prompt.Examples.Select(example => (
                GivenText.Plain(example.Subject).Trim(), string.Join(' ', Split(GivenText.Plain(example.From))),
                Runs(Split(GivenText.Plain($"{example.Subject} {example.Keywords} {example.To} {example.From} {example.Email}")), ExampleRun))).ToList());
    }
}
