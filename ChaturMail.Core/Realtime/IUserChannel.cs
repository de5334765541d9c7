namespace ChaturMail.Core.Realtime;

/// <summary>
/// Tells users who are connected, to whatever Api, what has just changed. It only tells: the record is in the store, what is told may be lost or come
/// twice, and a client that misses something asks for it (docs/workspaces.md). Safe for concurrent use.
/// </summary>
public interface IUserChannel
{
    /// <summary>Tells the users, on all of their connections, in the order of the calls for one user. Does not throw when Redis is away.</summary>
    /// <returns>Those of the users who have no connection anywhere, as far as is known; nobody when it is not.</returns>
    Task<IReadOnlyList<string>> TellAsync(IReadOnlyCollection<string> uids, UserUpdate update, CancellationToken cancellation);
}

/// <summary>What is told.</summary>
/// <param name="Type">Stable name, e.g. <c>message</c>.</param>
/// <param name="Data">JSON object, in the form in which the API answers.</param>
public sealed record UserUpdate(string Type, string Data)
{
    /// <summary>What is told together with it, after it, for the price of one.</summary>
    public IReadOnlyList<UserUpdate> Further { get; init; } = [];
}
