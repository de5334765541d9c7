using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments;

namespace ChaturMail.Api.Attachments;

/// <summary>Gives the address of a picture to who may see it: what it is bound to, or, while it is bound to nothing, its owner.</summary>
public static class GetUrl
{
    /// <param name="Id">The attachment's id.</param>
    public sealed record Request(string? Id);

    /// <param name="Url">Where to GET it; one that begins with a slash is the API's own.</param>
    /// <param name="ExpiresOn">When the address ends, Unix seconds.</param>
    public sealed record Response(string Id, string Url, long ExpiresOn, string FileName, string ContentType, long Bytes, int Width, int Height);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, AttachmentService attachments, CancellationToken cancellation)
    {
        var check = new Check();
        var id = AttachmentErrors.Id(check, request.Id);
        if (check.Failure is { } failure) return failure;
        if (await attachments.FindVisibleAsync(session.Account.Uid, id, cancellation) is not { } found) return Reply.Error(ApiError.AttachmentNotFound);
        var address = attachments.SignDownload(found);
        return Reply.Ok("The picture's address, for a minute.", new Response(
            found.Id, address.Url, address.ExpiresOn.ToUnixTimeSeconds(), found.FileName, found.ContentType, found.Bytes, found.Width, found.Height));
    }
}
