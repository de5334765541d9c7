using ChaturMail.Api.Http;
using ChaturMail.Core.Audit;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>
/// Writes into the audit trail what operators are about to do. A line comes before its deed, so that no change is without one, whatever dies in
/// between: it says what was ordered. What can be refused beforehand is refused before the line; what fails after it gets a second line, with
/// <c>.failed</c> after the action and the first line's id.
/// </summary>
public sealed class OperatorActions(IAuditLog audit, TimeProvider time)
{
    /// <summary>Notes an action and gives the line's id. The action must not be taken when this throws.</summary>
    /// <param name="actor">Who acts.</param>
    /// <param name="action">Stable name, e.g. <c>user.disable</c>.</param>
    /// <param name="target">Uid, or id of a thing; empty for none.</param>
    /// <param name="details">Without personal data.</param>
    public async Task<string> NoteAsync(SessionUser actor, string action, string target, string details, CancellationToken cancellation)
    {
        var id = DocumentId.New(time);
        await audit.AppendAsync(new AuditEntry(id, time.GetUtcNow(), actor.Account.Uid, action, target, details) { IsAboutUser = IsAboutUser(action) }, cancellation);
        return id;
    }

    /// <summary>Notes that an action which was noted has not come about. Not cancelled: the first line must not stand alone.</summary>
    public Task NoteFailureAsync(SessionUser actor, string action, string target, string line, string reason) =>
        NoteAsync(actor, action + ".failed", target, $"{line}: {reason}", CancellationToken.None);

    // So they are named: user.disable, coins.change.
    private static bool IsAboutUser(string action) =>
        action.StartsWith("user.", StringComparison.Ordinal) || action.StartsWith("coins.", StringComparison.Ordinal);
}
