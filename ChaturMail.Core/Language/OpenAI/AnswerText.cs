using System.Buffers;
using System.Text.Json;
using ChaturMail.Core.Language.Completions;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// What came of an answer so far, whether in one body or in pieces: its text, how it ended, and what the provider says of it.
/// Passes the text on to the one who reads along.
/// </summary>
/// <param name="end">Finds the email's end in the text of a model that does not stop there by itself; null for one that does.</param>
internal sealed class AnswerText(ITextSink? sink, EmailEnd? end = null) : IDisposable
{
    private char[] _text = ArrayPool<char>.Shared.Rent(4096);
    private int _length;
    private int _shown;
    private string _lastShown = "";

    /// <summary>Pieces that came, each of which is a token or more. Thoughts count: they are written and paid for.</summary>
    public int Pieces { get; private set; }

    /// <summary>Characters so far.</summary>
    public int Length => _length;

    /// <summary>The model, as the provider names it, or null.</summary>
    public string? Model { get; set; }

    /// <summary>Why the model stopped, or null while it writes.</summary>
    public string? Finish { get; set; }

    /// <summary>True once the provider has said that nothing more comes.</summary>
    public bool IsEnded { get; set; }

    /// <summary>True when the model refused in so many words.</summary>
    public bool IsRefused { get; set; }

    /// <summary>True when there was anything that an answer is made of.</summary>
    public bool HasChoices { get; set; }

    /// <summary>The provider's error in place of an answer or of its rest, or null.</summary>
    public JsonElement? Error { get; set; }

    /// <summary>Tokens read and written as the provider counts them; null where it does not, or says no whole number.</summary>
    public (int? Input, int? Output) Counts { get; set; }

    /// <summary>True once the email's end is found, whatever the model goes on writing.</summary>
    public bool IsPastEnd => end is { IsReached: true };

    /// <summary>True when the text is whole.</summary>
    public bool IsComplete => IsEnded || IsPastEnd || Finish is not null;

    /// <summary>The text, without what follows the email's end.</summary>
    public string Text => new(_text, 0, end is { IsReached: true } ? end.At : _length);

    /// <summary>All that the model wrote, for counting.</summary>
    public ReadOnlySpan<char> All => _text.AsSpan(0, _length);

    /// <summary>Adds the string that the reader stands on.</summary>
    /// <exception cref="InvalidOperationException">It is not Unicode.</exception>
    public void Append(ref Utf8JsonReader reader)
    {
        // A string's bytes are never fewer than its UTF-16 code units.
        var most = reader.ValueSpan.Length;
        if (most == 0) return;
        if (_text.Length - _length < most) Grow(most);
        _length += reader.CopyString(_text.AsSpan(_length));
        Pieces++;
        if (end is null) Show(_length);
        else Show(end.Advance(_text.AsSpan(0, _length)));
    }

    /// <summary>Counts a token that is no part of the text.</summary>
    public void CountPiece() => Pieces++;

    public void Dispose()
    {
        ArrayPool<char>.Shared.Return(_text);
        _text = [];
    }

    private void Show(int upTo)
    {
        if (sink is null || upTo <= _shown) return;
        var piece = Visible(new string(_text, _shown, upTo - _shown));
        _shown = upTo;
        if (piece.Length == 0) return;
        sink.Append(piece);
        var last = piece.Length > 1 && char.IsLowSurrogate(piece[^1]) ? 2 : 1;
        _lastShown = piece[^last..];
    }

    // What stays at a piece's start, a joiner or an emoji's selector, is decided by the character before it.
    private string Visible(string piece)
    {
        var alone = InvisibleCharacters.Remove(piece);
        if (ReferenceEquals(alone, piece) || _lastShown.Length == 0) return alone;
        var joined = InvisibleCharacters.Remove(_lastShown + piece);
        return joined.StartsWith(_lastShown, StringComparison.Ordinal) ? joined[_lastShown.Length..] : alone;
    }

    private void Grow(int most)
    {
        var larger = ArrayPool<char>.Shared.Rent(Math.Max(_text.Length * 2, _length + most));
        _text.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<char>.Shared.Return(_text);
        _text = larger;
    }
}
