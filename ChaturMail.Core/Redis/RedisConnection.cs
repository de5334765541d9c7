using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace ChaturMail.Core.Redis;

/// <summary>
/// The process's one connection to Redis. It is opened in the background by the first use, opens itself again after Redis was away,
/// with its subscriptions, and never makes a caller wait longer than <see cref="LongestCommand"/>.
/// </summary>
/// <remarks>No blocking command may go over it: all callers share it. The API used here is the same in versions 1.2 and 2.x of the client.</remarks>
public sealed class RedisConnection(RedisOptions options, TimeProvider time, ILogger<RedisConnection> log) : IAsyncDisposable
{
    /// <summary>After this time a command that has no answer fails. Redis may still carry it out.</summary>
    public static readonly TimeSpan LongestCommand = TimeSpan.FromSeconds(2);

    // Opening can fail for good when the host's name is unknown; it is tried again, but not at each command.
    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<Subscription> _subscriptions = [];
    private readonly SemaphoreSlim _subscribing = new(1);
    private Task<ConnectionMultiplexer>? _opening;
    private long _openedAt;
    private long? _subscribingFailedAt;
    private volatile bool _subscriptionsAreDue;

    /// <summary>Raised on any thread when what was subscribed to is about to arrive again after it did not: some of it was lost.</summary>
    public event Action? SubscriptionsRestored;

    /// <summary>The full name of a key or channel, under the configured prefix.</summary>
    public string Key(string name) => $"{{{options.KeyPrefix}}}:{name}";

    /// <summary>Runs a script. Keys come first, as <c>KEYS</c>, then values, as <c>ARGV</c>.</summary>
    /// <exception cref="TimeoutException">Redis did not answer in time; it may have carried the script out.</exception>
    /// <exception cref="RedisException">Redis is away, or refused the script.</exception>
    public async Task<RedisResult> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellation)
    {
        var database = (await OpenAsync(cancellation)).GetDatabase();
        try
        {
            return await LimitAsync(database.ScriptEvaluateAsync(script, keys, values), cancellation);
        }
        catch (RedisServerException e) when (e.Message.Contains("NOSCRIPT", StringComparison.Ordinal))
        {
            // The client takes it that a script it has once loaded is still there. This answer has taught it better.
            return await LimitAsync(database.ScriptEvaluateAsync(script, keys, values), cancellation);
        }
    }

    /// <summary>Runs any command that does not block.</summary>
    /// <inheritdoc cref="EvaluateAsync" path="/exception"/>
    public async Task<RedisResult> ExecuteAsync(string command, object[] arguments, CancellationToken cancellation) =>
        await LimitAsync((await OpenAsync(cancellation)).GetDatabase().ExecuteAsync(command, arguments), cancellation);

    /// <summary>Tells all subscribers of a channel.</summary>
    /// <inheritdoc cref="EvaluateAsync" path="/exception"/>
    public async Task PublishAsync(string channel, string message, CancellationToken cancellation) =>
        await LimitAsync((await OpenAsync(cancellation)).GetSubscriber().PublishAsync(Literal(channel), message), cancellation);

    /// <summary>
    /// Subscribes for the life of the process. With Redis away it returns all the same, and the subscription comes into being with the
    /// first command that gets through.
    /// </summary>
    /// <param name="heard">Gets each message, on any thread; must be quick and must not throw.</param>
    public Task SubscribeAsync(string channel, Action<string> heard, CancellationToken cancellation) =>
        SubscribeAsync(channel, (RedisValue message) => heard(message.ToString()), cancellation);

    /// <inheritdoc cref="SubscribeAsync(string, Action{string}, CancellationToken)"/>
    public Task SubscribeBytesAsync(string channel, Action<byte[]> heard, CancellationToken cancellation) =>
        SubscribeAsync(channel, (RedisValue message) => heard((byte[]?)message ?? []), cancellation);

    private async Task SubscribeAsync(string channel, Action<RedisValue> heard, CancellationToken cancellation)
    {
        lock (_gate) _subscriptions.Add(new Subscription(Literal(channel), heard));
        _subscriptionsAreDue = true;
        try
        {
            await OpenAsync(cancellation);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogWarning("Redis cannot be reached; the subscription to {Channel} follows: {Reason}", channel, e.Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Task<ConnectionMultiplexer>? opening;
        lock (_gate) opening = _opening;
        if (opening is not null)
        {
            try
            {
                var multiplexer = await opening;
                await multiplexer.CloseAsync(allowCommandsToComplete: false);
                multiplexer.Dispose();
            }
            catch (Exception e)
            {
                log.LogDebug(e, "The connection to Redis was not closed in order");
            }
        }

        _subscribing.Dispose();
    }

    private static RedisChannel Literal(string channel) => new(channel, RedisChannel.PatternMode.Literal);

    // A command that was sent is not called back by cancelling: only the waiting ends.
    private Task LimitAsync(Task command, CancellationToken cancellation) => command.WaitAsync(LongestCommand, time, cancellation);

    private Task<T> LimitAsync<T>(Task<T> command, CancellationToken cancellation) => command.WaitAsync(LongestCommand, time, cancellation);

    private async Task<ConnectionMultiplexer> OpenAsync(CancellationToken cancellation)
    {
        Task<ConnectionMultiplexer> opening;
        lock (_gate)
        {
            if (_opening is null || (_opening.IsFaulted && time.GetElapsedTime(_openedAt) > RestAfterFailure))
            {
                _openedAt = time.GetTimestamp();
                _opening = ConnectAsync();
            }

            opening = _opening;
        }

        var multiplexer = opening.IsCompletedSuccessfully ? await opening : await LimitAsync(opening, cancellation);
        if (_subscriptionsAreDue && multiplexer.IsConnected) await SubscribeDueAsync(multiplexer);
        return multiplexer;
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        var milliseconds = (int)LongestCommand.TotalMilliseconds;
        var configuration = new ConfigurationOptions
        {
            EndPoints = { { options.Host, options.Port } },
            Password = options.Password.Length == 0 ? null : options.Password,
            ClientName = "chaturmail",
            AbortOnConnectFail = false,
            ConnectTimeout = milliseconds,
            ConnectRetry = 1,
            SyncTimeout = milliseconds,
            ReconnectRetryPolicy = new LinearRetry((int)RestAfterFailure.TotalMilliseconds),
            // Seconds between two signs of life on an idle connection: a server that vanished without a word is noticed by them.
            KeepAlive = 5,
        };
        // Not on the caller's thread: looking up a name may block.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var multiplexer = await ConnectionMultiplexer.ConnectAsync(configuration);
        multiplexer.ConnectionFailed += (_, e) => log.LogWarning(
            "The {Kind} connection to Redis failed: {Reason}", e.ConnectionType, e.FailureType);
        multiplexer.ConnectionRestored += (_, e) =>
        {
            log.LogInformation("The {Kind} connection to Redis is back", e.ConnectionType);
            if (e.ConnectionType == ConnectionType.Subscription) SubscriptionsRestored?.Invoke();
        };
        return multiplexer;
    }

    // A subscription that cannot be made must not hold up commands: one caller tries, and not at each command.
    private async Task SubscribeDueAsync(ConnectionMultiplexer multiplexer)
    {
        if (!await _subscribing.WaitAsync(TimeSpan.Zero)) return;
        try
        {
            if (_subscribingFailedAt is { } failed && time.GetElapsedTime(failed) < RestAfterFailure) return;
            _subscriptionsAreDue = false;
            Subscription[] due;
            lock (_gate) due = [.. _subscriptions.Where(subscription => !subscription.IsMade)];
            foreach (var subscription in due)
            {
                // From here on the client makes it again by itself whenever it has connected again.
                await LimitAsync(
                    multiplexer.GetSubscriber().SubscribeAsync(subscription.Channel, (_, message) => subscription.Heard(message)),
                    CancellationToken.None);
                subscription.IsMade = true;
            }

            _subscribingFailedAt = null;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            (_subscribingFailedAt, _subscriptionsAreDue) = (time.GetTimestamp(), true);
            log.LogWarning("Redis did not take a subscription; it is tried again: {Reason}", e.Message);
        }
        finally
        {
            _subscribing.Release();
        }
    }

    private sealed class Subscription(RedisChannel channel, Action<RedisValue> heard)
    {
        public RedisChannel Channel => channel;

        public Action<RedisValue> Heard => heard;

        public bool IsMade { get; set; }
    }
}
