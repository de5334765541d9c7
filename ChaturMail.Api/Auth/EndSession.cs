using ChaturMail.Api.Http;

namespace ChaturMail.Api.Auth;

/// <summary>Signs the user out on one of their devices, this one or another.</summary>
public static class EndSession
{
    /// <param name="Id">Of the session, from getSessions.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser user, SessionEnd end)
    {
        var check = new Check();
        var id = check.Required("id", request.Id, Limits.Id);
        if (check.Failure is { } failure) return failure;
        return await end.OneAsync(user.Account, id) ? Reply.Ok("The session was ended.") : Reply.Error(ApiError.SessionNotFound);
    }
}
