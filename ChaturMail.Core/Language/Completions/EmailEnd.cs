namespace ChaturMail.Core.Language.Completions;

/// <summary>
/// Finds where the email of a base model ends, which goes on with a next example as the text before it did: at a separator, at a repeated
/// header, or at the greeting of a second email. Looks at each character once, however many pieces the text comes in. For one answer.
/// </summary>
/// <param name="markers">What begins a line that is past the end.</param>
internal sealed class EmailEnd(IReadOnlyList<string> markers)
{
    private const int LongestSignOff = 40;
    private const int LongestGreeting = 60;

    private static readonly string[] Greetings = ["dear ", "hello", "hi ", "good morning", "good afternoon", "good evening"];

    private int _line;
    private bool _hasText;
    private bool _isSigned;

    /// <summary>True once the end is found.</summary>
    public bool IsReached { get; private set; }

    /// <summary>Characters of the email, once the end is found.</summary>
    public int At { get; private set; }

    /// <summary>Goes on to the end of the text so far. How many of its characters are the email's for certain.</summary>
    public int Advance(ReadOnlySpan<char> text)
    {
        while (!IsReached)
        {
            var length = text[_line..].IndexOf('\n');
            var line = length < 0 ? text[_line..] : text.Slice(_line, length);
            if (IsMarked(line) || (length >= 0 && _isSigned && IsGreeting(line)))
            {
                (IsReached, At) = (true, _line);
                break;
            }

            // A line that may yet become a marker is held back; it is a few characters.
            if (length < 0) return MayBecomeMarker(line) ? _line : text.Length;
            Pass(line.Trim());
            _line += length + 1;
        }

        return At;
    }

    private void Pass(ReadOnlySpan<char> line)
    {
        if (line.Length == 0) return;
        _hasText = true;
        // "Kind regards," and "Asha Rao", and no sentence.
        _isSigned = line.Length <= LongestSignOff && line[^1] is not ('.' or '?' or '!' or ':') && !IsGreeting(line);
    }

    // Before any text a header is what a model begins with, and the cleaning's matter.
    private bool IsMarked(ReadOnlySpan<char> line)
    {
        if (!_hasText) return false;
        foreach (var marker in markers)
            if (line.StartsWith(marker, StringComparison.Ordinal)) return true;
        return false;
    }

    private bool MayBecomeMarker(ReadOnlySpan<char> line)
    {
        if (!_hasText) return false;
        foreach (var marker in markers)
            if (marker.AsSpan().StartsWith(line, StringComparison.Ordinal)) return true;
        return false;
    }

    private static bool IsGreeting(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        if (line.Length is 0 or > LongestGreeting || line[^1] != ',') return false;
        foreach (var greeting in Greetings)
            if (line.StartsWith(greeting, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }
}
