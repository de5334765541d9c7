using ChaturMail.Api.Http;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Shows one account.</summary>
public static class GetUser
{
    /// <param name="Uid">Whose.</param>
    public sealed record Request(string? Uid);

    /// <param name="User">The account.</param>
    /// <param name="Sessions">Devices that are signed in.</param>
    /// <param name="LastSignInOn">When the newest of them signed in, Unix seconds; 0 when none is.</param>
    public sealed record Response(AdminUserItem User, int Sessions, long LastSignInOn);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, IUserStore users, OperatorActions actions, CancellationToken cancellation)
    {
        var check = new Check();
        var uid = check.Required("uid", request.Uid, Limits.Uid);
        if (check.Failure is { } failure) return failure;
        if (await users.FindAsync(uid, cancellation) is not { } user) return Reply.Error(ApiError.UserNotFound);

        await actions.NoteAsync(session, "user.read", uid, "", cancellation);
        var lastSignIn = user.Sessions.Count == 0 ? 0 : user.Sessions.Max(s => s.CreatedOn).ToUnixTimeSeconds();
        return Reply.Ok("The user.", new Response(AdminUserItem.Of(user), user.Sessions.Count, lastSignIn));
    }
}
