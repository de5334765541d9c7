using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Users;

/// <summary>Erases the user, their emails, jobs and feedback. Their session tokens end with the account.</summary>
public static class DeleteUser
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(NoFields? request, SessionUser session, IUserStore users, UserCache cache)
    {
        // Not cancelled half-way by a client that hangs up.
        await users.DeleteAsync(session.Account.Uid, CancellationToken.None);
        await cache.ChangedAsync(session.Account.Uid);
        return Reply.Ok("Your account and everything in it was deleted.");
    }
}
