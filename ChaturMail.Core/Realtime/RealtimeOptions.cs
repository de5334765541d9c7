namespace ChaturMail.Core.Realtime;

/// <summary>What the Api grants live connections. Section <c>Realtime</c>.</summary>
public sealed class RealtimeOptions
{
    /// <summary>Live connections of one process, 0 to 1,000,000; 0: none at all.</summary>
    public int MaxConnections { get; set; } = 5000;

    /// <summary>Live connections of one user to one process, 1 to 100; one more closes the oldest.</summary>
    public int ConnectionsOfAUser { get; set; } = 10;

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxConnections is < 0 or > 1_000_000) yield return "Realtime:MaxConnections must be 0 to 1000000.";
        if (ConnectionsOfAUser is < 1 or > 100) yield return "Realtime:ConnectionsOfAUser must be 1 to 100.";
    }
}
