using System.Collections.Concurrent;
using System.Globalization;

namespace ChaturMail.Benchmarks.Load;

/// <summary>What happened how often, for the figures.</summary>
internal sealed class SoakCounts
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>It happened once more.</summary>
    public void Add(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);

    /// <inheritdoc/>
    public override string ToString() => Join(_counts);

    /// <summary>Counts as one line.</summary>
    public static string Join(IEnumerable<KeyValuePair<string, int>> counts) => string.Join(", ", counts.OrderBy(pair => pair.Key, StringComparer.Ordinal)
        .Select(pair => string.Create(CultureInfo.InvariantCulture, $"{pair.Key}: {pair.Value}")));
}
