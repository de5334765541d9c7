namespace ChaturMail.Core.Attachments;

/// <summary>Why something about an attachment was refused: stable codes.</summary>
public static class AttachmentRefusal
{
    /// <summary>There is none of this id that is the user's, or that they may see.</summary>
    public const string NotFound = "attachment_not_found";

    /// <summary>It was not uploaded, or not whole.</summary>
    public const string Incomplete = "upload_incomplete";

    /// <summary>Its bytes are no picture of a kind that is taken, or not to their end.</summary>
    public const string UnsupportedImage = "unsupported_image";

    /// <summary>It has too many pixels, or too many frames.</summary>
    public const string ImageTooLarge = "image_too_large";

    /// <summary>Too many uploads of the user are not finished.</summary>
    public const string TooManyUploads = "too_many_uploads";

    /// <summary>The user has as many files, or bytes, as they may have.</summary>
    public const string StorageFull = "storage_full";

    /// <summary>It is bound to something, or for another purpose.</summary>
    public const string InUse = "attachment_in_use";
}

/// <summary>What came of a request about one attachment.</summary>
public abstract record AttachmentResult
{
    private AttachmentResult()
    {
    }

    /// <summary>It is so.</summary>
    /// <param name="Attachment">As it is now.</param>
    public sealed record Done(Attachment Attachment) : AttachmentResult;

    /// <summary>It is refused.</summary>
    /// <param name="Code">One of <see cref="AttachmentRefusal"/>.</param>
    public sealed record Refused(string Code) : AttachmentResult;
}

/// <summary>What came of binding attachments to a use.</summary>
public abstract record AttachmentClaim
{
    private AttachmentClaim()
    {
    }

    /// <summary>All of them are bound to it.</summary>
    public sealed record Claimed : AttachmentClaim;

    /// <summary>None of them was bound by this.</summary>
    /// <param name="Code">One of <see cref="AttachmentRefusal"/>.</param>
    public sealed record Refused(string Code) : AttachmentClaim;
}
