using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Identity;

/// <summary>
/// Seals secrets that the server gives out of its hands, into its store or to a client: AES-256-GCM (NIST SP 800-38D) with a nonce of 96
/// random bits, under a key of its purpose. Nobody reads or changes them, and one for another owner or purpose does not open.
/// Safe for concurrent use.
/// </summary>
/// <param name="purpose">Keeps secrets of different kinds apart; the same for ever.</param>
public sealed class SecretBox(DerivedKeys keys, string purpose)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly IReadOnlyList<byte[]> _keys = keys.For("secret box: " + purpose);

    /// <summary>Seals a secret; base64url, about 38 characters more than the secret's own.</summary>
    /// <param name="owner">Whose it is; needed to open it.</param>
    public string Seal(ReadOnlySpan<byte> secret, string owner)
    {
        var sealedBytes = new byte[NonceBytes + secret.Length + TagBytes];
        var nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(_keys[0], TagBytes);
        aes.Encrypt(nonce, secret, sealedBytes.AsSpan(NonceBytes, secret.Length), sealedBytes.AsSpan(NonceBytes + secret.Length), Encoding.UTF8.GetBytes(owner));
        return Base64Url.EncodeToString(sealedBytes);
    }

    /// <summary>Opens what was sealed under the current or a previous key; null for anything else. Nothing in it can make this throw.</summary>
    /// <param name="isOld">True when the key was a previous one: the secret should be sealed anew before that one is gone.</param>
    public byte[]? Open(string sealedText, string owner, out bool isOld)
    {
        isOld = false;
        if (!Base64Url.IsValid(sealedText, out var length) || length < NonceBytes + TagBytes) return null;
        var sealedBytes = Base64Url.DecodeFromChars(sealedText);
        var secret = new byte[sealedBytes.Length - NonceBytes - TagBytes];
        var associated = Encoding.UTF8.GetBytes(owner);
        foreach (var key in _keys)
        {
            using var aes = new AesGcm(key, TagBytes);
            try
            {
                aes.Decrypt(sealedBytes.AsSpan(0, NonceBytes), sealedBytes.AsSpan(NonceBytes, secret.Length), sealedBytes.AsSpan(^TagBytes..), secret, associated);
                return secret;
            }
            catch (AuthenticationTagMismatchException)
            {
                isOld = true;
            }
        }

        return null;
    }
}
