using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChaturMail.Core.Identity;

namespace ChaturMail.Core.Encryption;

/// <summary>
/// A JSON Web Encryption in compact form (RFC 7516 section 7.1). One pair of algorithms is read, RSA-OAEP-256 with A256GCM, and one is
/// written, dir with A256GCM (RFC 7518 sections 4.3, 4.5 and 5.3): what the header says only has to agree, and never picks a key or an
/// algorithm (RFC 8725 section 3.1). Immutable.
/// </summary>
public sealed class JweCompact
{
    /// <summary>The most characters of the protected header, encoded. A request's has about 300.</summary>
    public const int MaxHeaderLength = 1024;

    /// <summary>Bytes of a content key.</summary>
    public const int KeyBytes = 32;

    private const string KeyAlgorithm = "RSA-OAEP-256";
    private const string ContentAlgorithm = "A256GCM";
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int Parts = 5;

    private readonly byte[] _associated;
    private readonly byte[] _encryptedKey;
    private readonly byte[] _nonce;
    private readonly byte[] _ciphertext;
    private readonly byte[] _tag;

    private JweCompact(byte[] associated, byte[] encryptedKey, byte[] nonce, byte[] ciphertext, byte[] tag, JsonElement header)
    {
        (_associated, _encryptedKey, _nonce, _ciphertext, _tag) = (associated, encryptedKey, nonce, ciphertext, tag);
        Header = header;
    }

    /// <summary>What the header claims as <c>alg</c>.</summary>
    public string? Algorithm { get; private init; }

    /// <summary>What the header claims as <c>enc</c>.</summary>
    public string? Encryption { get; private init; }

    /// <summary>The header's <c>kid</c>, or null.</summary>
    public string? KeyId { get; private init; }

    /// <summary>True when the header names the algorithms that requests are read with.</summary>
    public bool IsForRequests => Algorithm == KeyAlgorithm && Encryption == ContentAlgorithm;

    /// <summary>The protected header. To be believed only after the message was opened.</summary>
    internal JsonElement Header { get; }

    /// <summary>
    /// Takes <paramref name="token"/> apart, or answers null when it is not five parts of canonical base64url, with a nonce and a tag of
    /// the lengths of A256GCM, or its header is too long, no JSON object with distinct members, or holds <c>crit</c> (no extension is
    /// understood, RFC 7516 section 4.1.13) or <c>zip</c>: a compressed text tells by its length what is in it.
    /// </summary>
    public static JweCompact? Parse(ReadOnlySpan<char> token)
    {
        Span<Range> parts = stackalloc Range[Parts + 1];
        if (token.Split(parts, '.') != Parts) return null;
        var header = token[parts[0]];
        if (header.Length is 0 or > MaxHeaderLength) return null;
        if (StrictBase64Url.Decode(header) is not { } headerBytes || StrictBase64Url.Decode(token[parts[1]]) is not { } encryptedKey
            || StrictBase64Url.Decode(token[parts[2]]) is not { Length: NonceBytes } nonce
            || StrictBase64Url.Decode(token[parts[4]]) is not { Length: TagBytes } tag
            || StrictBase64Url.Decode(token[parts[3]]) is not { } ciphertext) return null;

        using var document = StrictJson.ParseObject(headerBytes);
        if (document?.RootElement is not { } members) return null;
        if (members.TryGetProperty("crit"u8, out _) || members.TryGetProperty("zip"u8, out _)) return null;
        if (!StrictJson.TryReadText(members, "alg"u8, out var algorithm) || !StrictJson.TryReadText(members, "enc"u8, out var encryption)
            || !StrictJson.TryReadText(members, "kid"u8, out var keyId)) return null;
        var associated = new byte[header.Length];
        Encoding.ASCII.GetBytes(header, associated);
        return new JweCompact(associated, encryptedKey, nonce, ciphertext, tag, members.Clone())
        {
            Algorithm = algorithm,
            Encryption = encryption,
            KeyId = keyId,
        };
    }

    /// <summary>
    /// Unwraps the content key and decrypts. Null when either fails, or the header names other algorithms. Which of the two failed is
    /// not told, and a key that cannot be unwrapped is replaced by a random one, so that both fail at the same step (RFC 7516 section 11.5).
    /// </summary>
    /// <param name="key">A private key, used by no other thread meanwhile.</param>
    public OpenedJwe? Open(RSA key)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (!IsForRequests) return null;
        var contentKey = RandomNumberGenerator.GetBytes(KeyBytes);
        var unwrapped = new byte[key.KeySize / 8];
        try
        {
            if (key.TryDecrypt(_encryptedKey, unwrapped, RSAEncryptionPadding.OaepSHA256, out var written) && written == KeyBytes)
                unwrapped.AsSpan(0, KeyBytes).CopyTo(contentKey);
        }
        catch (CryptographicException)
        {
            // The random key stays.
        }

        CryptographicOperations.ZeroMemory(unwrapped);
        if (Decrypt(contentKey) is { } plaintext) return new OpenedJwe(plaintext, contentKey);
        CryptographicOperations.ZeroMemory(contentKey);
        return null;
    }

    /// <summary>The plaintext under a content key; null when the key is wrong or any part was changed.</summary>
    public byte[]? Decrypt(ReadOnlySpan<byte> contentKey)
    {
        if (Encryption != ContentAlgorithm || contentKey.Length != KeyBytes) return null;
        var plaintext = new byte[_ciphertext.Length];
        using var cipher = new AesGcm(contentKey, TagBytes);
        try
        {
            cipher.Decrypt(_nonce, _ciphertext, _tag, plaintext, _associated);
            return plaintext;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    /// <summary>Encrypts under a content key that the reader has, with a random nonce (NIST SP 800-38D section 8.2.2). ASCII.</summary>
    /// <param name="header">The protected header, JSON in UTF-8, which must say <c>alg</c> dir and <c>enc</c> A256GCM.</param>
    public static byte[] Encrypt(ReadOnlySpan<byte> contentKey, ReadOnlySpan<byte> header, ReadOnlySpan<byte> plaintext)
    {
        Span<byte> nonce = stackalloc byte[NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        Span<byte> tag = stackalloc byte[TagBytes];
        var token = new byte[Base64Url.GetEncodedLength(header.Length) + 2 + Base64Url.GetEncodedLength(NonceBytes) + 1
            + Base64Url.GetEncodedLength(plaintext.Length) + 1 + Base64Url.GetEncodedLength(TagBytes)];
        var end = Base64Url.EncodeToUtf8(header, token);
        var ciphertext = ArrayPool<byte>.Shared.Rent(plaintext.Length);
        try
        {
            var encrypted = ciphertext.AsSpan(0, plaintext.Length);
            using var cipher = new AesGcm(contentKey, TagBytes);
            cipher.Encrypt(nonce, plaintext, encrypted, tag, token.AsSpan(0, end));
            // The encrypted key of dir is empty (RFC 7518 section 4.5).
            token[end++] = (byte)'.';
            end = Append(token, end, nonce);
            end = Append(token, end, encrypted);
            Append(token, end, tag);
            return token;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(ciphertext);
        }
    }

    private static int Append(byte[] token, int end, ReadOnlySpan<byte> part)
    {
        token[end++] = (byte)'.';
        return end + Base64Url.EncodeToUtf8(part, token.AsSpan(end));
    }
}

/// <summary>A message that was opened.</summary>
/// <param name="Plaintext">What was encrypted.</param>
/// <param name="ContentKey">The key that the sender made for it, 32 bytes: the answer goes under it too.</param>
public sealed record OpenedJwe(byte[] Plaintext, byte[] ContentKey);
