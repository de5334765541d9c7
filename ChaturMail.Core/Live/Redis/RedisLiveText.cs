using ChaturMail.Core.Redis;
using StackExchange.Redis;

namespace ChaturMail.Core.Live.Redis;

/// <summary>
/// <see cref="ILiveText"/> on Redis: a stream for each job, <c>live:JOB</c>, which holds its latest run alone and expires. Writing is one
/// script, and so one round trip, that also publishes the job's id on one channel; nobody blocks in Redis. The first entry, <c>0-1</c>,
/// names the run, and the piece number n is the entry <c>0-(n+1)</c>: a position means the same before and after any loss of data.
/// </summary>
/// <remarks>
/// Commands: XADD, XRANGE, XLEN (5.0), DEL, PEXPIRE, PUBLISH, SUBSCRIBE (older). Methods throw <see cref="TimeoutException"/> or
/// <see cref="RedisException"/> within <see cref="RedisConnection.LongestCommand"/> when Redis is away.
/// </remarks>
public sealed class RedisLiveText : ILiveText
{
    // A run that cannot find its own beginning is superseded or lost: a piece without what stands before it is of no use to anybody.
    private const string Write =
        """
        local key, run, begins, most, lifetime, channel, job, piece = KEYS[1], unpack(ARGV)
        if begins == '1' then
          redis.call('DEL', key)
          redis.call('XADD', key, '0-1', 'run', run)
        else
          local first = redis.call('XRANGE', key, '-', '+', 'COUNT', 1)[1]
          if not first or first[2][2] ~= run or redis.call('XLEN', key) > tonumber(most) then return 0 end
        end
        if piece ~= '' then redis.call('XADD', key, '0-' .. (redis.call('XLEN', key) + 1), 'text', piece) end
        redis.call('PEXPIRE', key, lifetime)
        redis.call('PUBLISH', channel, job)
        return 1
        """;

    // What a worker that was superseded says of its own run is of no interest.
    private const string End =
        """
        local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
        if first and first[2][2] == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
        return 1
        """;

    private const string Read =
        """
        local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
        if not first then return {} end
        local run, from = first[2][2], 0
        if run == ARGV[1] then from = tonumber(ARGV[2]) end
        local found = {run, from}
        for _, entry in ipairs(redis.call('XRANGE', KEYS[1], '0-' .. string.format('%.0f', from + 2), '+', 'COUNT', ARGV[3])) do
          found[#found + 1] = entry[2][2]
        end
        return found
        """;

    private static readonly RedisValue LifetimeInMilliseconds = (long)ILiveText.Lifetime.TotalMilliseconds;

    // The queue shares this memory and stops when it is full: a text of 500 pieces takes 15 KB.
    private static readonly RedisValue LifetimeAfterEndInMilliseconds = (long)ILiveText.LifetimeAfterEnd.TotalMilliseconds;

    private readonly RedisConnection _redis;
    private readonly string _channel;
    private readonly LiveListeners _listeners = new();
    private readonly Lazy<Task> _listening;

    /// <summary>Uses the process's connection. Subscribes once somebody listens: a worker need not hear of itself.</summary>
    public RedisLiveText(RedisConnection redis)
    {
        _redis = redis;
        _channel = redis.Key("live");
        _listening = new Lazy<Task>(() => redis.SubscribeAsync(_channel, _listeners.Hear, CancellationToken.None));
    }

    /// <inheritdoc/>
    public async Task<bool> WriteAsync(string jobId, string run, bool begins, string piece, CancellationToken cancellation) => (long)await _redis.EvaluateAsync(
        Write, [KeyOf(jobId)], [run, begins ? 1 : 0, ILiveText.MostPieces, LifetimeInMilliseconds, _channel, jobId, piece], cancellation) == 1;

    /// <inheritdoc/>
    public Task EndAsync(string jobId, string run, CancellationToken cancellation) =>
        _redis.EvaluateAsync(End, [KeyOf(jobId)], [run, LifetimeAfterEndInMilliseconds], cancellation);

    /// <inheritdoc/>
    public async Task<LiveSection> ReadAsync(string jobId, LivePosition after, CancellationToken cancellation)
    {
        var found = (RedisResult[]?)await _redis.EvaluateAsync(Read, [KeyOf(jobId)], [after.Run, after.Count, ILiveText.PageSize], cancellation);
        return found is not [var run, var from, .. var pieces]
            ? LiveSection.None
            : new LiveSection((string)run!, (int)from, [.. pieces.Select(piece => (string)piece!)]);
    }

    /// <inheritdoc/>
    public async Task<ILiveListener> ListenAsync(string jobId)
    {
        var listener = _listeners.Open(jobId);
        await _listening.Value;
        return listener;
    }

    private RedisKey KeyOf(string jobId) => _redis.Key("live:" + jobId);
}
