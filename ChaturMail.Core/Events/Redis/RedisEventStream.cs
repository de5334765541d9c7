using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace ChaturMail.Core.Events.Redis;

/// <summary>
/// <see cref="IEventStream"/> on a Redis stream, which other services read as well, in groups of their own. The fields of an entry are the attributes of
/// CloudEvents 1.0 (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md) with <c>actor</c> beside them. docs/events.md has the keys.
/// </summary>
/// <remarks>
/// Needs Redis 7.0 or Valkey 7.2, with maxmemory-policy noeviction. Nobody blocks in Redis: readers are woken by a message. Redis's clock decides about leases.
/// A group that is missing, because Redis lost its data, is made on the spot.
/// </remarks>
public sealed class RedisEventStream : IEventStream
{
    /// <summary>Name of the stream, under the prefix.</summary>
    public const string StreamKey = "events";

    // Few enough that a script stays well under a millisecond: Redis does nothing else meanwhile.
    private const int MostAtOnce = 64;

    // Redis may lose its data again between the making of the group and its use.
    private const int GroupAttempts = 4;

    // Long enough that no process which is only slow, or stopped in a debugger, is taken for gone.
    private static readonly TimeSpan MemberIsGoneAfter = TimeSpan.FromMinutes(15);

    private readonly RedisConnection _connection;
    private readonly EventsOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RedisEventStream> _log;
    private readonly TimeSpan _lease;
    private readonly RedisKey _stream;
    private readonly RedisKey _dead;
    private readonly RedisKey[] _publishing;
    private readonly string _wakeUps;
    private readonly Lazy<Task> _listening;
    private readonly ConcurrentDictionary<string, long> _lookedForLost = new(StringComparer.Ordinal);
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the stream, which comes into being with its first event.</summary>
    /// <param name="lease">How long an event is held by the member that has read it.</param>
    public RedisEventStream(RedisConnection connection, EventsOptions options, TimeProvider time, TimeSpan lease, ILogger<RedisEventStream> log)
    {
        (_connection, _options, _time, _log, _lease) = (connection, options, time, log, lease);
        (_stream, _dead, _wakeUps) = (connection.Key(StreamKey), connection.Key("events-dead"), connection.Key("events-wake"));
        _publishing = [_stream, connection.Key("events-relay"), connection.Key("events-sequence")];
        // Only a process that reads listens.
        _listening = new Lazy<Task>(() => connection.SubscribeAsync(_wakeUps, _ => Wake(), CancellationToken.None));
    }

    /// <inheritdoc/>
    public Task News => Volatile.Read(ref _news).Task;

    /// <inheritdoc/>
    public async Task<bool> PublishAsync(string relay, IReadOnlyList<DomainEvent> events, CancellationToken cancellation)
    {
        foreach (var part in events.Chunk(MostAtOnce))
        {
            RedisValue[] values = [relay, (long)IEventStream.RelayLease.TotalMilliseconds, _options.KeepAtMost, _wakeUps, .. part.SelectMany(Fields)];
            if ((int)await _connection.EvaluateAsync(EventScripts.Publish, _publishing, values, cancellation) == 0) return false;
        }

        return true;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StreamedEvent>> ReadAsync(string group, string member, int most, CancellationToken cancellation)
    {
        await _listening.Value;
        var now = _time.GetTimestamp();
        var looksForLost = !_lookedForLost.TryGetValue(group, out var last) || _time.GetElapsedTime(last, now) >= _lease / 4;
        // Not cancelled: an answer that nobody waits for any more would carry events that nobody handles.
        var reply = ((RedisResult[]?)await RunAsync(
            EventScripts.Read, group, CancellationToken.None, member, most, looksForLost ? (long)_lease.TotalMilliseconds : 0))!;
        // Who has room for a few only goes on looking as long as there are more.
        if (looksForLost && (int)reply[0] == 1) _lookedForLost[group] = now;

        var given = new List<StreamedEvent>();
        foreach (var row in ((RedisResult[]?)reply[1])!)
        {
            var entry = ((RedisResult[]?)row)!;
            var (place, deliveries) = (((string?)entry[0])!, (int)entry[1]);
            if (ReadEvent(((RedisResult[]?)entry[2])!) is { } happened) given.Add(new StreamedEvent(place, happened, deliveries));
            // Not ours, and nothing that anybody could handle.
            else await BuryAsync(group, new StreamedEvent(place, new DomainEvent("", "", "", "", default, new Dictionary<string, string>()), deliveries), "unreadable entry", cancellation);
        }

        return given;
    }

    /// <inheritdoc/>
    public Task ExtendAsync(string group, string member, IReadOnlyCollection<StreamedEvent> events, CancellationToken cancellation) =>
        events.Count == 0 ? Task.CompletedTask : RunAsync(EventScripts.Extend, group, cancellation, [member, .. events.Select(e => (RedisValue)e.Place)]);

    /// <inheritdoc/>
    public Task AcknowledgeAsync(string group, IReadOnlyCollection<StreamedEvent> events, CancellationToken cancellation) =>
        events.Count == 0 ? Task.CompletedTask : _connection.ExecuteAsync("XACK", [_stream, group, .. events.Select(e => e.Place)], cancellation);

    /// <inheritdoc/>
    public Task BuryAsync(string group, StreamedEvent given, string reason, CancellationToken cancellation) => _connection.EvaluateAsync(
        EventScripts.Bury, [_stream, _dead],
        [group, given.Place, IEventStream.MostDead, given.Event.Id, given.Event.Type, given.Event.Subject, reason, given.Deliveries], cancellation);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DeadEvent>> ListDeadAsync(int limit, CancellationToken cancellation)
    {
        var rows = ((RedisResult[]?)await _connection.ExecuteAsync("XREVRANGE", [_dead, "+", "-", "COUNT", limit], cancellation))!;
        return [.. rows.Select(row => ReadDead(((RedisResult[]?)row)!))];
    }

    /// <inheritdoc/>
    public async Task<StreamDepth> MeasureAsync(CancellationToken cancellation)
    {
        var reply = ((RedisResult[]?)await _connection.EvaluateAsync(EventScripts.Measure, [_stream, _dead], [], cancellation))!;
        var groups = ((RedisResult[]?)reply[2])!.Select(row => ((RedisResult[]?)row)!)
            .Select(row => new GroupLag(((string?)row[0])!, (long)row[1], (long)row[2], TimeSpan.FromMilliseconds((long)row[3])));
        return new StreamDepth((long)reply[0], (long)reply[1], [.. groups.OrderBy(group => group.Group, StringComparer.Ordinal)]);
    }

    /// <inheritdoc/>
    public Task TrimAsync(DateTimeOffset before, CancellationToken cancellation) => _connection.EvaluateAsync(
        EventScripts.Trim, [_stream, _dead], [before.ToUnixTimeMilliseconds(), (long)MemberIsGoneAfter.TotalMilliseconds], cancellation);

    /// <inheritdoc/>
    public bool IsOutage(Exception fault) => fault is RedisException or TimeoutException;

    private void Wake() =>
        Interlocked.Exchange(ref _news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private async Task<RedisResult> RunAsync(string script, string group, CancellationToken cancellation, params RedisValue[] values)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await _connection.EvaluateAsync(script, [_stream], [group, .. values], cancellation);
            }
            catch (RedisServerException e) when (attempt < GroupAttempts && e.Message.Contains("NOGROUP", StringComparison.Ordinal))
            {
                await MakeGroupAsync(group, cancellation);
            }
        }
    }

    // From the stream's first entry on: what was published before the group came into being is given as well.
    private async Task MakeGroupAsync(string group, CancellationToken cancellation)
    {
        try
        {
            await _connection.ExecuteAsync("XGROUP", ["CREATE", _stream, group, "0", "MKSTREAM"], cancellation);
            _log.LogInformation("The group {Group} of the event stream was made: it is new, or Redis has lost its data", group);
        }
        catch (RedisServerException e) when (e.Message.Contains("BUSYGROUP", StringComparison.Ordinal))
        {
            // Another process was faster.
        }
    }

    private static IEnumerable<RedisValue> Fields(DomainEvent e) =>
    [
        e.Id, e.Type, e.Subject, e.Actor, e.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture), StoreJson.Write(e.Data)!,
    ];

    private static DomainEvent? ReadEvent(RedisResult[] fields)
    {
        var of = Read(fields);
        if (!of.TryGetValue("id", out var id) || !of.TryGetValue("type", out var type) || !of.TryGetValue("subject", out var subject)
            || !DateTimeOffset.TryParse(of.GetValueOrDefault("time"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
        {
            return null;
        }

        try
        {
            var data = StoreJson.Read<Dictionary<string, string>>(of.GetValueOrDefault("data")) ?? [];
            return new DomainEvent(id, type, subject, of.GetValueOrDefault("actor", DomainEvent.System), time, data);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static DeadEvent ReadDead(RedisResult[] row)
    {
        var of = Read(((RedisResult[]?)row[1])!);
        // The entry's id is Redis's time in milliseconds, and a number within it.
        var at = long.Parse(((string?)row[0])!.Split('-')[0], CultureInfo.InvariantCulture);
        return new DeadEvent(
            of.GetValueOrDefault("group", ""), of.GetValueOrDefault("id", ""), of.GetValueOrDefault("type", ""), of.GetValueOrDefault("subject", ""),
            of.GetValueOrDefault("reason", ""), int.TryParse(of.GetValueOrDefault("deliveries"), CultureInfo.InvariantCulture, out var deliveries) ? deliveries : 0,
            DateTimeOffset.FromUnixTimeMilliseconds(at));
    }

    private static Dictionary<string, string> Read(RedisResult[] fields)
    {
        var of = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i + 1 < fields.Length; i += 2) of[((string?)fields[i])!] = ((string?)fields[i + 1])!;
        return of;
    }
}
