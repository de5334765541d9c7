namespace ChaturMail.Core.Realtime;

/// <summary>Tells users on the connections of this process and, by the map, on those of others; lets connections and waiting requests come and go.</summary>
public sealed class UserChannel(LiveConnections connections, IConnectionMap map, PresenceWatch watch) : IUserChannel, IUserSignal
{
    /// <inheritdoc/>
    /// <remarks>Not cancelled: what is told is stored, and whoever stored it may be gone.</remarks>
    public async Task<IReadOnlyList<string>> TellAsync(IReadOnlyCollection<string> uids, UserUpdate update, CancellationToken cancellation)
    {
        var live = LiveUpdate.Of(update);
        var absent = new List<string>();
        foreach (var some in uids.Distinct().Chunk(IConnectionMap.MostAtOnce))
        {
            var told = new HashSet<string>();
            // Those of this process at once: they need no Redis.
            foreach (var uid in some)
                if (connections.Tell(uid, live)) told.Add(uid);
            absent.AddRange((await map.PassOnAsync(some, live)).Where(uid => !told.Contains(uid)));
        }

        return absent;
    }

    /// <summary>Takes up a connection and gives all that its user has in this process, oldest first. From when this returns on it is told all.</summary>
    public async Task<IReadOnlyList<IUserConnection>> ConnectAsync(IUserConnection connection)
    {
        var all = connections.Add(connection);
        // At each connection, not at the first alone: an entry that was lost is mended by it.
        await map.EnterAsync(connection.Uid);
        return all;
    }

    /// <summary>Lets a connection go.</summary>
    /// <param name="forget">True when the user's account is gone.</param>
    public async Task DisconnectAsync(IUserConnection connection, bool forget)
    {
        watch.Forget(connection);
        if (!connections.Remove(connection)) return;
        await map.LeaveAsync(connection.Uid, forget);
        if (!connections.Has(connection.Uid)) return;
        // They came back meanwhile, and the entry that they made may be the one that was taken away.
        await map.EnterAsync(connection.Uid);
        connections.Tell(connection.Uid, LiveUpdate.Resync);
    }

    /// <inheritdoc/>
    public async Task<IUserListener?> ListenAsync(string uid)
    {
        if (connections.Of(uid).Count(one => one is Listener) >= IUserSignal.MostOfAUser) return null;
        var listener = new Listener(this, uid);
        await ConnectAsync(listener);
        return listener;
    }

    private sealed class Listener(UserChannel channel, string uid) : IUserConnection, IUserListener
    {
        private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Uid => uid;

        public void Tell(LiveUpdate update) => _told.TrySetResult();

        public async Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellation)
        {
            try
            {
                await _told.Task.WaitAsync(timeout, cancellation);
                return true;
            }
            catch (TimeoutException)
            {
                return false;
            }
        }

        public async ValueTask DisposeAsync() => await channel.DisconnectAsync(this, forget: false);
    }
}
