using System.Text.Json.Serialization;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Attachments;

/// <summary>
/// A picture that a user has uploaded, or is about to. What was uploaded and what is shown are two objects: the upload is read once, and what is shown is
/// made of it, so that nobody changes a picture after it was checked.
/// </summary>
/// <param name="Id">A <see cref="DocumentId"/>.</param>
/// <param name="OwnerId">Uid of who uploads it; empty once it is deleted.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="FileName">As its owner calls it, with the extension of its type once it is finished; may be empty before.</param>
/// <param name="ContentType">As announced, and once it is finished as found in its bytes.</param>
/// <param name="Bytes">Its size: as announced, then as it is kept.</param>
/// <param name="CreatedOn">Unix milliseconds.</param>
/// <param name="Place">Which of the files that its owner may have this is, from 0: keeps their number.</param>
public sealed record Attachment(
    string Id, string OwnerId, AttachmentPurpose Purpose, string FileName, string ContentType, long Bytes, long CreatedOn, int Place)
{
    /// <summary>The key under which everything stands that has to be looked at again.</summary>
    public const string Unsettled = "unsettled";

    /// <summary>How an attachment is kept.</summary>
    public static readonly DocumentKind<Attachment> Kind = new(
        "attachment", attachment => attachment.Id, attachment => attachment.CreatedOn, KeysOf, UniqueOf);

    /// <summary>Which of the unfinished uploads that its owner may have this is, from 0; null once it is finished.</summary>
    public int? UnfinishedPlace { get; init; }

    /// <summary>Pixels across, as it is shown; 0 before it is finished.</summary>
    public int Width { get; init; }

    /// <summary>Pixels down, as it is shown; 0 before it is finished.</summary>
    public int Height { get; init; }

    /// <summary>When it was checked and could be shown, Unix milliseconds, or null.</summary>
    public long? FinishedOn { get; init; }

    /// <summary>What it is bound to, e.g. <c>message:ID</c>, or null.</summary>
    public string? Use { get; init; }

    /// <summary>When it was bound, Unix milliseconds, or null.</summary>
    public long? ClaimedOn { get; init; }

    /// <summary>True once it is known that what it is bound to exists and that nothing is left of its upload.</summary>
    public bool Settled { get; init; }

    /// <summary>When it was deleted, Unix milliseconds, or null. Of a deleted one nothing but the note remains, until nobody can write its objects any more.</summary>
    public long? DeletedOn { get; init; }

    /// <summary>Key of the object that its owner writes.</summary>
    [JsonIgnore]
    public string UploadKey => "uploads/" + Id;

    /// <summary>Key of the object that is shown.</summary>
    [JsonIgnore]
    public string ObjectKey => "images/" + Id;

    /// <summary>True when it can be shown.</summary>
    [JsonIgnore]
    public bool IsReady => FinishedOn is not null && DeletedOn is null;

    /// <summary>The key under which a user's attachments are listed.</summary>
    public static string KeyOfOwner(string uid) => "owner:" + uid;

    /// <summary>The key under which those of a use are listed.</summary>
    public static string KeyOfUse(string use) => "use:" + use;

    private static List<string> KeysOf(Attachment attachment)
    {
        var keys = new List<string>(3);
        if (attachment.OwnerId.Length > 0) keys.Add(KeyOfOwner(attachment.OwnerId));
        if (attachment.Use is { } use) keys.Add(KeyOfUse(use));
        if (!attachment.Settled) keys.Add(Unsettled);
        return keys;
    }

    private static List<string> UniqueOf(Attachment attachment)
    {
        var values = new List<string>(2);
        if (attachment.DeletedOn is not null) return values;
        values.Add($"place:{attachment.OwnerId}:{attachment.Place}");
        if (attachment.UnfinishedPlace is { } place) values.Add($"unfinished:{attachment.OwnerId}:{place}");
        return values;
    }
}

/// <summary>What a picture is for.</summary>
public enum AttachmentPurpose
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>The picture of its owner that others see.</summary>
    Avatar,

    /// <summary>An email.</summary>
    Email,
}

/// <summary>A finished picture as others are told of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="FileName">With the extension of its type.</param>
/// <param name="ContentType">One of image/png, image/jpeg, image/webp, image/gif.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Width">Pixels across.</param>
/// <param name="Height">Pixels down.</param>
public sealed record AttachmentItem(string Id, string FileName, string ContentType, long Bytes, int Width, int Height)
{
    /// <summary>Of an attachment.</summary>
    public static AttachmentItem Of(Attachment attachment) => new(
        attachment.Id, attachment.FileName, attachment.ContentType, attachment.Bytes, attachment.Width, attachment.Height);
}
