using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Encryption;

/// <summary>
/// The keys that requests are encrypted for: one that is given out, and those before it, which are still good. Safe for concurrent use.
/// </summary>
public sealed class EncryptionKeys : IDisposable
{
    /// <summary>How long a request may wait for its turn: opening one takes a processor for a millisecond.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    private readonly Lazy<Key[]> _keys;

    // What strangers can make the server compute at once: no more than it has processors for.
    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);

    /// <summary>Takes the keys of <paramref name="options"/>, which must be valid.</summary>
    public EncryptionKeys(EncryptionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _keys = new Lazy<Key[]>(options.ReadKeys().Select(parameters => new Key(parameters)).ToArray());
        IsOn = _keys.Value.Length > 0;
    }

    /// <summary>Takes one key, which is read when it is first needed.</summary>
    /// <param name="readPem">Gives an RSA private key in PEM.</param>
    public EncryptionKeys(Func<string> readPem)
    {
        _keys = new Lazy<Key[]>(
            () => [new Key(EncryptionOptions.ReadPem(readPem()) ?? throw new InvalidOperationException("The encryption key is no RSA key."))]);
        IsOn = true;
    }

    /// <summary>False when there is no key: then nothing else may be called.</summary>
    public bool IsOn { get; }

    /// <summary>The key that requests are to be encrypted for.</summary>
    public EncryptionPublicKey Current => _keys.Value[0].Public;

    /// <summary>True when requests for this key can be opened.</summary>
    public bool Has(string keyId) => Find(keyId) is not null;

    /// <summary>Waits for a turn and opens the message under the key that it names.</summary>
    /// <returns><c>IsBusy</c> is true when the turn did not come in <see cref="LongestWait"/>; <c>Message</c> is null when it cannot be opened.</returns>
    public async ValueTask<(OpenedJwe? Message, bool IsBusy)> OpenAsync(JweCompact message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        if (message.KeyId is not { } id || Find(id) is not { } key) return (null, false);
        if (!await _turns.WaitAsync(LongestWait, cancellation)) return (null, true);
        try
        {
            return (key.Open(message), false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_keys.IsValueCreated) foreach (var key in _keys.Value) key.Dispose();
        _turns.Dispose();
    }

    /// <summary>A key's name: the SHA-256 thumbprint of its JWK (RFC 7638).</summary>
    internal static string Thumbprint(string modulus, string exponent) =>
        Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"e":"{{exponent}}","kty":"RSA","n":"{{modulus}}"}""")));

    private Key? Find(string keyId) => Array.Find(_keys.Value, key => key.Public.KeyId == keyId);

    /// <summary>A key, with as many instances of it as were ever used at once: one is not for several threads.</summary>
    private sealed class Key : IDisposable
    {
        private readonly RSAParameters _parameters;
        private readonly ConcurrentBag<RSA> _idle = [];

        public Key(RSAParameters parameters)
        {
            _parameters = parameters;
            var (modulus, exponent) = (Base64Url.EncodeToString(parameters.Modulus), Base64Url.EncodeToString(parameters.Exponent));
            Public = new EncryptionPublicKey(modulus, exponent, Thumbprint(modulus, exponent));
        }

        public EncryptionPublicKey Public { get; }

        public OpenedJwe? Open(JweCompact message)
        {
            if (!_idle.TryTake(out var rsa)) rsa = RSA.Create(_parameters);
            try
            {
                return message.Open(rsa);
            }
            finally
            {
                _idle.Add(rsa);
            }
        }

        public void Dispose()
        {
            while (_idle.TryTake(out var rsa)) rsa.Dispose();
        }
    }
}

/// <summary>The public half of a key, in base64url as a JWK has it (RFC 7518 section 6.3.1).</summary>
/// <param name="KeyId">Its thumbprint (RFC 7638).</param>
public sealed record EncryptionPublicKey(string Modulus, string Exponent, string KeyId);
