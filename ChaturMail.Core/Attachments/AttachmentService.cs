namespace ChaturMail.Core.Attachments;

/// <summary>Files that messages and emails carry.</summary>
public sealed class AttachmentService
{
    private readonly AttachmentClaim _refused = new AttachmentClaim.Refused("attachment_not_found");

    /// <summary>Binds finished uploads of a user to a use. May be repeated.</summary>
    public Task<AttachmentClaim> ClaimAsync(string uid, IReadOnlyList<string> ids, string use, CancellationToken cancellation) => Task.FromResult(_refused);

    /// <summary>Deletes those of a use. May be repeated.</summary>
    public Task ReleaseAsync(string use, CancellationToken cancellation) => Task.FromResult(_refused);
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
    /// <param name="Code">Why.</param>
    public sealed record Refused(string Code) : AttachmentClaim;
}
