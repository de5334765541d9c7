using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Privacy;

/// <summary>
/// Remembers for a while that a uid had an account, so that deleting it and signing in again brings no starting coins and no fresh daily
/// budget. What is kept is HMAC-SHA256 (RFC 2104) of the uid under a key derived from the sessions': nobody without that
/// key can tell whose it is, or look whether somebody's is among them. It stays pseudonymous data; docs/privacy.md says so.
/// </summary>
/// <param name="keys">Digests made under a key of before are found for as long as that key is named.</param>
public sealed class FormerAccounts(
    IFormerAccountStore store, ISpendingStore spending, PrivacyOptions options, TimeProvider time, DerivedKeys keys)
{
    private readonly IReadOnlyList<byte[]> _keys = keys.For("former accounts");

    /// <summary>To be called before an account is deleted: it counts from the next account of this uid on.</summary>
    public async Task RememberAsync(string uid, CancellationToken cancellation)
    {
        if (options.FormerAccounts == TimeSpan.Zero) return;
        var (now, today) = (time.GetUtcNow(), Today());
        var spent = await spending.SpentByUserAsync(uid, today, cancellation);
        await store.RememberAsync(new FormerAccount(DigestOf(_keys[0], uid), now, today, spent), cancellation);
    }

    /// <summary>The account that this uid had, or null.</summary>
    public async Task<FormerAccount?> FindAsync(string uid, CancellationToken cancellation)
    {
        if (options.FormerAccounts == TimeSpan.Zero) return null;
        var found = await store.FindAsync([.. _keys.Select(key => DigestOf(key, uid))], cancellation);
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

    private static string DigestOf(byte[] key, string uid) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(uid)));
}
