using ChaturMail.Api.Http;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Auth;

/// <summary>Shows the user on which devices they are signed in.</summary>
public static class GetSessions
{
    /// <param name="Id">To end it by.</param>
    /// <param name="Device">What the user recognises the device by.</param>
    /// <param name="LoginMethod">How the user signed in, or an empty string.</param>
    /// <param name="CreatedOn">When, Unix seconds.</param>
    /// <param name="LastUsedOn">When it was last used, to the hour, Unix seconds.</param>
    /// <param name="ExpiresOn">When it ends unless it is refreshed, Unix seconds.</param>
    /// <param name="Current">True for the session of the request.</param>
    public sealed record Item(string Id, string Device, string LoginMethod, long CreatedOn, long LastUsedOn, long ExpiresOn, bool Current);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(NoFields? request, SessionUser user, IUserStore users, CancellationToken cancellation)
    {
        if (await users.FindAsync(user.Account.Uid, cancellation) is not { } account) return Reply.Error(ApiError.NotAuthenticated);
        var current = user.Session?.Id ?? user.Claims.ReplacementSessionId;
        var items = account.Sessions.OrderByDescending(session => session.UsedOn).ThenByDescending(session => session.CreatedOn)
            .Select(session => new Item(
                session.Id, session.Device, session.LoginMethod, session.CreatedOn.ToUnixTimeSeconds(), session.UsedOn.ToUnixTimeSeconds(),
                session.Expires.ToUnixTimeSeconds(), session.Id == current));
        return Reply.List("Your sessions.", items.ToList());
    }
}
