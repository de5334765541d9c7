using System.Buffers;
using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Attachments.Images;

namespace ChaturMail.Api.Attachments;

/// <summary>Announces a picture: the client gets an address that takes exactly this type and this many bytes, by PUT, for a minute.</summary>
public static class CreateUpload
{
    private static readonly SearchValues<char> NotInNames = SearchValues.Create("/\\:*?\"<>|");

    /// <param name="FileName">As the user calls it; may be left out.</param>
    /// <param name="ContentType">image/png, image/jpeg, image/webp or image/gif.</param>
    /// <param name="Bytes">Its size.</param>
    /// <param name="Purpose">message, avatar or email.</param>
    public sealed record Request(string? FileName, string? ContentType, long? Bytes, string? Purpose);

    /// <param name="Id">The attachment's id, for finishUpload.</param>
    /// <param name="UploadUrl">Where to PUT the bytes; one that begins with a slash is the API's own.</param>
    /// <param name="Headers">What the PUT must say.</param>
    /// <param name="ExpiresOn">When the address ends, Unix seconds.</param>
    public sealed record Response(string Id, string UploadUrl, IReadOnlyDictionary<string, string> Headers, long ExpiresOn);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, AttachmentService attachments, CancellationToken cancellation)
    {
        var check = new Check();
        var name = check.OptionalVisible("fileName", request.FileName, Limits.FileName) ?? "";
        // It becomes the name of a file on others' devices.
        if (name.AsSpan().ContainsAny(NotInNames)) check.Fail("The field 'fileName' must not hold any of / \\ : * ? \" < > |.");
        var type = check.Required("contentType", request.ContentType, Limits.ContentType);
        if (check.Failure is null && !ImageFile.Types.Contains(type)) check.Fail($"The field 'contentType' must be one of {string.Join(", ", ImageFile.Types)}.");
        var purpose = check.Choice<AttachmentPurpose>("purpose", request.Purpose);
        if (purpose is null) check.Fail("The field 'purpose' is required.");
        var most = attachments.MostBytesOf(purpose ?? AttachmentPurpose.Message);
        if (request.Bytes is not { } bytes || bytes < 1 || bytes > most) check.Fail($"The field 'bytes' must be 1 to {most}.");
        if (check.Failure is { } failure) return failure;

        return await attachments.CreateAsync(session.Account.Uid, purpose!.Value, name, type, request.Bytes!.Value, cancellation) switch
        {
            AttachmentResult.Done { Attachment: var made } => Answer(made, attachments.SignUpload(made)),
            AttachmentResult.Refused refused => AttachmentErrors.Reply(refused.Code),
            _ => Reply.Error(ApiError.Unexpected),
        };
    }

    private static IResult Answer(Attachment made, SignedAddress address) => Reply.Ok("Upload the picture now.", new Response(
        made.Id, address.Url, new Dictionary<string, string> { ["Content-Type"] = made.ContentType }, address.ExpiresOn.ToUnixTimeSeconds()));
}
