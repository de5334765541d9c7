using ChaturMail.Api.Auth;
using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Unlocks an account. The sessions from before end first: whoever held one does not come back with it.</summary>
public static class EnableUser
{
    /// <param name="Uid">Whose.</param>
    public sealed record Request(string? Uid);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IUserStore users, UserCache cache, SessionEnd sessions, OperatorActions actions, CancellationToken cancellation)
    {
        var check = new Check();
        var uid = check.Required("uid", request.Uid, Limits.Uid);
        if (check.Failure is { } failure) return failure;
        if (await users.FindAsync(uid, cancellation) is not { } user) return Reply.Error(ApiError.UserNotFound);

        var line = await actions.NoteAsync(session, "user.enable", uid, "", cancellation);
        if (user.Disabled) await sessions.AllAsync(uid);
        if (!await users.SetDisabledAsync(uid, false, cancellation))
        {
            await actions.NoteFailureAsync(session, "user.enable", uid, line, "the account is gone");
            return Reply.Error(ApiError.UserNotFound);
        }

        await cache.ChangedAsync(uid);
        return Reply.Ok("The account is enabled.", AdminUserItem.Of(user with { Disabled = false }));
    }
}
