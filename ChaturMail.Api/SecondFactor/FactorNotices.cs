using ChaturMail.Core.Accounts;
using ChaturMail.Core.Audit;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.SecondFactor;

/// <summary>Tells of changes of a second factor: a line in the audit trail, and a mail to the user, who may not have made it.</summary>
/// <param name="outbox">Absent where the server sends no mail.</param>
public sealed class FactorNotices(IAuditLog audit, TimeProvider time, MailOutbox? outbox = null)
{
    // A notice that comes a day late still is one.
    private static readonly TimeSpan Worth = TimeSpan.FromDays(1);

    /// <param name="action">Stable name, e.g. <c>second_factor.totp_on</c>.</param>
    /// <param name="what">What happened, as the end of a sentence: <c>an authenticator app was added</c>.</param>
    public async Task TellAsync(User user, string action, string what)
    {
        // The change is made: a client that hangs up does not keep it out of the trail.
        await audit.AppendAsync(new AuditEntry(DocumentId.New(time), time.GetUtcNow(), "user", action, user.Uid, "") { IsAboutUser = true }, CancellationToken.None);
        if (user.Email.Length == 0) return;
        outbox?.TryAdd(new MailMessage(
            user.Email, "Your sign-in to ChaturMail was changed",
            $"The sign-in to your account was changed: {what}.\n\nIf that was not you, end all sessions in the app and sign in again, then contact support.\n",
            time.GetUtcNow() + Worth));
    }
}
