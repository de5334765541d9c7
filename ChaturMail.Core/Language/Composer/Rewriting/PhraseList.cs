using System.Collections.Frozen;
using System.Text;

namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>
/// Puts phrases in the place of others: the longest that stands at a word is taken, and an entry that stays as it is keeps shorter ones
/// from matching inside it. Only words are matched, never a part of an address, a link or a code. Linear in the text.
/// </summary>
internal sealed class PhraseList
{
    private readonly FrozenDictionary<string, string> _to;
    private readonly FrozenDictionary<string, int> _longestFrom;

    /// <summary>Takes the phrases, in lower case with straight apostrophes, and what takes their place.</summary>
    public PhraseList(IEnumerable<KeyValuePair<string, string?>> phrases)
    {
        _to = phrases.ToFrozenDictionary(p => p.Key.ToLowerInvariant(), p => p.Value ?? "");
        _longestFrom = _to.Keys.GroupBy(key => key.Split(' ')[0]).ToFrozenDictionary(g => g.Key, g => g.Max(key => key.Count(c => c == ' ') + 1));
    }

    /// <summary>What takes the place of phrases.</summary>
    public IEnumerable<string> Replacements => _to.Values;

    /// <summary>The text with the phrases replaced; a capital at a start stays one.</summary>
    public string Replace(string text)
    {
        var tokens = Token.Read(text);
        var result = new StringBuilder(text.Length + 16);
        var isStart = true;
        var mustRise = false;
        for (var i = 0; i < tokens.Count; i++)
        {
            var (count, to) = Match(tokens, i);
            var (first, last) = (tokens[i], tokens[i + Math.Max(count, 1) - 1]);
            if (count == 0)
            {
                result.Append(mustRise ? Risen(first) : first);
                mustRise = false;
            }
            else if (to.Length == 0)
            {
                Drop(result, first, last);
                mustRise |= isStart || char.IsUpper(first.Core[0]);
            }
            else
            {
                var rises = mustRise || isStart || (char.IsUpper(first.Core[0]) && !IsI(first.Core));
                result.Append(first.Lead).Append(rises ? Grammar.Capitalise(to) : to).Append(last.Trail).Append(last.Gap);
                mustRise = false;
            }

            isStart = last.EndsSentence || (isStart && count > 0 && to.Length == 0);
            i += Math.Max(count, 1) - 1;
        }

        return result.ToString();
    }

    private (int Count, string To) Match(List<Token> tokens, int at)
    {
        if (tokens[at].Core.Length == 0 || !_longestFrom.TryGetValue(Key(tokens[at].Core), out var most)) return (0, "");
        var (count, to) = (0, "");
        var key = new StringBuilder();
        for (var n = 0; n < most && at + n < tokens.Count; n++)
        {
            var token = tokens[at + n];
            if (n > 0 && (token.Lead.Length > 0 || tokens[at + n - 1] is not { Trail: "", Gap: " " or "\n" })) break;
            if (n > 0) key.Append(' ');
            key.Append(Key(token.Core));
            if (!_to.TryGetValue(key.ToString(), out var found)) continue;
            // An entry that stands for itself keeps the words as they were typed.
            (count, to) = (n + 1, found == key.ToString() ? string.Join(' ', tokens.Skip(at).Take(n + 1).Select(t => t.Core)) : found);
        }

        return (count, to);
    }

    private static string Key(string core) => core.Replace('’', '\'').ToLowerInvariant();

    private static bool IsI(string core) => core is "I" || core.StartsWith("I'", StringComparison.Ordinal) || core.StartsWith("I’", StringComparison.Ordinal);

    // What is dropped at the end of a sentence leaves its punctuation to the word before.
    private static void Drop(StringBuilder result, Token first, Token last)
    {
        if (last.Trail is "," or "" && first.Lead.Length == 0)
        {
            if (last.Gap.Contains('\n', StringComparison.Ordinal)) result.Append(last.Gap);
            return;
        }

        while (result.Length > 0 && result[^1] == ' ') result.Length--;
        result.Append(first.Lead.Length > 0 ? " " + first.Lead : "").Append(last.Trail).Append(last.Gap);
    }

    private static string Risen(Token token) => token.Core.Length == 0 ? token.ToString() : token.Lead + Grammar.Capitalise(token.Core) + token.Trail + token.Gap;
}
