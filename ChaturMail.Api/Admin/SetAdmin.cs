using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Makes a user an operator, or ends that, from their next request on. Nobody does it to themselves, so one operator is always left.</summary>
public static class SetAdmin
{
    /// <param name="Uid">Whose.</param>
    /// <param name="Admin">Whether they are to be one.</param>
    public sealed record Request(string? Uid, bool? Admin);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IUserStore users, UserCache cache, OperatorActions actions, CancellationToken cancellation)
    {
        var check = new Check();
        var uid = check.Required("uid", request.Uid, Limits.Uid);
        if (request.Admin is null) check.Fail("The field 'admin' is required.");
        if (check.Failure is { } failure) return failure;
        if (uid == session.Account.Uid) return Reply.Error(ApiError.OwnAccount);
        if (await users.FindAsync(uid, cancellation) is not { } user) return Reply.Error(ApiError.UserNotFound);

        var isAdmin = request.Admin == true;
        var action = isAdmin ? "user.makeAdmin" : "user.endAdmin";
        var line = await actions.NoteAsync(session, action, uid, "", cancellation);
        var isDone = await users.SetAdminAsync(uid, isAdmin, cancellation);
        await cache.ChangedAsync(uid);
        if (!isDone)
        {
            await actions.NoteFailureAsync(session, action, uid, line, "the account is gone");
            return Reply.Error(ApiError.UserNotFound);
        }

        if (!isAdmin && user.IsAdmin && !await IsOperatorAsync(users, session))
        {
            await users.SetAdminAsync(uid, true, CancellationToken.None);
            await cache.ChangedAsync(uid);
            await actions.NoteFailureAsync(session, action, uid, line, "its operator was one no more");
            return Reply.Error(ApiError.NotAdmin);
        }

        return Reply.Ok(isAdmin ? "The user is an operator." : "The user is no operator.", AdminUserItem.Of(user with { IsAdmin = isAdmin }));
    }

    /// <summary>
    /// Whether who sends the request is an operator still. To be asked after another operator's rights were taken: of two who take them from
    /// each other at once the later one must put them back, or nobody would be left.
    /// </summary>
    internal static async Task<bool> IsOperatorAsync(IUserStore users, SessionUser session) =>
        await users.FindAsync(session.Account.Uid, CancellationToken.None) is { IsAdmin: true, Disabled: false };
}
