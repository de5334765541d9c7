using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ChaturMail.Core.Identity.Local;

/// <summary>What came of holding a password against a hash.</summary>
public enum PasswordCheck
{
    /// <summary>It is another one, or there is no account.</summary>
    Wrong,

    /// <summary>It is the one.</summary>
    Good,

    /// <summary>It is the one, and its hash should be made anew: it is weaker than those made now.</summary>
    GoodButOld,

    /// <summary>Too many are being looked at.</summary>
    Busy,
}

/// <summary>
/// Hashes passwords, and looks at one as long whether there is an account or not. Each takes a processor for about a tenth of a second, so
/// few are looked at at once, and who waits too long is told to come again. Safe for concurrent use.
/// </summary>
/// <param name="hasher">The framework's, which writes what it needs to know beside the hash; or, in tests, one that counts.</param>
public sealed class PasswordHashing(IPasswordHasher<LocalAccount> hasher) : IDisposable
{
    // OWASP Password Storage Cheat Sheet, for PBKDF2-HMAC-SHA512.
    private const int Iterations = 210_000;

    // The hash of no password: its key is random. Looked at where there is no account.
    private static readonly string NobodysHash = MakeNobodysHash();

    private readonly SemaphoreSlim _slots = new(AtOnce);

    /// <summary>How many are looked at at once: one processor is left to the rest of the program.</summary>
    public static int AtOnce { get; } = Math.Max(1, Environment.ProcessorCount - 1);

    /// <summary>How long one waits for its turn.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>The framework's hasher with the number of iterations that is recommended today.</summary>
    public static PasswordHasher<LocalAccount> DefaultHasher() => new(Options.Create(new PasswordHasherOptions
    {
        CompatibilityMode = PasswordHasherCompatibilityMode.IdentityV3,
        IterationCount = Iterations,
    }));

    /// <summary>The hash of a password in NFC, or null when too many are being looked at.</summary>
    public async Task<string?> HashAsync(string password, CancellationToken cancellation)
    {
        if (!await EnterAsync(cancellation)) return null;
        try
        {
            return hasher.HashPassword(null!, password);
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <summary>Holds a password in NFC against an account's.</summary>
    /// <param name="account">Null where there is none; that takes as long.</param>
    public async Task<PasswordCheck> CheckAsync(LocalAccount? account, string password, CancellationToken cancellation)
    {
        if (!await EnterAsync(cancellation)) return PasswordCheck.Busy;
        try
        {
            var result = hasher.VerifyHashedPassword(account!, account?.PasswordHash ?? NobodysHash, password);
            return account is null || result == PasswordVerificationResult.Failed ? PasswordCheck.Wrong
                : result == PasswordVerificationResult.Success ? PasswordCheck.Good : PasswordCheck.GoodButOld;
        }
        finally
        {
            _slots.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _slots.Dispose();

    private Task<bool> EnterAsync(CancellationToken cancellation) => _slots.WaitAsync(LongestWait, cancellation);

    // Version 3 of the framework's format: a marker, the function, the iterations, the salt's length, the salt, the key.
    private static string MakeNobodysHash()
    {
        const int saltLength = 16, header = 13;
        var bytes = RandomNumberGenerator.GetBytes(header + saltLength + 32);
        bytes[0] = 0x01;
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(1), 2); // HMAC-SHA512
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(5), Iterations);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(9), saltLength);
        return Convert.ToBase64String(bytes);
    }
}
