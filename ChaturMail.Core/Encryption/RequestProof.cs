using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Identity;

namespace ChaturMail.Core.Encryption;

/// <summary>
/// What the protected header of an encrypted request says of the request beside the algorithms. The encryption keeps it from being
/// changed, so that who has caught a request cannot send it again, elsewhere, or with a token of their own.
/// </summary>
/// <param name="IssuedAt">When it was made: <c>iat</c>.</param>
/// <param name="Id">Its number, 1 to 64 visible ASCII characters, random: <c>jti</c>.</param>
/// <param name="Path">The address that it is for, e.g. <c>/email/generateEmail</c>: <c>path</c>.</param>
/// <param name="TokenHash">SHA-256 of the bearer token in base64url, null without one: <c>ath</c> (RFC 9449 section 4.2).</param>
public sealed record RequestProof(DateTimeOffset IssuedAt, string Id, string Path, string? TokenHash)
{
    /// <summary>The longest <see cref="Id"/>.</summary>
    public const int MaxIdLength = 64;

    /// <summary>Reads it from a message's header; null when a member is missing or of another type.</summary>
    public static RequestProof? Read(JweCompact message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var header = message.Header;
        if (!StrictJson.TryReadTime(header, "iat"u8, out var iat) || iat is not { } seconds) return null;
        if (!StrictJson.TryReadText(header, "jti"u8, out var id) || id is not { Length: > 0 and <= MaxIdLength } || !id.All(IsVisible)) return null;
        if (!StrictJson.TryReadText(header, "path"u8, out var path) || path is null) return null;
        if (!StrictJson.TryReadText(header, "ath"u8, out var hash)) return null;
        return new RequestProof(DateTimeOffset.FromUnixTimeSeconds(seconds), id, path, hash);
    }

    /// <summary>True when the request was made at most <paramref name="window"/> before or after <paramref name="now"/>.</summary>
    public bool IsFresh(DateTimeOffset now, TimeSpan window) => (now - IssuedAt).Duration() <= window;

    /// <summary>True when it is for this path and was made with this bearer token, or with none.</summary>
    public bool IsFor(string? path, string? token) => path == Path && (token is null ? null : HashOf(token)) == TokenHash;

    /// <summary>What is claimed once: the number, under the token, so that nobody can use up another user's numbers.</summary>
    public string OnceKey => "jwe:" + HashOf($"{Id}\n{TokenHash}");

    private static string HashOf(string text) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static bool IsVisible(char c) => c is > ' ' and <= '~';
}
