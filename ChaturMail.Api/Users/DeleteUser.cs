using ChaturMail.Api.Http;
using ChaturMail.Core.Privacy;

namespace ChaturMail.Api.Users;

/// <summary>
/// Erases the user and everything of theirs, here and at the identity provider. Their session tokens end with the account: whoever repeats
/// the call because its answer was lost gets 401, and with it the news that the account is gone.
/// </summary>
public static class DeleteUser
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(NoFields? request, SessionUser session, AccountErasure erasure)
    {
        await erasure.EraseAsync(session.Account.Uid);
        return Reply.Ok("Your account and everything in it was deleted.");
    }
}
