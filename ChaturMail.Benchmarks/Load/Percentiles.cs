using System.Globalization;

namespace ChaturMail.Benchmarks.Load;

/// <summary>Quantiles of measured times, in milliseconds.</summary>
internal sealed class Percentiles(IEnumerable<double> milliseconds)
{
    private readonly double[] _sorted = [.. milliseconds.Order()];

    /// <summary>How many were measured.</summary>
    public int Count => _sorted.Length;

    /// <summary>The smallest value that at least this share of all does not exceed (nearest rank); 0 when there are none.</summary>
    /// <param name="share">0 to 1.</param>
    public double At(double share) => Count == 0 ? 0 : _sorted[Math.Clamp((int)Math.Ceiling(share * Count) - 1, 0, Count - 1)];

    /// <summary>The middle one.</summary>
    public double Median => At(0.5);

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5):0.0} ms, p90 {At(0.9):0.0} ms, p99 {At(0.99):0.0} ms, longest {At(1):0.0} ms ({Count})");
}
