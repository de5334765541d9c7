using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments;

namespace ChaturMail.Api.Attachments;

/// <summary>Deletes an upload of the user's, finished or not, that is used for nothing.</summary>
public static class DeleteUpload
{
    /// <param name="Id">The attachment's id.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, AttachmentService attachments, CancellationToken cancellation)
    {
        var check = new Check();
        var id = AttachmentErrors.Id(check, request.Id);
        if (check.Failure is { } failure) return failure;
        return await attachments.DeleteOwnAsync(session.Account.Uid, id, cancellation) is AttachmentResult.Refused refused
            ? AttachmentErrors.Reply(refused.Code)
            : Reply.Ok("The upload was deleted.");
    }
}
