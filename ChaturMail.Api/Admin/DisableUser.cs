using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Locks an account: from the next request on, on every instance, it gets <c>account_disabled</c>.</summary>
public static class DisableUser
{
    /// <param name="Uid">Whose.</param>
    /// <param name="Reason">For the audit trail, so without personal data.</param>
    public sealed record Request(string? Uid, string? Reason);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IUserStore users, UserCache cache, OperatorActions actions, CancellationToken cancellation)
    {
        const string action = "user.disable";
        var check = new Check();
        var uid = check.Required("uid", request.Uid, Limits.Uid);
        var reason = check.Required("reason", request.Reason, Limits.Reason);
        if (check.Failure is { } failure) return failure;
        if (uid == session.Account.Uid) return Reply.Error(ApiError.OwnAccount);
        if (await users.FindAsync(uid, cancellation) is not { } user) return Reply.Error(ApiError.UserNotFound);

        var line = await actions.NoteAsync(session, action, uid, reason, cancellation);
        var isDone = await users.SetDisabledAsync(uid, true, cancellation);
        await cache.ChangedAsync(uid);
        if (!isDone)
        {
            await actions.NoteFailureAsync(session, action, uid, line, "the account is gone");
            return Reply.Error(ApiError.UserNotFound);
        }

        if (user is { IsAdmin: true, Disabled: false } && !await SetAdmin.IsOperatorAsync(users, session))
        {
            await users.SetDisabledAsync(uid, false, CancellationToken.None);
            await cache.ChangedAsync(uid);
            await actions.NoteFailureAsync(session, action, uid, line, "its operator was one no more");
            return Reply.Error(ApiError.NotAdmin);
        }

        return Reply.Ok("The account is disabled.", AdminUserItem.Of(user with { Disabled = true }));
    }
}
