using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Storage;
using Microsoft.AspNetCore.Mvc;

namespace ChaturMail.Api.Users;

/// <summary>
/// Erases the user, their emails, jobs and feedback, and then the Firebase user. Their session tokens end with the account.
/// </summary>
public static class DeleteUser
{
    /// <summary>Handles the request.</summary>
    /// <param name="directory">Absent where the server may not delete Firebase users: there is no service account.</param>
    public static async Task<IResult> Handle(
        NoFields? request, SessionUser session, IUserStore users, UserCache cache, [FromServices] IIdentityDirectory? directory, ILoggerFactory loggers)
    {
        // Not cancelled half-way by a client that hangs up.
        await users.DeleteAsync(session.Account.Uid, CancellationToken.None);
        await cache.ChangedAsync(session.Account.Uid);

        // Last, and its failure is no failure of the request: what the user has here is gone, and a Firebase user alone has nothing here.
        // The other way round a crash in between would leave an account that nobody can sign in to any more, or erase.
        if (directory is not null && await directory.DeleteAsync(session.Account.Uid, CancellationToken.None) is DeletionResult.Unavailable unavailable)
            loggers.CreateLogger(typeof(DeleteUser)).LogWarning("A Firebase user was not deleted with the account: {Reason}", unavailable.Reason);
        return Reply.Ok("Your account and everything in it was deleted.");
    }
}
