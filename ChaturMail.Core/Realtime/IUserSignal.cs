namespace ChaturMail.Core.Realtime;

/// <summary>Lets a request wait until its user is told something: for clients that cannot hold a connection open. Safe for concurrent use.</summary>
public interface IUserSignal
{
    /// <summary>
    /// Listens from now on, as a connection would. Whoever looks into the store after this and finds nothing, and then waits, misses nothing.
    /// Null when as many requests of the user as may (<see cref="MostOfAUser"/>) wait already.
    /// </summary>
    Task<IUserListener?> ListenAsync(string uid);

    /// <summary>Waits until the user is told something that comes after this call; false when the time passed without it.</summary>
    async Task<bool> WaitAsync(string uid, TimeSpan timeout, CancellationToken cancellation)
    {
        await using var listener = await ListenAsync(uid);
        return listener is not null && await listener.WaitAsync(timeout, cancellation);
    }

    /// <summary>Requests of one user that may wait at once in one process.</summary>
    const int MostOfAUser = 10;
}

/// <summary>A request that listens. Disposing it ends that.</summary>
public interface IUserListener : IAsyncDisposable
{
    /// <summary>Waits until the user was told something since the listening began; false when the time passed without it.</summary>
    Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellation);
}
