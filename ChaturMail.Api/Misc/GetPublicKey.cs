using ChaturMail.Api.Http;
using ChaturMail.Core.Encryption;

namespace ChaturMail.Api.Misc;

/// <summary>Tells the key that bodies are to be encrypted for.</summary>
public static class GetPublicKey
{
    // A key that is replaced stays good for a while: clients that ask once a day never notice.
    private static readonly TimeSpan FetchAgainAfter = TimeSpan.FromDays(1);

    /// <param name="Kty">Always <c>RSA</c>; this and the next five are a JWK (RFC 7517).</param>
    /// <param name="FetchAgainAfter">Seconds for which the key may be kept.</param>
    /// <param name="Now">The server's time, Unix seconds, for a client whose clock is wrong.</param>
    public sealed record Response(string Kty, string N, string E, string Kid, string Alg, string Use, int FetchAgainAfter, long Now);

    /// <summary>Handles the request.</summary>
    public static IResult Handle(NoFields? request, EncryptionKeys keys, TimeProvider time)
    {
        if (!keys.IsOn) return Reply.Error(ApiError.EncryptionUnavailable);
        var key = keys.Current;
        return Reply.Ok("The key for encrypted requests.", new Response(
            "RSA", key.Modulus, key.Exponent, key.KeyId, "RSA-OAEP-256", "enc", (int)FetchAgainAfter.TotalSeconds, time.GetUtcNow().ToUnixTimeSeconds()));
    }
}
