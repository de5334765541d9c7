using ChaturMail.Core.Accounts;
using ChaturMail.Core.Audit;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Live;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Privacy;

/// <summary>
/// Erases accounts: what the store holds first, in the change from which on the account counts as gone, then what is elsewhere (texts and
/// dead letters in Redis, streams under way, the identity provider's user), then the memory of the erasure itself. Every step may be
/// repeated; what a process that dies leaves, <see cref="SweepAsync"/> finishes, in whichever process. docs/decisions/0015 says why so.
/// </summary>
/// <param name="directory">Null where the identity provider's users cannot be deleted.</param>
public sealed class AccountErasure(
    IUserStore users, IErasureStore erasures, IAuditLog audit, FormerAccounts former, UserCache cache, ILiveText live, IOutcomeChannel outcomes,
    IGenerationQueue queue, IEnumerable<IPersonalContent> contents, TimeProvider time, ILogger<AccountErasure> log, IIdentityDirectory? directory = null)
{
    private const int MostAtOnce = 20;

    /// <summary>
    /// Erases an account. When this returns nothing of it is left in the store; what could not be done elsewhere is done later. Not
    /// cancelled: a client that hangs up must not stop it half-way.
    /// </summary>
    public async Task EraseAsync(string uid)
    {
        if (await users.FindAsync(uid, CancellationToken.None) is { } account) await former.RememberAsync(account, CancellationToken.None);
        await users.DeleteAsync(uid, CancellationToken.None);
        await cache.ChangedAsync(uid);
        foreach (var erasure in await erasures.FindAsync(uid, CancellationToken.None)) await TryFinishAsync(erasure);
    }

    /// <summary>Goes on with erasures that are due, and gives the number of those that are unfinished afterwards.</summary>
    /// <param name="rest">Time before the next attempt of one that fails for the first time.</param>
    public async Task<int> SweepAsync(TimeSpan rest, CancellationToken cancellation)
    {
        foreach (var erasure in await erasures.TakeDueAsync(time.GetUtcNow(), rest, MostAtOnce, cancellation)) await TryFinishAsync(erasure);
        return await erasures.CountAsync(cancellation);
    }

    private async Task TryFinishAsync(PendingErasure erasure)
    {
        try
        {
            // Each for itself: Redis may be away when the identity provider is not.
            var isForgotten = await TryForgetJobsAsync(erasure) & await TryEraseContentsAsync(erasure);
            if (!await TryDeleteIdentityAsync(erasure) || !isForgotten) return;
            // Under the erasure's own id, so that however often this runs there is one line, and it names nobody.
            await audit.AppendAsync(new AuditEntry(erasure.Id, erasure.BegunOn, "user", "user.delete", "", ""), CancellationToken.None);
            await erasures.RemoveAsync(erasure.Id, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The account is gone and the answer may say so; the rest stays noted.
            log.LogFault(e, "An erasure is not finished; it is tried again");
        }
    }

    private async Task<bool> TryForgetJobsAsync(PendingErasure erasure)
    {
        try
        {
            foreach (var job in erasure.JobIds)
            {
                // A new run drops the text of the one before, and its worker's next piece is refused.
                var run = LivePosition.NewRun();
                await live.WriteAsync(job, run, begins: true, "", CancellationToken.None);
                await live.EndAsync(job, run, CancellationToken.None);
                await queue.DropDeadAsync(job, CancellationToken.None);
                // Who waits for it, or reads along, looks into the store and finds nothing.
                await outcomes.AnnounceAsync(job, CancellationToken.None);
            }

            return true;
        }
        catch (Exception e)
        {
            log.LogWarning("What Redis holds of an erased account is not removed yet: {Reason}; it is tried again", e.GetType().Name);
            return false;
        }
    }

    private async Task<bool> TryEraseContentsAsync(PendingErasure erasure)
    {
        var isErased = true;
        foreach (var content in contents)
        {
            try
            {
                await content.EraseAsync(erasure.Uid, erasure.BegunOn, CancellationToken.None);
            }
            catch (Exception e)
            {
                isErased = false;
                log.LogFault(e, $"The {content.Section} of an erased account are not all removed yet; it is tried again");
            }
        }

        return isErased;
    }

    private async Task<bool> TryDeleteIdentityAsync(PendingErasure erasure)
    {
        // Whoever signed in again meanwhile has an account that needs its identity.
        if (directory is null || await users.FindAsync(erasure.Uid, CancellationToken.None) is not null) return true;
        if (await directory.DeleteAsync(erasure.Uid, CancellationToken.None) is not DeletionResult.Unavailable unavailable) return true;
        log.LogWarning("A Firebase user was not deleted with the account: {Reason}; it is tried again", unavailable.Reason);
        return false;
    }
}
