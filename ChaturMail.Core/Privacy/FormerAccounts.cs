using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Privacy;

/// <summary>
/// Remembers for a while that a uid had an account, so that deleting it and signing in again brings no starting coins and no fresh daily
/// budget. What is kept is HMAC-SHA256 (RFC 2104) of the uid under a key derived from the sessions' (HKDF, RFC 5869): nobody without that
/// key can tell whose it is, or look whether somebody's is among them. It stays pseudonymous data; docs/privacy.md says so.
/// </summary>
public sealed class FormerAccounts
{
    private readonly IFormerAccountStore _store;
    private readonly ISpendingStore _spending;
    private readonly PrivacyOptions _options;
    private readonly TimeProvider _time;
    private readonly byte[][] _keys;

    /// <param name="sessionKeys">The key of the sessions, then those that it was before: digests made with them are found as well.</param>
    public FormerAccounts(
        IFormerAccountStore store, ISpendingStore spending, PrivacyOptions options, TimeProvider time, IReadOnlyList<string> sessionKeys)
    {
        (_store, _spending, _options, _time) = (store, spending, options, time);
        _keys = [.. sessionKeys.Select(key => HKDF.DeriveKey(
            HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key), 32, salt: [], info: "chaturmail former accounts"u8.ToArray()))];
    }

    /// <summary>To be called before an account is deleted: it counts from the next account of this uid on.</summary>
    public async Task RememberAsync(string uid, CancellationToken cancellation)
    {
        if (_options.FormerAccounts == TimeSpan.Zero) return;
        var (now, today) = (_time.GetUtcNow(), Today());
        var spent = await _spending.SpentByUserAsync(uid, today, cancellation);
        await _store.RememberAsync(new FormerAccount(DigestOf(_keys[0], uid), now, today, spent), cancellation);
    }

    /// <summary>The account that this uid had, or null.</summary>
    public async Task<FormerAccount?> FindAsync(string uid, CancellationToken cancellation)
    {
        if (_options.FormerAccounts == TimeSpan.Zero) return null;
        var found = await _store.FindAsync([.. _keys.Select(key => DigestOf(key, uid))], cancellation);
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

    private static string DigestOf(byte[] key, string uid) => Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(uid)));
}
