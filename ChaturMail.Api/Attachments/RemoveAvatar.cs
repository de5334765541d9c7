using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments;

namespace ChaturMail.Api.Attachments;

/// <summary>Takes away the picture that others see of the user. Nothing happens when there is none.</summary>
public static class RemoveAvatar
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(NoFields? request, SessionUser session, AvatarService avatars, CancellationToken cancellation)
    {
        await avatars.RemoveAsync(session.Account.Uid, cancellation);
        return Reply.Ok("Your picture was removed.");
    }
}
