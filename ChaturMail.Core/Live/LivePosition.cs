using System.Globalization;
using System.Security.Cryptography;

namespace ChaturMail.Core.Live;

/// <summary>How far a text was read.</summary>
/// <param name="Run">The run, or an empty string before anything was read.</param>
/// <param name="Count">Pieces of it that were read.</param>
public readonly record struct LivePosition(string Run, int Count)
{
    private const int RunLength = 8;

    /// <summary>Before the first piece.</summary>
    public static readonly LivePosition Start = new("", 0);

    /// <summary>A name that no other run of the same job has.</summary>
    public static string NewRun() => RandomNumberGenerator.GetHexString(RunLength, lowercase: true);

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static LivePosition? Parse(ReadOnlySpan<char> text)
    {
        if (text is "0") return Start;
        if (text.Length < RunLength + 2 || text[RunLength] != '-') return null;
        var run = text[..RunLength];
        foreach (var c in run)
            if (!char.IsAsciiHexDigitLower(c)) return null;
        return int.TryParse(text[(RunLength + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? new LivePosition(run.ToString(), count) : null;
    }

    /// <summary><c>0</c>, or the run and the number of its pieces: <c>5f3a09c1-17</c>.</summary>
    public override string ToString() => Run.Length == 0 ? "0" : string.Create(CultureInfo.InvariantCulture, $"{Run}-{Count}");
}
