using ChaturMail.Api.Http;
using ChaturMail.Core.Attachments;

namespace ChaturMail.Api.Attachments;

/// <summary>An upload as its owner sees it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FileName">With the extension of its type, once it is finished; may be empty before.</param>
/// <param name="ContentType">As announced, once it is finished as found.</param>
/// <param name="Bytes">As announced, once it is finished as kept.</param>
/// <param name="Width">Pixels across; 0 before it is finished.</param>
/// <param name="Height">Pixels down; 0 before it is finished.</param>
/// <param name="Purpose">message, avatar or email.</param>
/// <param name="Finished">True when it can be used.</param>
/// <param name="Used">True when it is used for something.</param>
/// <param name="CreatedOn">Unix seconds.</param>
public sealed record UploadItem(
    string Id, string FileName, string ContentType, long Bytes, int Width, int Height, string Purpose, bool Finished, bool Used, long CreatedOn)
{
    /// <summary>Of an attachment.</summary>
    public static UploadItem Of(Attachment attachment) => new(
        attachment.Id, attachment.FileName, attachment.ContentType, attachment.Bytes, attachment.Width, attachment.Height, Check.NameOf(attachment.Purpose),
        attachment.IsReady, attachment.Use is not null, attachment.CreatedOn / 1000);
}

/// <summary>How refusals about attachments are answered.</summary>
internal static class AttachmentErrors
{
    public static IResult Reply(string code) => Http.Reply.Error(code switch
    {
        AttachmentRefusal.NotFound => ApiError.AttachmentNotFound,
        AttachmentRefusal.Incomplete => ApiError.UploadIncomplete,
        AttachmentRefusal.UnsupportedImage => ApiError.UnsupportedImage,
        AttachmentRefusal.ImageTooLarge => ApiError.ImageTooLarge,
        AttachmentRefusal.TooManyUploads => ApiError.TooManyUploads,
        AttachmentRefusal.StorageFull => ApiError.StorageFull,
        AttachmentRefusal.InUse => ApiError.AttachmentInUse,
        _ => ApiError.Unexpected,
    });

    /// <summary>The id of an attachment, in the case in which stores keep it.</summary>
    public static string Id(Check check, string? value)
    {
        var id = check.Required("id", value, Limits.Id);
        if (check.Failure is null && !Core.Storage.DocumentId.IsValid(id)) check.Fail("The field 'id' must be the id of an attachment.");
        return id.ToLowerInvariant();
    }
}
