using System.Buffers;

namespace ChaturMail.Core.Language.Cleaning;

/// <summary>What the user gave, in a form that no step takes for something to clean.</summary>
internal sealed class KnownWords
{
    private static readonly SearchValues<char> Markup = SearchValues.Create("[]{}<>*_#`~|\\\n\t");

    public KnownWords(string subject, string senderName)
    {
        Subject = InvisibleCharacters.Remove(subject).Trim();
        SenderName = string.Concat(InvisibleCharacters.Remove(senderName).Where(c => !Markup.Contains(c))).Trim();
    }

    /// <summary>The subject, or an empty string.</summary>
    public string Subject { get; }

    /// <summary>The sender's name on one line and without markup, or an empty string.</summary>
    public string SenderName { get; }

    /// <summary>Whether the user wrote these very characters in the subject.</summary>
    public bool Holds(ReadOnlySpan<char> token) =>
        Subject.Length > 0 && Subject.AsSpan().Contains(token, StringComparison.OrdinalIgnoreCase);
}
