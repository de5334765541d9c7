using System.Globalization;
using System.Text;
using ChaturMail.Core.Language;
using DiffPlex;

namespace ChaturMail.Core.Emails;

/// <summary>What becomes of a stretch of text between two versions of it.</summary>
public enum DiffChange
{
    /// <summary>In both.</summary>
    Equal,

    /// <summary>In the later one only.</summary>
    Insert,

    /// <summary>In the earlier one only.</summary>
    Delete,
}

/// <summary>A stretch of a diff.</summary>
public sealed record DiffPart(DiffChange Change, string Text);

/// <summary>
/// Compares two texts word by word, by Myers's algorithm (An O(ND) Difference Algorithm and Its Variations, 1986) as DiffPlex has it.
/// </summary>
public static class EmailDiff
{
    /// <summary>
    /// The most words, marks and blanks, of both texts together and without what they have in common at either end, that are compared one
    /// by one: some 350 words in each text. Where there are more, the whole of it counts as replaced. The time grows with the square.
    /// </summary>
    public const int MostPieces = 1500;

    private static readonly Differ Differ = new();

    /// <summary>
    /// The stretches in order, neighbours of different kinds, none empty. Those that are equal or deleted make <paramref name="before"/>,
    /// those that are equal or inserted make <paramref name="after"/>, character by character.
    /// </summary>
    public static IReadOnlyList<DiffPart> Words(string before, string after)
    {
        var (old, young) = (Pieces(before), Pieces(after));
        var most = Math.Min(old.Count, young.Count);
        var start = 0;
        while (start < most && old[start] == young[start]) start++;
        var end = 0;
        while (end < most - start && old[^(end + 1)] == young[^(end + 1)]) end++;

        var parts = new Parts();
        parts.Add(DiffChange.Equal, old, 0, start);
        var (oldMiddle, youngMiddle) = (old[start..^end], young[start..^end]);
        if (oldMiddle.Count + youngMiddle.Count > MostPieces) parts.Replace(oldMiddle, 0, oldMiddle.Count, youngMiddle, 0, youngMiddle.Count);
        else Compare(oldMiddle, youngMiddle, parts);
        parts.Add(DiffChange.Equal, old, old.Count - end, end);
        return parts.ToList();
    }

    private static void Compare(List<string> old, List<string> young, Parts parts)
    {
        var at = 0;
        foreach (var block in Differ.CreateCustomDiffs(string.Concat(old), string.Concat(young), false, text => [.. Pieces(text)]).DiffBlocks)
        {
            parts.Add(DiffChange.Equal, old, at, block.DeleteStartA - at);
            parts.Replace(old, block.DeleteStartA, block.DeleteCountA, young, block.InsertStartB, block.InsertCountB);
            at = block.DeleteStartA + block.DeleteCountA;
        }

        parts.Add(DiffChange.Equal, old, at, old.Count - at);
    }

    // Words, runs of blanks, and every other character by itself, so that a comma is no change of its word. Where words are written without
    // blanks between them, each character is one.
    private static List<string> Pieces(string text)
    {
        var pieces = new List<string>();
        for (var i = 0; i < text.Length;)
        {
            var from = i;
            var kind = KindOf(text, i);
            do i += char.IsSurrogatePair(text, i) ? 2 : 1;
            while (kind != Kind.Single && i < text.Length && KindOf(text, i) == kind);
            pieces.Add(text[from..i]);
        }

        return pieces;
    }

    private static Kind KindOf(string text, int i) => char.IsWhiteSpace(text, i) ? Kind.Blank
        : WordCount.IsDense(text[i]) ? Kind.Single
        : char.IsLetterOrDigit(text, i) || CharUnicodeInfo.GetUnicodeCategory(text, i) is UnicodeCategory.NonSpacingMark
            or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.Format ? Kind.Word
        : Kind.Single;

    private enum Kind
    {
        Blank,
        Word,
        Single,
    }

    /// <summary>Puts stretches together: one for neighbours of one kind.</summary>
    private sealed class Parts
    {
        private readonly List<DiffPart> _done = [];
        private readonly StringBuilder _text = new();
        private DiffChange _change;

        public void Add(DiffChange change, List<string> pieces, int from, int count)
        {
            if (count == 0) return;
            if (change != _change) Close();
            _change = change;
            foreach (var piece in pieces.Slice(from, count)) _text.Append(piece);
        }

        public void Replace(List<string> old, int oldFrom, int oldCount, List<string> young, int youngFrom, int youngCount)
        {
            Add(DiffChange.Delete, old, oldFrom, oldCount);
            Add(DiffChange.Insert, young, youngFrom, youngCount);
        }

        public List<DiffPart> ToList()
        {
            Close();
            return _done;
        }

        private void Close()
        {
            if (_text.Length > 0) _done.Add(new DiffPart(_change, _text.ToString()));
            _text.Clear();
        }
    }
}
