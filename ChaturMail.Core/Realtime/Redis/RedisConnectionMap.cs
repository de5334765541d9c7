using System.Buffers.Text;
using System.Text;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace ChaturMail.Core.Realtime.Redis;

/// <summary>
/// <see cref="IConnectionMap"/> on Redis: for each user a sorted set of the processes that hold connections of theirs, each until a time that
/// the process puts off, and for each process a channel of its own. Telling users of any number of processes is one script, which looks up
/// and publishes. A process hears numbered beats of its own on its channel: a missing one says that others were missed too.
/// </summary>
/// <remarks>
/// Keys <c>here:UID</c>, <c>seen:UID</c>, and <c>connected</c>, the users of all of the first, by when they end; channels <c>tell:PROCESS</c> and <c>tell-all</c>. Times are by Redis's clock. A process subscribes once it holds a
/// connection: a worker need hear nothing.
/// </remarks>
public sealed class RedisConnectionMap : BackgroundService, IConnectionMap
{
    /// <summary>How long it is kept when a user was last seen.</summary>
    public static readonly TimeSpan SeenLifetime = TimeSpan.FromDays(90);

    // Beats that may be on their way before others count as missed: a busy machine is no reason to make every client ask.
    private const int MostBeatsBehind = 3;

    // Enters or renews users. KEYS: the set and the time of each, all who are connected. ARGV: milliseconds of an entry, of a time; process; channel of all; uids.
    private const string Enter =
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        local all = KEYS[#KEYS]
        redis.call('ZREMRANGEBYSCORE', all, '-inf', string.format('%.0f', now))
        for i = 1, (#KEYS - 1) / 2 do
          local key = KEYS[2 * i - 1]
          redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now))
          local isFirst = redis.call('EXISTS', key) == 0
          redis.call('ZADD', key, string.format('%.0f', now + ARGV[1]), ARGV[3])
          redis.call('PEXPIRE', key, ARGV[1])
          redis.call('ZADD', all, string.format('%.0f', now + ARGV[1]), ARGV[i + 4])
          redis.call('SET', KEYS[2 * i], string.format('%.0f', now), 'PX', ARGV[2])
          if isFirst then redis.call('PUBLISH', ARGV[4], '+' .. ARGV[i + 4]) end
        end
        redis.call('PEXPIRE', all, ARGV[1])
        return 1
        """;

    // KEYS: the set, the time, all who are connected. ARGV: process; milliseconds of a time, or 0 to forget it; channel of all; uid.
    private const string Leave =
        """
        local t = redis.call('TIME')
        local now = t[1] * 1000 + math.floor(t[2] / 1000)
        redis.call('ZREM', KEYS[1], ARGV[1])
        redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now))
        if ARGV[2] == '0' then redis.call('DEL', KEYS[2])
        else redis.call('SET', KEYS[2], string.format('%.0f', now), 'PX', ARGV[2]) end
        if redis.call('EXISTS', KEYS[1]) == 0 then
          redis.call('ZREM', KEYS[3], ARGV[4])
          redis.call('PUBLISH', ARGV[3], '-' .. ARGV[4])
        end
        return 1
        """;

    // KEYS: the sets. ARGV: update; what channels of processes begin with; this process; uids. Gives the places of those who are nowhere
    // else. Each process gets its uids, each with its length before it, and the update.
    private const string PassOn =
        """
        local t = redis.call('TIME')
        local since = string.format('(%.0f', t[1] * 1000 + math.floor(t[2] / 1000))
        local found, lists, heard, absent = {}, {}, {}, {}
        for i, key in ipairs(KEYS) do
          found[i] = redis.call('ZRANGEBYSCORE', key, since, '+inf')
          local uid = ARGV[i + 3]
          for _, process in ipairs(found[i]) do
            if process ~= ARGV[3] then lists[process] = (lists[process] or 'u') .. #uid .. ':' .. uid end
          end
        end
        for process, uids in pairs(lists) do heard[process] = redis.call('PUBLISH', ARGV[2] .. process, uids .. '\n' .. ARGV[1]) > 0 end
        for i = 1, #KEYS do
          local isHeard = false
          for _, process in ipairs(found[i]) do isHeard = isHeard or heard[process] end
          if not isHeard then absent[#absent + 1] = i end
        end
        return absent
        """;

    // KEYS: the set and the time of each. Gives 1 or 0 and the time, or nothing, of each.
    private const string Find =
        """
        local t = redis.call('TIME')
        local since = string.format('(%.0f', t[1] * 1000 + math.floor(t[2] / 1000))
        local found = {}
        for i = 1, #KEYS, 2 do
          found[i] = redis.call('ZCOUNT', KEYS[i], since, '+inf') > 0 and 1 or 0
          found[i + 1] = redis.call('GET', KEYS[i + 1]) or ''
        end
        return found
        """;

    private const string Count =
        """
        local t = redis.call('TIME')
        return redis.call('ZCOUNT', KEYS[1], string.format('(%.0f', t[1] * 1000 + math.floor(t[2] / 1000)), '+inf')
        """;

    private const string Erase =
        """
        local seen = redis.call('GET', KEYS[1])
        if seen and tonumber(seen) <= tonumber(ARGV[1]) then redis.call('DEL', KEYS[1]) end
        return 1
        """;

    private static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(1);

    private readonly RedisConnection _redis;
    private readonly LiveConnections _connections;
    private readonly PresenceWatch _watch;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisConnectionMap> _log;
    private readonly TimeSpan _renewEvery, _lifetime;
    private readonly string _process, _channels, _all;
    private readonly RedisKey _connected;
    private readonly Lazy<Task> _listening;
    private readonly Lock _gate = new();
    private long _sent, _heard;
    // Set when updates for this process may have been lost; when this process's for others may have been.
    private volatile bool _missed, _owes;
    private long? _deafUntil, _failedAt;

    /// <param name="renewEvery">Time between two renewals of this process's entries; 20 s.</param>
    /// <param name="lifetime">How long an entry is good that is not renewed; 60 s.</param>
    public RedisConnectionMap(
        RedisConnection redis, LiveConnections connections, PresenceWatch watch, TimeProvider time, ILogger<RedisConnectionMap> log,
        TimeSpan? renewEvery = null, TimeSpan? lifetime = null)
    {
        (_redis, _connections, _watch, _time, _log) = (redis, connections, watch, time, log);
        (_renewEvery, _lifetime) = (renewEvery ?? TimeSpan.FromSeconds(20), lifetime ?? TimeSpan.FromSeconds(60));
        (_process, _channels, _all) = (DocumentId.New(time), redis.Key("tell:"), redis.Key("tell-all"));
        _connected = redis.Key("connected");
        _listening = new Lazy<Task>(ListenAsync);
    }

    private RedisValue LifetimeMilliseconds => (long)_lifetime.TotalMilliseconds;

    private static RedisValue SeenMilliseconds => (long)SeenLifetime.TotalMilliseconds;

    /// <inheritdoc/>
    public async Task EnterAsync(string uid)
    {
        await _listening.Value;
        // While Redis is away nobody waits for it: all are entered when it is back.
        if (!await TryAsync(() => EnterAsync([uid]))) _missed = true;
    }

    /// <inheritdoc/>
    public Task LeaveAsync(string uid, bool forget) => TryAsync(() => _redis.EvaluateAsync(
        Leave, [HereKey(uid), SeenKey(uid), _connected], [_process, forget ? 0 : SeenMilliseconds, _all, uid], CancellationToken.None));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> PassOnAsync(IReadOnlyList<string> uids, LiveUpdate update)
    {
        IReadOnlyList<string> absent = [];
        if (!await TryAsync(async () =>
        {
            var values = new RedisValue[uids.Count + 3];
            (values[0], values[1], values[2]) = (update.Json.ToArray(), _channels, _process);
            var keys = new RedisKey[uids.Count];
            for (var i = 0; i < uids.Count; i++) (keys[i], values[i + 3]) = (HereKey(uids[i]), uids[i]);
            var places = (long[]?)await _redis.EvaluateAsync(PassOn, keys, values, CancellationToken.None) ?? [];
            absent = [.. places.Select(place => uids[(int)place - 1])];
        })) _owes = true;
        return absent;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, PresenceState>> FindAsync(IReadOnlyCollection<string> uids, CancellationToken cancellation)
    {
        var states = new Dictionary<string, PresenceState>();
        foreach (var some in uids.Distinct().Chunk(IConnectionMap.MostAtOnce))
        {
            var isKnown = await TryAsync(async () =>
            {
                var found = (RedisResult[])(await _redis.EvaluateAsync(Find, [.. some.SelectMany(uid => new[] { HereKey(uid), SeenKey(uid) })], [], cancellation))!;
                for (var i = 0; i < some.Length; i++)
                {
                    var seen = (string?)found[2 * i + 1] is { Length: > 0 } text ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) / 1000 : (long?)null;
                    states[some[i]] = new PresenceState((long)found[2 * i] == 1, seen);
                }
            });
            if (isKnown) continue;
            foreach (var uid in some) states[uid] = _connections.Has(uid) ? new PresenceState(true, _time.GetUtcNow().ToUnixTimeSeconds()) : PresenceState.Unknown;
        }

        return states;
    }

    /// <inheritdoc/>
    public async Task<long?> CountAsync(CancellationToken cancellation)
    {
        long? count = null;
        await TryAsync(async () => count = (long)await _redis.EvaluateAsync(Count, [_connected], [], cancellation));
        return count;
    }

    /// <inheritdoc/>
    public async Task EraseAsync(string uid, DateTimeOffset before)
    {
        try
        {
            await _redis.EvaluateAsync(Erase, [SeenKey(uid)], [before.ToUnixTimeMilliseconds()], CancellationToken.None);
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new IOException($"Redis is away: {e.GetType().Name}", e);
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(BeatEvery, _time);
        var renewedAt = _time.GetTimestamp();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                if (_listening.IsValueCreated) renewedAt = await BeatAsync(renewedAt);
                if (!_owes) continue;
                await _redis.PublishAsync(_all, "r", stoppingToken);
                _owes = false;
            }
            catch (Exception) when (!stoppingToken.IsCancellationRequested)
            {
                // Redis is away, which its connection logs.
                _missed |= _listening.IsValueCreated;
            }
        }
    }

    private async Task<long> BeatAsync(long renewedAt)
    {
        var heard = Interlocked.Read(ref _heard);
        if (_missed || _sent - heard >= MostBeatsBehind)
        {
            // Beats that were sent before now prove nothing.
            _missed = false;
            _deafUntil = _sent;
        }
        else if (_deafUntil is { } until && heard > until)
        {
            // Entered first: a Redis that lost its data knows nobody, and what is told from then on is not missed.
            await EnterAllAsync();
            _deafUntil = null;
            renewedAt = _time.GetTimestamp();
            _connections.TellAll(LiveUpdate.Resync);
            _log.LogInformation("Updates from other processes arrive again; clients were asked to look for what they missed");
        }
        else if (_time.GetElapsedTime(renewedAt) >= _renewEvery)
        {
            await EnterAllAsync();
            renewedAt = _time.GetTimestamp();
        }

        await _redis.PublishAsync(_channels + _process, "b" + ++_sent, CancellationToken.None);
        return renewedAt;
    }

    private async Task EnterAllAsync()
    {
        foreach (var uids in _connections.Users.Chunk(IConnectionMap.MostAtOnce))
        {
            await EnterAsync(uids);
            // Who left meanwhile may have been entered again by it.
            foreach (var uid in uids)
                if (!_connections.Has(uid)) await LeaveAsync(uid, forget: false);
        }
    }

    private Task<RedisResult> EnterAsync(string[] uids) => _redis.EvaluateAsync(
        Enter, [.. uids.SelectMany(uid => new[] { HereKey(uid), SeenKey(uid) }), _connected],
        [LifetimeMilliseconds, SeenMilliseconds, _process, _all, .. uids.Select(uid => (RedisValue)uid)], CancellationToken.None);

    private async Task ListenAsync()
    {
        _redis.SubscriptionsRestored += () => _missed = true;
        await _redis.SubscribeBytesAsync(_channels + _process, HearOwn, CancellationToken.None);
        await _redis.SubscribeBytesAsync(_all, HearAll, CancellationToken.None);
    }

    private void HearOwn(byte[] message)
    {
        if (message is [(byte)'b', ..])
        {
            if (!Utf8Parser.TryParse(message.AsSpan(1), out long number, out _)) return;
            if (number != Interlocked.Exchange(ref _heard, number) + 1) _missed = true;
            return;
        }

        var end = 1;
        var uids = new List<string>();
        while (end < message.Length && message[end] != '\n')
        {
            if (!Utf8Parser.TryParse(message.AsSpan(end), out int length, out var digits) || length < 0 || end + digits + 1 + length > message.Length) return;
            uids.Add(Encoding.UTF8.GetString(message, end + digits + 1, length));
            end += digits + 1 + length;
        }

        if (end >= message.Length) return;
        var update = new LiveUpdate(message.AsMemory(end + 1));
        foreach (var uid in uids) _connections.Tell(uid, update);
    }

    private void HearAll(byte[] message)
    {
        // Some process could not pass something on. Clients are told by what tells them after an outage: once this process is known to be entered and to hear.
        if (message is [(byte)'r']) _missed = true;
        else if (message is [(byte)'+' or (byte)'-', ..]) _watch.Note(Encoding.UTF8.GetString(message, 1, message.Length - 1), message[0] == '+');
    }

    // False when Redis is away; then it is not asked for a while, so that nobody waits for each answer that does not come.
    private async Task<bool> TryAsync(Func<Task> ask)
    {
        lock (_gate)
            if (_failedAt is { } at && _time.GetElapsedTime(at) < BeatEvery) return false;
        try
        {
            await ask();
            lock (_gate) _failedAt = null;
            return true;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            lock (_gate)
            {
                if (_failedAt is null) _log.LogWarning("Users on other processes are not told until Redis answers again: {Reason}", e.GetType().Name);
                _failedAt = _time.GetTimestamp();
            }

            return false;
        }
    }

    private RedisKey HereKey(string uid) => _redis.Key("here:" + uid);

    private RedisKey SeenKey(string uid) => _redis.Key("seen:" + uid);
}
