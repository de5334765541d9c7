using System.Collections.Frozen;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Identity;

/// <summary>Whether a key of an id is among the published ones.</summary>
internal enum KeyState
{
    /// <summary>It is published.</summary>
    Found,

    /// <summary>The published keys are known, and it is not among them.</summary>
    Unknown,

    /// <summary>Which keys are published is not known now.</summary>
    Unavailable,
}

/// <summary>
/// Keys that somebody publishes at an address, fetched when they are first asked for and kept as long as the answer's
/// <c>Cache-Control</c> and <c>Age</c> say (RFC 9111 section 4.2), but a minute at least and a day at most. Safe for concurrent use:
/// however many ask, one request is on its way.
/// <list type="table">
/// <item><term>Keys out of date</term><description>are fetched again; whoever asks waits for that.</description></item>
/// <item><term>Fetching them fails</term><description>the last good keys serve for as long as they are usable; next try in 10 s.</description></item>
/// <item><term>Unknown id</term><description>fetched again, unless the last try was less than a minute ago: a key is published well
/// before it is signed with, and ids are free to invent.</description></item>
/// </list>
/// </summary>
/// <param name="http">Not disposed here.</param>
/// <param name="whose">Whose keys they are, for the log: <c>Google's keys</c>.</param>
/// <param name="read">Reads the keys from an answer, by their ids; null when it holds none that can be used.</param>
/// <param name="usable">How long after they were fetched keys may serve that stay fresh for this long.</param>
internal sealed class PublishedKeys<TKey>(
    HttpClient http, TimeProvider time, ILogger log, Uri address, string whose,
    Func<ReadOnlyMemory<byte>, FrozenDictionary<string, TKey>?> read, Func<TimeSpan, TimeSpan> usable) where TKey : struct
{
    /// <summary>The most bytes of an answer that are read.</summary>
    public const int MaxResponseBytes = 64 * 1024;

    /// <summary>The longest that keys stay fresh.</summary>
    public static readonly TimeSpan MostFreshness = TimeSpan.FromHours(24);

    private static readonly TimeSpan LeastFreshness = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseForUnknownIds = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();

    private KeySet? _current;          // The three below change under the gate.
    private DateTimeOffset _lastTry = DateTimeOffset.MinValue;
    private Task<KeySet?>? _onItsWay;

    /// <summary>How long the whole answer may take.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Looks for a key. The key is the default where it is not found.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled; the fetch goes on.</exception>
    public async ValueTask<(KeyState State, TKey Key)> FindAsync(string keyId, CancellationToken cancellation)
    {
        Task<KeySet?> fetch;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var fresh = _current is not null && now < _current.FreshUntil;
            if (fresh && _current!.Keys.TryGetValue(keyId, out var key)) return (KeyState.Found, key);
            if (_onItsWay is null)
            {
                if (now - _lastTry < (fresh ? PauseForUnknownIds : PauseAfterFailure)) return Answer(_current, keyId, now);
                _lastTry = now;
                // On the pool, so that nothing of the fetch runs under the gate; not under this caller's token, because others wait too.
                _onItsWay = Task.Run(FetchAndKeepAsync, CancellationToken.None);
            }

            fetch = _onItsWay;
        }

        return Answer(await fetch.WaitAsync(cancellation), keyId, time.GetUtcNow());
    }

    private static (KeyState, TKey) Answer(KeySet? set, string keyId, DateTimeOffset now)
    {
        if (set is null || now >= set.UsableUntil) return (KeyState.Unavailable, default);
        if (set.Keys.TryGetValue(keyId, out var key)) return (KeyState.Found, key);
        // An outdated set proves which keys there are, not which there are not.
        return (now < set.FreshUntil ? KeyState.Unknown : KeyState.Unavailable, default);
    }

    private async Task<KeySet?> FetchAndKeepAsync()
    {
        KeySet? fetched = null;
        try
        {
            fetched = await FetchAsync();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            log.LogWarning("Fetching {Keys} failed: {Problem}", whose, e.GetType().Name);
        }
        finally
        {
            lock (_gate) // Also after a bug, or nobody could ever fetch again.
            {
                _current = fetched ??= _current;
                _onItsWay = null;
            }
        }

        return fetched;
    }

    private async Task<KeySet?> FetchAsync()
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var response = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        if (!response.IsSuccessStatusCode)
        {
            log.LogWarning("Fetching {Keys} failed: HTTP {Status}", whose, (int)response.StatusCode);
            return null;
        }

        var body = await ReadAsync(response.Content, limit.Token);
        if (body is not { } bytes || read(bytes) is not { } keys)
        {
            log.LogWarning("Fetching {Keys} failed: the answer is too large or holds no key that can be used", whose);
            return null;
        }

        var (now, fresh) = (time.GetUtcNow(), Freshness(response.Headers));
        return new KeySet(keys, now + fresh, now + usable(fresh));
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[MaxResponseBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        return length > MaxResponseBytes ? null : buffer.AsMemory(0, length);
    }

    private static TimeSpan Freshness(HttpResponseHeaders headers)
    {
        var stated = headers.CacheControl is { NoStore: false, NoCache: false, MaxAge: { } maxAge } ? maxAge : TimeSpan.Zero;
        var left = stated - (headers.Age ?? TimeSpan.Zero);
        return left < LeastFreshness ? LeastFreshness : left > MostFreshness ? MostFreshness : left;
    }

    private sealed record KeySet(FrozenDictionary<string, TKey> Keys, DateTimeOffset FreshUntil, DateTimeOffset UsableUntil);
}
