using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Privacy;

/// <summary>
/// Remembers for a while that a person had an account, so that deleting it and signing in again brings no starting coins and no fresh daily
/// budget. Known by the uid, and by the address where it was proved, for the identity provider's user goes with the account and the same
/// person comes back with another uid. What is kept are HMAC-SHA256 digests (RFC 2104) of the two under keys derived from the sessions':
/// nobody without those can tell whose they are, or look whether somebody's is among them. It stays pseudonymous data; docs/privacy.md
/// says so.
/// </summary>
/// <remarks>
/// Addresses are compared in lower case and otherwise as they are: what a provider makes of dots and of what follows a plus sign is its own
/// business, and for another provider those are two people. One that nobody vouches for counts for nothing: it would let anybody find out
/// whether its owner has deleted an account, or spoil the owner's next one.
/// </remarks>
/// <param name="keys">Digests made under a key of before are found for as long as that key is named.</param>
public sealed class FormerAccounts(
    IFormerAccountStore store, ISpendingStore spending, PrivacyOptions options, TimeProvider time, DerivedKeys keys)
{
    private readonly IReadOnlyList<byte[]> _keys = keys.For("former accounts");
    private readonly IReadOnlyList<byte[]> _addressKeys = keys.For("former addresses");

    /// <summary>To be called before an account is deleted: it counts from the next account of this person on.</summary>
    public async Task RememberAsync(User account, CancellationToken cancellation)
    {
        if (options.FormerAccounts == TimeSpan.Zero) return;
        var (now, today) = (time.GetUtcNow(), Today());
        var spent = await spending.SpentByUserAsync(account.Uid, today, cancellation);
        var address = ProvedAddress(account.Email, account.EmailVerified) is { } proved ? DigestOf(_addressKeys[0], proved) : null;
        await store.RememberAsync(new FormerAccount(DigestOf(_keys[0], account.Uid), now, today, spent) { AddressDigest = address }, cancellation);
    }

    /// <summary>The account that this person had, or null.</summary>
    /// <param name="emailVerified">Whether the address is known to be theirs.</param>
    public async Task<FormerAccount?> FindAsync(string uid, string email, bool emailVerified, CancellationToken cancellation)
    {
        if (options.FormerAccounts == TimeSpan.Zero) return null;
        var digests = _keys.Select(key => DigestOf(key, uid));
        if (ProvedAddress(email, emailVerified) is { } proved) digests = digests.Concat(_addressKeys.Select(key => DigestOf(key, proved)));
        var found = await store.FindAsync([.. digests], cancellation);
        return found is not null && found.ErasedOn + options.FormerAccounts > time.GetUtcNow() ? found : null;
    }

    /// <summary>Counts what a deleted account spent today against the one that follows it.</summary>
    public async Task CarrySpendingAsync(FormerAccount former, string uid, CancellationToken cancellation)
    {
        if (former.NanoUsd == 0 || former.Day != Today()) return;
        var spent = await store.TakeSpendingAsync(former.Digest, former.Day, cancellation);
        // Against the user's budget alone: the deployment's has it already.
        if (spent > 0) await spending.ReserveAsync(new SpendingReservation(former.Day, uid, spent), new SpendingLimits(long.MaxValue, null), cancellation);
    }

    private DateOnly Today() => DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime);

    private static string? ProvedAddress(string email, bool isProved) => isProved && email.Length > 0 ? email.ToLowerInvariant() : null;

    private static string DigestOf(byte[] key, string text) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));
}
