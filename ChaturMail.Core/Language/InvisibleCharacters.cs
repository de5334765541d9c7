using System.Buffers;
using System.Globalization;
using System.Text;

namespace ChaturMail.Core.Language;

/// <summary>
/// Takes out what a reader cannot see: tag characters (U+E0000 to U+E007F), zero-width and bidirectional controls, interlinear annotation,
/// fillers, control characters but for tab and line feed, whatever else is to be ignored by default (Unicode, DerivedCoreProperties,
/// Default_Ignorable_Code_Point), and halves of surrogate pairs. They carry hidden instructions into a prompt and hidden marks out of it.
/// Joiners and variation selectors stay where a script or an emoji needs them: one after a character that takes it, and none of those
/// that could spell a text. Every kind of line break becomes one line feed.
/// </summary>
public static class InvisibleCharacters
{
    private const char ZeroWidthNonJoiner = '\u200C';
    private const char ZeroWidthJoiner = '\u200D';
    private const char Keycap = '\u20E3';

    // Everything that the slow path may change. A text without any of these, which is nearly every one, is returned as it is.
    private static readonly SearchValues<char> Suspects = SearchValues.Create(SuspectCharacters());

    /// <summary><paramref name="text"/> without them; the same instance when there is nothing to change.</summary>
    public static string Remove(string text)
    {
        var first = text.AsSpan().IndexOfAny(Suspects);
        if (first < 0) return text;

        // One character back, so that a joiner or a line feed at the first suspect sees what stands before it.
        var kept = new StringBuilder(text.Length).Append(text, 0, first);
        var previous = first == 0 ? default : LastRune(text.AsSpan(0, first));
        for (var i = first; i < text.Length;)
        {
            var whole = Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used) == OperationStatus.Done;
            if (whole && rune.Value == '\r' && i + 1 < text.Length && text[i + 1] == '\n') used = 2;
            i += used;
            if (!whole) continue;
            if (IsLineBreak(rune)) rune = new Rune('\n');
            else if (!Stays(rune, previous, text.AsSpan(i))) continue;
            if (rune.IsBmp) kept.Append((char)rune.Value);
            else kept.Append(text, i - 2, 2);
            previous = rune;
        }

        return kept.ToString();
    }

    private static bool IsLineBreak(Rune rune) => rune.Value is '\r' or '\u000B' or '\u000C' or '\u0085' or '\u2028' or '\u2029';

    private static bool Stays(Rune rune, Rune previous, ReadOnlySpan<char> rest)
    {
        if (rune.Value is '\n' or '\t') return true;
        if (rune.Value is ZeroWidthJoiner or ZeroWidthNonJoiner) return TakesJoiner(previous);
        if (IsVariationSelector(rune)) return TakesSelector(rune, previous, rest);
        if (IsFiller(rune.Value)) return false;
        return (IsVisibleFormat(rune.Value)
                || Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate))
            && (rune.Value & 0xFFFE) != 0xFFFE;
    }

    // Indic conjuncts, Persian compounds and emoji sequences: the joiner follows a letter, mark or pictograph past the Latin blocks.
    private static bool TakesJoiner(Rune previous) => previous.Value >= 0x0590 && Rune.GetUnicodeCategory(previous) is
        UnicodeCategory.OtherLetter or UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
        or UnicodeCategory.OtherSymbol or UnicodeCategory.ModifierSymbol;

    // 256 selectors are one byte each, so any of them after any letter could spell a hidden text. U+FE0E and U+FE0F choose between text
    // and emoji and stay on symbols, and on the base of a keycap; the others name the variants of ideographs and of mathematical signs.
    private static bool TakesSelector(Rune selector, Rune previous, ReadOnlySpan<char> rest)
    {
        if (previous.Value <= ' ' || IsVariationSelector(previous)) return false;
        var category = Rune.GetUnicodeCategory(previous);
        if (!selector.IsBmp) return previous.Value >= 0x2E80 && category == UnicodeCategory.OtherLetter;
        if (selector.Value < 0xFE0E)
            return category == UnicodeCategory.MathSymbol || (previous.Value >= 0x1000 && category == UnicodeCategory.OtherLetter);
        return category is UnicodeCategory.OtherSymbol or UnicodeCategory.MathSymbol or UnicodeCategory.ModifierSymbol
            || previous.Value is 0x203C or 0x2049 or 0x2139 or 0x3030 or 0x303D
            || (previous.Value is '#' or '*' or (>= '0' and <= '9') && !rest.IsEmpty && rest[0] == Keycap);
    }

    private static bool IsVariationSelector(Rune rune) => rune.Value is (>= 0xFE00 and <= 0xFE0F) or (>= 0xE0100 and <= 0xE01EF);

    // Arabic number signs and their like are format characters that one sees.
    private static bool IsVisibleFormat(int value) =>
        value is (>= 0x0600 and <= 0x0605) or 0x06DD or 0x070F or 0x0890 or 0x0891 or 0x08E2 or 0x110BD or 0x110CD;

    // Invisible, yet letters, marks or not assigned by category: the last range holds the tag characters.
    private static bool IsFiller(int value) => value is 0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or 0x180B or 0x180C or 0x180D
        or 0x180F or 0x2065 or 0x2800 or 0x3164 or 0xFFA0 or (>= 0xFFF0 and <= 0xFFF8) or (>= 0xE0000 and <= 0xE0FFF);

    private static Rune LastRune(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done ? rune : default;

    private static string SuspectCharacters()
    {
        var all = new StringBuilder();
        for (var value = 0; value <= char.MaxValue; value++)
        {
            var character = (char)value;
            if (character is '\n' or '\t') continue;
            var suspect = char.IsSurrogate(character) || IsLineBreak(new Rune(value)) || IsVariationSelector(new Rune(value))
                || !Stays(new Rune(value), default, []);
            if (suspect) all.Append(character);
        }

        return all.ToString();
    }
}
