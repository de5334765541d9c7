namespace ChaturMail.Core.Language.Composer.Rewriting;

/// <summary>Says it in more words with sentences that are true whatever the matter is. None that the draft holds comes again.</summary>
internal static class Elaboration
{
    private const int MostSentences = 3;
    private const int LongWord = 6;

    /// <summary>The fuller letter; the same when there is nothing left to add, or no room.</summary>
    /// <param name="after">Sentences that may follow the first paragraph.</param>
    /// <param name="fill">Sentences that may stand before the last one.</param>
    /// <param name="room">The most words to add.</param>
    public static LetterParts Elaborate(LetterParts letter, IEnumerable<string> after, IEnumerable<string> fill, int room)
    {
        if (letter.Body.Count == 0) return letter;
        var body = letter.Body.ToList();
        var text = string.Join(' ', body);
        var said = Composer.Words.Split(text).Where(w => w.Length >= LongWord).Select(w => w.TrimEnd('.')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var added = 0;
        bool Take(string sentence)
        {
            var words = WordCount.Of(sentence);
            if (added == MostSentences || words > room || text.Contains(sentence, StringComparison.OrdinalIgnoreCase)) return false;
            (room, added) = (room - words, added + 1);
            said.UnionWith(Composer.Words.Split(sentence).Where(w => w.Length >= LongWord).Select(w => w.TrimEnd('.')));
            return true;
        }

        // A sentence that shares no longer word with the draft comes first, so that nothing sounds said twice.
        IEnumerable<string> Fresh(IEnumerable<string> sentences) => sentences.Where(s => !Composer.Words.Split(s).Any(w => said.Contains(w.TrimEnd('.'))))
            .Concat(sentences).Distinct().ToList();
        if (Fresh(after).FirstOrDefault(Take) is { } second) body[0] += " " + second;
        var more = new List<string>();
        while (Fresh(fill).FirstOrDefault(s => !more.Contains(s) && Take(s)) is { } next) more.Add(next);
        if (more.Count == 0) return letter with { Body = body };
        if (body.Count == 1) body.Add(string.Join(' ', more));
        else body[^1] = string.Join(' ', more.Append(body[^1]));
        return letter with { Body = body };
    }
}
