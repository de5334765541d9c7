using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Identity.Firebase;

/// <summary>
/// The keys that Google publishes for Firebase ID tokens. Fetched and kept as <see cref="PublishedKeys{TKey}"/> says; when fetching them
/// fails, keys that are out of date serve for 24 hours more.
/// </summary>
public sealed class GoogleKeys
{
    /// <summary>Where Google publishes the keys as a JWK set.</summary>
    public static readonly Uri DefaultAddress =
        new("https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com");

    /// <summary>The most bytes of an answer that are read. Google's has about 1,500.</summary>
    public const int MaxResponseBytes = PublishedKeys<RSAParameters>.MaxResponseBytes;

    private static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private readonly PublishedKeys<RSAParameters> _keys;

    /// <summary>Nothing is fetched yet.</summary>
    /// <param name="http">Not disposed here.</param>
    /// <param name="address">Another place to fetch from than <see cref="DefaultAddress"/>.</param>
    public GoogleKeys(HttpClient http, TimeProvider time, ILogger<GoogleKeys> log, Uri? address = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(log);
        _keys = new(http, time, log, address ?? DefaultAddress, "Google's keys", JsonWebKeySet.Read, fresh => fresh + Grace);
    }

    /// <summary>How long the whole answer may take.</summary>
    public TimeSpan Timeout
    {
        get => _keys.Timeout;
        init => _keys.Timeout = value;
    }

    /// <summary>Looks for the key with the id <paramref name="keyId"/>.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled; the fetch goes on.</exception>
    public async ValueTask<KeyLookup> FindAsync(string keyId, CancellationToken cancellation) => await _keys.FindAsync(keyId, cancellation) switch
    {
        (KeyState.Found, var key) => new KeyLookup.Found(key),
        (KeyState.Unknown, _) => KeyLookup.Unknown.Instance,
        _ => new KeyLookup.Unavailable("Google's keys cannot be fetched."),
    };
}
