using System.Collections.Frozen;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Identity.Firebase;

/// <summary>
/// The keys that Google publishes for Firebase ID tokens, fetched when they are first asked for and kept as long as the answer's
/// <c>Cache-Control</c> and <c>Age</c> say (RFC 9111 section 4.2), but a minute at least and a day at most. Safe for concurrent use:
/// however many ask, one request is on its way.
/// <list type="table">
/// <item><term>Keys out of date</term><description>are fetched again; whoever asks waits for that.</description></item>
/// <item><term>Fetching them fails</term><description>the last good keys serve for 24 hours more; next try in 10 s.</description></item>
/// <item><term>Unknown id</term><description>fetched again, unless the last try was less than a minute ago: Google publishes a key well
/// before it signs with it, and ids are free to invent.</description></item>
/// </list>
/// </summary>
public sealed class GoogleKeys
{
    /// <summary>Where Google publishes the keys as a JWK set.</summary>
    public static readonly Uri DefaultAddress =
        new("https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com");

    /// <summary>The most bytes of an answer that are read. Google's has about 1,500.</summary>
    public const int MaxResponseBytes = 64 * 1024;

    private static readonly TimeSpan LeastFreshness = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan MostFreshness = TimeSpan.FromHours(24);
    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);
    private static readonly TimeSpan PauseAfterFailure = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PauseForUnknownIds = TimeSpan.FromMinutes(1);

    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly ILogger<GoogleKeys> _log;
    private readonly Uri _address;
    private readonly Lock _gate = new();

    private KeySet? _current;          // The three below change under the gate.
    private DateTimeOffset _lastTry = DateTimeOffset.MinValue;
    private Task<KeySet?>? _onItsWay;

    /// <summary>Nothing is fetched yet.</summary>
    /// <param name="http">Not disposed here.</param>
    /// <param name="address">Another place to fetch from than <see cref="DefaultAddress"/>.</param>
    public GoogleKeys(HttpClient http, TimeProvider time, ILogger<GoogleKeys> log, Uri? address = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(log);
        _http = http;
        _time = time;
        _log = log;
        _address = address ?? DefaultAddress;
    }

    /// <summary>How long the whole answer may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Looks for the key with the id <paramref name="keyId"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled; the fetch goes on.</exception>
    public async ValueTask<KeyLookup> FindAsync(string keyId, CancellationToken cancellation)
    {
        Task<KeySet?> fetch;
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var fresh = _current is not null && now < _current.FreshUntil;
            if (fresh && _current!.Keys.TryGetValue(keyId, out var key)) return new KeyLookup.Found(key);
            if (_onItsWay is null)
            {
                if (now - _lastTry < (fresh ? PauseForUnknownIds : PauseAfterFailure)) return Answer(_current, keyId, now);
                _lastTry = now;
                // On the pool, so that nothing of the fetch runs under the gate; not under this caller's token, because others wait too.
                _onItsWay = Task.Run(FetchAndKeepAsync, CancellationToken.None);
            }

            fetch = _onItsWay;
        }

        return Answer(await fetch.WaitAsync(cancellation), keyId, _time.GetUtcNow());
    }

    private static KeyLookup Answer(KeySet? set, string keyId, DateTimeOffset now)
    {
        if (set is null || now >= set.FreshUntil + Grace) return new KeyLookup.Unavailable("Google's keys cannot be fetched.");
        if (set.Keys.TryGetValue(keyId, out var key)) return new KeyLookup.Found(key);
        // An outdated set proves which keys there are, not which there are not.
        return now < set.FreshUntil ? KeyLookup.Unknown.Instance : new KeyLookup.Unavailable("Google's newer keys cannot be fetched.");
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
            _log.LogWarning("Fetching Google's keys failed: {Problem}", e.GetType().Name);
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
        using var limit = new CancellationTokenSource(Timeout, _time);
        using var response = await _http.GetAsync(_address, HttpCompletionOption.ResponseHeadersRead, limit.Token);
        if (!response.IsSuccessStatusCode)
        {
            _log.LogWarning("Fetching Google's keys failed: HTTP {Status}", (int)response.StatusCode);
            return null;
        }

        var body = await ReadAsync(response.Content, limit.Token);
        if (body is not { } bytes || JsonWebKeySet.Read(bytes) is not { } keys)
        {
            _log.LogWarning("Fetching Google's keys failed: the answer is too large or holds no key that can be used");
            return null;
        }

        return new KeySet(keys, _time.GetUtcNow() + Freshness(response.Headers));
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

    private sealed record KeySet(FrozenDictionary<string, RSAParameters> Keys, DateTimeOffset FreshUntil);
}
