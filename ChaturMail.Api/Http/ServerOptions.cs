using System.Globalization;

namespace ChaturMail.Api.Http;

/// <summary>What the server grants connections and requests. Section <c>Server</c>.</summary>
public sealed class ServerOptions
{
    /// <summary>The shortest and the longest time that a setting of this section may name.</summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromMinutes(10);

    /// <summary>Connections at once, 1 to 1,000,000. One more is closed at once.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>
    /// Connections of one address at once (of an IPv6 network of 64 bits, which is what one subscriber has), 0 to 1,000,000; 0: no limit. Proxies
    /// of <c>Proxies:Trusted</c> are not counted.
    /// </summary>
    public int MaxConnectionsPerAddress { get; set; } = 1000;

    /// <summary>How long the head of a request may take, 1 s to 10 min.</summary>
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a connection may stay open without a request, 1 s to 10 min.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a request may take, its body included, 1 s to 10 min. Routes that write an email have limits of their own.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes a second that a client must send of a body and take of an answer, 5 s after its begin, 1 to 1,000,000.</summary>
    public int LeastBytesPerSecond { get; set; } = 500;

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxConnections is < 1 or > 1_000_000) yield return "Server:MaxConnections must be 1 to 1000000.";
        if (MaxConnectionsPerAddress is < 0 or > 1_000_000) yield return "Server:MaxConnectionsPerAddress must be 0 to 1000000.";
        if (LeastBytesPerSecond is < 1 or > 1_000_000) yield return "Server:LeastBytesPerSecond must be 1 to 1000000.";
        foreach (var (name, value) in new[] { (nameof(HeadersTimeout), HeadersTimeout), (nameof(IdleTimeout), IdleTimeout), (nameof(RequestTimeout), RequestTimeout) })
            if (value < Shortest || value > Longest)
                yield return string.Create(CultureInfo.InvariantCulture, $"Server:{name} must be {Shortest} to {Longest}.");
    }
}
