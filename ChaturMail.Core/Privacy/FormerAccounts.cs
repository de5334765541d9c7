using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Privacy;

/// <summary>
/// Remembers for a while that a person had an account, so that deleting it and signing in again brings no starting coins and no fresh daily
/// budget. Known by the uid, and by the address where it was proved, for the identity provider's user goes with the account and the same
/// person comes back with another uid. What is kept are HMAC-SHA256 digests (RFC 2104) of the two under keys derived from the sessions' (HKDF,
/// RFC 5869): nobody without those can tell whose they are, or look whether somebody's is among them. It stays pseudonymous data;
/// docs/privacy.md says so.
/// </summary>
/// <remarks>
/// Addresses are compared in lower case and otherwise as they are: what a provider makes of dots and of what follows a plus sign is its own
/// business, and for another provider those are two people. One that nobody vouches for counts for nothing: it would let anybody find out
/// whether its owner has deleted an account, or spoil the owner's next one.
/// </remarks>
public sealed class FormerAccounts
{
    private readonly IFormerAccountStore _store;
    private readonly ISpendingStore _spending;
    private readonly PrivacyOptions _options;
    private readonly TimeProvider _time;
    private readonly byte[][] _keys;
    private readonly byte[][] _addressKeys;

    /// <param name="sessionKeys">The key of the sessions, then those that it was before: digests made with them are found as well.</param>
    public FormerAccounts(
        IFormerAccountStore store, ISpendingStore spending, PrivacyOptions options, TimeProvider time, IReadOnlyList<string> sessionKeys)
    {
        (_store, _spending, _options, _time) = (store, spending, options, time);
        _keys = Derive(sessionKeys, "chaturmail former accounts"u8);
        _addressKeys = Derive(sessionKeys, "chaturmail former addresses"u8);
    }

    /// <summary>To be called before an account is deleted: it counts from the next account of this person on.</summary>
    public async Task RememberAsync(User account, CancellationToken cancellation)
    {
        if (_options.FormerAccounts == TimeSpan.Zero) return;
        var (now, today) = (_time.GetUtcNow(), Today());
        var spent = await _spending.SpentByUserAsync(account.Uid, today, cancellation);
        var address = ProvedAddress(account.Email, account.EmailVerified) is { } proved ? DigestOf(_addressKeys[0], proved) : null;
        await _store.RememberAsync(new FormerAccount(DigestOf(_keys[0], account.Uid), now, today, spent) { AddressDigest = address }, cancellation);
    }

    /// <summary>The account that this person had, or null.</summary>
    /// <param name="emailVerified">Whether the address is known to be theirs.</param>
    public async Task<FormerAccount?> FindAsync(string uid, string email, bool emailVerified, CancellationToken cancellation)
    {
        if (_options.FormerAccounts == TimeSpan.Zero) return null;
        var digests = _keys.Select(key => DigestOf(key, uid));
        if (ProvedAddress(email, emailVerified) is { } proved) digests = digests.Concat(_addressKeys.Select(key => DigestOf(key, proved)));
        var found = await _store.FindAsync([.. digests], cancellation);
        return found is not null && found.ErasedOn + _options.FormerAccounts > _time.GetUtcNow() ? found : null;
    }

    /// <summary>Counts what a deleted account spent today against the one that follows it.</summary>
    public async Task CarrySpendingAsync(FormerAccount former, string uid, CancellationToken cancellation)
    {
        if (former.NanoUsd == 0 || former.Day != Today()) return;
        var spent = await _store.TakeSpendingAsync(former.Digest, former.Day, cancellation);
        // Against the user's budget alone: the deployment's has it already.
        if (spent > 0) await _spending.ReserveAsync(new SpendingReservation(former.Day, uid, spent), new SpendingLimits(long.MaxValue, null), cancellation);
    }

    private DateOnly Today() => DateOnly.FromDateTime(_time.GetUtcNow().UtcDateTime);

    private static string? ProvedAddress(string email, bool isProved) => isProved && email.Length > 0 ? email.ToLowerInvariant() : null;

    private static byte[][] Derive(IReadOnlyList<string> sessionKeys, ReadOnlySpan<byte> purpose)
    {
        var keys = new byte[sessionKeys.Count][];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = new byte[32];
            HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(sessionKeys[i]), keys[i], salt: [], info: purpose);
        }

        return keys;
    }

    private static string DigestOf(byte[] key, string text) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
