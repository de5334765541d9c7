using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Threading.Channels;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Redis;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace ChaturMail.Core.Queue.Redis;

/// <summary>
/// <see cref="IGenerationQueue"/> on Redis Streams with a consumer group. Every step is one script, so that a crash falls between steps
/// and never into one. Entries are removed when they are acknowledged: what Redis holds is what is under way. docs/queue.md has the keys.
/// </summary>
/// <remarks>
/// <para>Needs Redis 7.0 or Valkey 7.2, with maxmemory-policy noeviction. Commands, with the version that brought them in the form used here:
/// XADD, XLEN, XRANGE, XREVRANGE, XDEL, XACK, XREADGROUP, XPENDING, XCLAIM, XGROUP CREATE and DELCONSUMER, XINFO CONSUMERS and GROUPS,
/// EVALSHA with effects replicated (5.0); XAUTOCLAIM that drops entries deleted meanwhile (7.0); TIME, HGET, HMGET, HSET, HDEL, ZADD, ZSCORE,
/// ZRANGEBYSCORE, ZREM, ZCARD, PUBLISH, SUBSCRIBE (older). https://redis.io/docs/latest/commands/</para>
/// <para>Redis's clock decides about leases and delays, so the machines' clocks need not agree. Nobody blocks in Redis: a taker is woken
/// by a message, and looks every <see cref="PollInterval"/> in case one was lost.</para>
/// <para>Methods throw <see cref="TimeoutException"/> or <see cref="RedisException"/> within <see cref="RedisConnection.LongestCommand"/>
/// when Redis is away. A group that is missing, because Redis lost its data, is made on the spot.</para>
/// </remarks>
public sealed class RedisQueue : IGenerationQueue, IDisposable
{
    /// <summary>Dead letters that are kept; the oldest go first.</summary>
    public const int MostDeadLetters = 10_000;

    /// <summary>Name of the consumer group.</summary>
    public const string Group = "workers";

    /// <summary>Time between two looks of a taker that no message wakes.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    // Long enough that no process which is only slow, or stopped in a debugger, is taken for gone.
    private static readonly TimeSpan ConsumerIsGoneAfter = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LookForGoneConsumersEvery = TimeSpan.FromMinutes(5);

    // Few enough that a script stays well under a millisecond: Redis does nothing else meanwhile.
    private const int MostAtOnce = 64;

    // More than two: Redis may lose its data again between the making of the group and its use.
    private const int GroupAttempts = 4;

    private readonly RedisConnection _connection;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisQueue> _log;
    private readonly TimeSpan _lease;
    private readonly Recurring _abandoned;
    private readonly Recurring _goneConsumers;
    private readonly RedisKey _jobs;
    private readonly RedisKey _dead;
    private readonly RedisKey[] _keys;
    private readonly string _wakeUps;
    private readonly ConcurrentDictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly Channel<bool> _added = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly GroupCommit<string> _enqueued;
    private readonly GroupCommit<QueueEntry> _acknowledged;
    private readonly SemaphoreSlim _taking = new(1);
    private readonly Lazy<Task> _listening;
    private volatile bool _answerWasLost;

    /// <param name="lease">How long a taken entry is held without being extended.</param>
    public RedisQueue(RedisConnection connection, RedisOptions options, TimeProvider time, TimeSpan lease, ILogger<RedisQueue> log)
    {
        (_connection, _time, _lease, _log) = (connection, time, lease, log);
        var prefix = $"{{{options.KeyPrefix}}}:";
        (_jobs, _dead, _wakeUps) = (prefix + "jobs", prefix + "dead", prefix + "wake");
        _keys = [_jobs, prefix + "index", prefix + "delayed", _dead];
        _abandoned = new Recurring(time, lease / 4);
        _goneConsumers = new Recurring(time, LookForGoneConsumersEvery);
        _enqueued = new GroupCommit<string>(
            ids => RunAsync(RedisScripts.Enqueue, CancellationToken.None, [_wakeUps, .. ids.Select(id => (RedisValue)id)]), MostAtOnce);
        _acknowledged = new GroupCommit<QueueEntry>(
            entries => RunAsync(RedisScripts.Acknowledge, CancellationToken.None, ByTurns(entries)), MostAtOnce);
        // Only a process that takes listens; one that only enqueues need not be woken.
        _listening = new Lazy<Task>(() => connection.SubscribeAsync(_wakeUps, _ => _added.Writer.TryWrite(true), CancellationToken.None));
        Consumer = $"{Environment.MachineName}-{Environment.ProcessId}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}";
    }

    /// <summary>This taker's name in the group: one a process, never used again.</summary>
    public string Consumer { get; }

    /// <inheritdoc/>
    public Task EnqueueAsync(string jobId, CancellationToken cancellation) => _enqueued.AddAsync(jobId, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<QueueEntry>> TakeAsync(int most, CancellationToken cancellation)
    {
        await _listening.Value;
        Task<bool>? added = null;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            var taken = await TakeNowAsync(most, cancellation);
            if (taken.Count > 0) return taken;

            added ??= _added.Reader.WaitToReadAsync(cancellation).AsTask();
            await Task.WhenAny(added, Task.Delay(PollInterval, _time, cancellation));
            if (!added.IsCompleted) continue;
            _added.Reader.TryRead(out _);
            added = null;
        }
    }

    /// <inheritdoc/>
    public Task ExtendAsync(IReadOnlyCollection<QueueEntry> entries, CancellationToken cancellation) =>
        entries.Count == 0 ? Task.CompletedTask : RunAsync(RedisScripts.Extend, cancellation, ByTurns(entries));

    /// <inheritdoc/>
    public Task AcknowledgeAsync(QueueEntry entry, CancellationToken cancellation) =>
        ForgetAsync(entry, _acknowledged.AddAsync(entry, cancellation));

    /// <inheritdoc/>
    public Task RetryAsync(QueueEntry entry, TimeSpan delay, CancellationToken cancellation) =>
        EndAsync(entry, RedisScripts.Retry, cancellation, (long)delay.TotalMilliseconds, _wakeUps);

    /// <inheritdoc/>
    public Task ReleaseAsync(QueueEntry entry, CancellationToken cancellation) => EndAsync(entry, RedisScripts.Release, cancellation, _wakeUps);

    /// <inheritdoc/>
    public Task BuryAsync(QueueEntry entry, string reason, CancellationToken cancellation) =>
        EndAsync(entry, RedisScripts.Bury, cancellation, reason, MostDeadLetters);

    /// <inheritdoc/>
    public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, CancellationToken cancellation) => ListDeadAsync(limit, null, cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, EmailCursor? after, CancellationToken cancellation)
    {
        // Before the first entry that Redis can have made there is nothing, and no range either.
        if (after is { CreatedOn: < 1 }) return [];
        var rows = ((RedisResult[]?)await _connection.ExecuteAsync(
            "XREVRANGE", [_dead, after is null ? "+" : "(" + EntryOf(after), "-", "COUNT", limit], cancellation))!;
        return [.. rows.Select(row => ReadDeadLetter(((RedisResult[]?)row)!))];
    }

    /// <inheritdoc/>
    public async Task<DeadLetter?> FindDeadAsync(string jobId, CancellationToken cancellation) =>
        (await ListDeadAsync(MostDeadLetters, cancellation)).FirstOrDefault(letter => letter.JobId == jobId);

    /// <inheritdoc/>
    public async Task<bool> DropDeadAsync(DeadLetter letter, CancellationToken cancellation) =>
        (int)await _connection.ExecuteAsync("XDEL", [_dead, EntryOf(letter.Place)], cancellation) > 0;

    /// <inheritdoc/>
    public bool IsOutage(Exception fault) => fault is RedisException or TimeoutException;

    /// <inheritdoc/>
    public async Task<bool> HoldsAsync(QueueEntry entry, CancellationToken cancellation) =>
        (int)await RunAsync(RedisScripts.Holds, cancellation, entry.JobId, entry.Attempt) > 0;

    /// <inheritdoc/>
    public async Task<bool> DropDeadAsync(string jobId, CancellationToken cancellation) =>
        (int)await RunAsync(RedisScripts.DropDead, cancellation, jobId) > 0;

    /// <inheritdoc/>
    public async Task<QueueDepth> MeasureAsync(CancellationToken cancellation)
    {
        var counts = ((long[]?)await RunAsync(RedisScripts.Measure, cancellation))!;
        return new QueueDepth((int)counts[0], (int)counts[1], (int)counts[2], (int)counts[3], TimeSpan.FromMilliseconds(counts[4]));
    }

    /// <inheritdoc/>
    public void Dispose() => _taking.Dispose();

    /// <summary>Removes the consumers that hold nothing and have not asked for this long, and gives their number.</summary>
    internal async Task<int> RemoveGoneConsumersAsync(TimeSpan idle, CancellationToken cancellation) =>
        (int)await RunAsync(RedisScripts.RemoveGoneConsumers, cancellation, (long)idle.TotalMilliseconds);

    // One at a time, so that it is always known which entries came with answers that were heard.
    private async Task<List<QueueEntry>> TakeNowAsync(int most, CancellationToken cancellation)
    {
        await _taking.WaitAsync(cancellation);
        try
        {
            await TidyAsync();
            return await AskAsync(most);
        }
        finally
        {
            _taking.Release();
        }
    }

    // Not cancelled: an answer that nobody waits for any more would carry entries that nobody runs.
    private async Task<List<QueueEntry>> AskAsync(int most)
    {
        var lookForAbandoned = _abandoned.IsDue;
        RedisResult[] reply;
        try
        {
            reply = ((RedisResult[]?)await RunAsync(
                RedisScripts.Take, CancellationToken.None, most, lookForAbandoned ? (long)_lease.TotalMilliseconds : 0, MostDeadLetters))!;
        }
        catch (Exception)
        {
            _answerWasLost = true;
            throw;
        }

        // A busy taker has room for a few only: it goes on looking as long as there are more, or they would wait for many leases.
        if (lookForAbandoned && (int)reply[0] == 1) _abandoned.Done();
        var entries = ((RedisResult[]?)reply[1])!;
        var taken = new List<QueueEntry>(entries.Length / 2);
        for (var i = 0; i < entries.Length; i += 2)
        {
            var entry = new QueueEntry(((string?)entries[i])!, (int)entries[i + 1]);
            _held[entry.JobId] = entry.Attempt;
            taken.Add(entry);
        }

        return taken;
    }

    private async Task TidyAsync()
    {
        if (_answerWasLost)
        {
            var released = (int)await RunAsync(RedisScripts.ReleaseUnknown, CancellationToken.None, [.. _held.Keys.Select(id => (RedisValue)id)]);
            _answerWasLost = false;
            if (released > 0) _log.LogInformation("{Count} entries came with an answer that was lost; they are back in the queue", released);
        }

        if (!_goneConsumers.IsDue) return;
        var removed = await RemoveGoneConsumersAsync(ConsumerIsGoneAfter, CancellationToken.None);
        _goneConsumers.Done();
        if (removed > 0) _log.LogInformation("{Count} consumers of processes that are gone were removed", removed);
    }

    private Task EndAsync(QueueEntry entry, string script, CancellationToken cancellation, params RedisValue[] values) =>
        ForgetAsync(entry, RunAsync(script, cancellation, [entry.JobId, entry.Attempt, .. values]));

    // Only when Redis has said so: an entry that it may still hold did not come with a lost answer. Given back as one, its attempt would
    // not count, and the dead letter of a job that failed on its first would never be written. Its lease decides.
    private async Task ForgetAsync(QueueEntry entry, Task end)
    {
        await end;
        _held.TryRemove(new KeyValuePair<string, int>(entry.JobId, entry.Attempt));
    }

    private static RedisValue[] ByTurns(IReadOnlyCollection<QueueEntry> entries) =>
        [.. entries.SelectMany(entry => new RedisValue[] { entry.JobId, entry.Attempt })];

    private async Task<RedisResult> RunAsync(string script, CancellationToken cancellation, params RedisValue[] values)
    {
        RedisValue[] all = [Group, Consumer, .. values];
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _connection.EvaluateAsync(script, _keys, all, cancellation);
            }
            catch (RedisServerException e) when (attempt < GroupAttempts && IsGroupMissing(e))
            {
                await MakeGroupAsync(cancellation);
            }
        }
    }

    private static bool IsGroupMissing(RedisServerException e) =>
        e.Message.Contains("NOGROUP", StringComparison.Ordinal) || e.Message.Contains("no such key", StringComparison.Ordinal);

    // From the stream's first entry on: what was enqueued before the group came into being is handed out as well.
    private async Task MakeGroupAsync(CancellationToken cancellation)
    {
        try
        {
            await _connection.ExecuteAsync("XGROUP", ["CREATE", _jobs, Group, "0", "MKSTREAM"], cancellation);
            _log.LogInformation("The consumer group was made: Redis is new, or has lost its data");
        }
        catch (RedisServerException e) when (e.Message.Contains("BUSYGROUP", StringComparison.Ordinal))
        {
            // Another process was faster.
        }
    }

    private static DeadLetter ReadDeadLetter(RedisResult[] row)
    {
        var fields = ((RedisResult[]?)row[1])!;
        var of = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < fields.Length; i += 2) of[((string?)fields[i])!] = ((string?)fields[i + 1])!;
        // The entry's id is Redis's time in milliseconds, and a number within it.
        var id = ((string?)row[0])!.Split('-');
        var buriedAt = long.Parse(id[0], CultureInfo.InvariantCulture);
        var firstTriedAt = long.TryParse(of.GetValueOrDefault("first"), CultureInfo.InvariantCulture, out var first) && first > 0 ? first : buriedAt;
        return new DeadLetter(
            of.GetValueOrDefault("job", ""), of.GetValueOrDefault("reason", ""),
            int.TryParse(of.GetValueOrDefault("attempts"), CultureInfo.InvariantCulture, out var attempts) ? attempts : 0,
            DateTimeOffset.FromUnixTimeMilliseconds(firstTriedAt), DateTimeOffset.FromUnixTimeMilliseconds(buriedAt),
            new EmailCursor(buriedAt, ulong.Parse(id[1], CultureInfo.InvariantCulture).ToString("x24", CultureInfo.InvariantCulture)));
    }

    // Back from the form of a place, in which the number is as long as an id.
    private static string EntryOf(EmailCursor place) => string.Create(
        CultureInfo.InvariantCulture, $"{place.CreatedOn}-{ulong.Parse(place.Id[8..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)}");

    /// <summary>Something to be done now and again, the first time at once.</summary>
    private sealed class Recurring(TimeProvider time, TimeSpan every)
    {
        private long _last = long.MinValue;

        public bool IsDue => Volatile.Read(ref _last) is var last && (last == long.MinValue || time.GetElapsedTime(last) >= every);

        public void Done() => Volatile.Write(ref _last, time.GetTimestamp());
    }
}
