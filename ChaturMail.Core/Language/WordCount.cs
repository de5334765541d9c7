namespace ChaturMail.Core.Language;

/// <summary>Counts the words of an email, for the lengths that users ask for.</summary>
public static class WordCount
{
    /// <summary>
    /// Runs of characters between blanks that hold a letter or a digit. Scripts that write without blanks count two characters a word.
    /// </summary>
    public static int Of(string text)
    {
        int words = 0, dense = 0;
        var inWord = false;
        foreach (var c in text)
        {
            if (IsDense(c)) dense++;
            else if (char.IsWhiteSpace(c)) inWord = false;
            else if (!inWord && char.IsLetterOrDigit(c)) (inWord, words) = (true, words + 1);
        }

        return words + (dense + 1) / 2;
    }

    /// <summary>True for letters of scripts that write without blanks: Thai, Lao, Burmese, Khmer, kana and the ideographs of the first plane.</summary>
    internal static bool IsDense(char c) => c is >= '\u0E01' and <= '\u0EDF' or >= '\u1000' and <= '\u109F' or >= '\u1780' and <= '\u17DD'
        or >= '\u3041' and <= '\u30FF' or >= '\u3400' and <= '\u9FFF';
}
