using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Limits;

namespace ChaturMail.Api.Realtime;

/// <summary>
/// Tickets with which a browser, which can give a WebSocket no header, opens one: in its address, which proxies may write down, stands nothing that is good for long or
/// twice. A ticket is what its session's token says, sealed.
/// </summary>
public sealed class LiveTickets(DerivedKeys keys, IOnce once, TimeProvider time)
{
    /// <summary>How long a ticket is good.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    private const string Owner = "live";

    private readonly SecretBox _box = new(keys, "live tickets");

    /// <summary>A new ticket for the bearer of a token, and when it ends.</summary>
    public (string Ticket, DateTimeOffset Expires) Issue(SessionClaims claims)
    {
        var expires = time.GetUtcNow() + Lifetime;
        return (_box.Seal(JsonSerializer.SerializeToUtf8Bytes(new Content(expires, claims)), Owner), expires);
    }

    /// <summary>Uses a ticket up. Its claims, once; null when it is none, or too old, or was used.</summary>
    /// <exception cref="Core.Codes.CodesUnavailableException">It cannot be found out now whether it was used.</exception>
    public async Task<SessionClaims?> RedeemAsync(string ticket, CancellationToken cancellation)
    {
        if (_box.Open(ticket, Owner, out _) is not { } bytes) return null;
        var content = JsonSerializer.Deserialize<Content>(bytes)!;
        if (time.GetUtcNow() >= content.Expires) return null;
        // By a clock of another instance it may be good a little longer.
        return await once.TryClaimAsync("ticket:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(ticket))), 2 * Lifetime, cancellation) switch
        {
            OnceResult.First => content.Claims,
            OnceResult.Again => null,
            _ => throw new Core.Codes.CodesUnavailableException(new TimeoutException()),
        };
    }

    private sealed record Content(DateTimeOffset Expires, SessionClaims Claims);
}
