using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments;

namespace ChaturMail.Api.Attachments;

/// <summary>Checks a picture that was uploaded, takes out of it what nobody needs to see it, and keeps it. May be repeated.</summary>
public static class FinishUpload
{
    /// <param name="Id">From createUpload.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, AttachmentService attachments, CancellationToken cancellation)
    {
        var check = new Check();
        var id = AttachmentErrors.Id(check, request.Id);
        if (check.Failure is { } failure) return failure;
        return await attachments.FinishAsync(session.Account.Uid, id, cancellation) switch
        {
            AttachmentResult.Done { Attachment: var finished } => Reply.Ok("The picture can be used.", UploadItem.Of(finished)),
            AttachmentResult.Refused refused => AttachmentErrors.Reply(refused.Code),
            _ => Reply.Error(ApiError.Unexpected),
        };
    }
}
