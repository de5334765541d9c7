using ChaturMail.Api.Http;

namespace ChaturMail.Api.Auth;

/// <summary>Signs the user out. The token of the request is refused from the next request on, on every instance.</summary>
public static class Logout
{
    /// <param name="All">True to end every session of the user, on all devices; this one alone otherwise.</param>
    public sealed record Request(bool? All);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, SessionUser user, SessionEnd end)
    {
        if (request?.All == true)
        {
            await end.AllAsync(user.Account.Uid);
            return Reply.Ok("You are signed out on all devices.");
        }

        await end.ThisAsync(user);
        return Reply.Ok("You are signed out.");
    }
}
