using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments;

namespace ChaturMail.Api.Attachments;

/// <summary>Makes a finished upload (purpose <c>avatar</c>) the picture that others see of the user; the one before is deleted.</summary>
public static class SetAvatar
{
    /// <param name="Id">The attachment's id.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, AvatarService avatars, CancellationToken cancellation)
    {
        var check = new Check();
        var id = AttachmentErrors.Id(check, request.Id);
        if (check.Failure is { } failure) return failure;
        return await avatars.SetAsync(session.Account.Uid, id, cancellation) is { } refusal
            ? AttachmentErrors.Reply(refusal)
            : Reply.Ok("Your picture was changed.");
    }
}
