namespace ChaturMail.Core.Realtime;

/// <summary>Who is connected, to whatever Api. Whether the asker may know is decided before. Safe for concurrent use.</summary>
public interface IPresence
{
    /// <summary>Each of the users. Does not throw when Redis is away: all are offline then, and nothing is known of when they were seen.</summary>
    Task<IReadOnlyDictionary<string, PresenceState>> FindAsync(IReadOnlyCollection<string> uids, CancellationToken cancellation);

    /// <summary>How many users are connected, or wait with a request, to all Apis together; null when Redis is away.</summary>
    Task<long?> CountAsync(CancellationToken cancellation);
}

/// <summary>Whether a user is connected.</summary>
/// <param name="Online">True while there is a connection.</param>
/// <param name="LastSeenOn">Unix seconds of the end of the last connection, or, while there is one, of about now; null when it is not known.</param>
public sealed record PresenceState(bool Online, long? LastSeenOn)
{
    /// <summary>Of somebody of whom nothing is known.</summary>
    public static readonly PresenceState Unknown = new(false, null);
}
