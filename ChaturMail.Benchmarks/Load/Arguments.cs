using System.Globalization;

namespace ChaturMail.Benchmarks.Load;

/// <summary>Options of a command line, <c>--name value</c> or <c>--flag</c>, each taken out by its name.</summary>
internal sealed class Arguments(IEnumerable<string> args)
{
    private readonly List<string> _left = [.. args];

    /// <summary>True when the flag is there.</summary>
    public bool Flag(string name) => _left.Remove(name);

    /// <summary>An option's value, or null without it.</summary>
    /// <exception cref="FormatException">It has no value.</exception>
    public string? Text(string name)
    {
        var at = _left.IndexOf(name);
        if (at < 0) return null;
        if (at + 1 == _left.Count) throw new FormatException($"{name} needs a value.");
        var value = _left[at + 1];
        _left.RemoveRange(at, 2);
        return value;
    }

    /// <summary>An option's number.</summary>
    /// <exception cref="FormatException">It is no number, or out of its limits.</exception>
    public int Number(string name, int otherwise, int least, int most)
    {
        if (Text(name) is not { } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number : throw new FormatException($"{name} must be a number from {least} to {most}.");
    }

    /// <summary>Throws when something is left that nobody has asked for.</summary>
    /// <exception cref="FormatException">Something is.</exception>
    public void ExpectNoMore()
    {
        if (_left.Count > 0) throw new FormatException($"Unknown argument: {_left[0]}");
    }
}
