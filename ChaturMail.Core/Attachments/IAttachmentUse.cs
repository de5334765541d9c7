namespace ChaturMail.Core.Attachments;

/// <summary>Something that attachments are bound to: messages, schedules, avatars. Whoever binds them says who sees them.</summary>
public interface IAttachmentUse
{
    /// <summary>What its uses begin with, without the colon: <c>message</c> for <c>message:ID</c>.</summary>
    string Name { get; }

    /// <summary>True when the user may see what is bound to the use.</summary>
    /// <param name="id">What stands behind the colon.</param>
    Task<bool> MaySeeAsync(string id, string uid, CancellationToken cancellation);

    /// <summary>
    /// True while the use exists and has the attachment. Asked once, an hour after the binding: what a process bound that died before it stored the use goes then.
    /// </summary>
    Task<bool> ExistsAsync(string id, string attachmentId, CancellationToken cancellation) => Task.FromResult(true);
}
