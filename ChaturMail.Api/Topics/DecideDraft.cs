using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Approves or rejects a version of a draft.</summary>
public static class DecideDraft
{
    /// <param name="Id">The topic.</param>
    /// <param name="Version">The version that the user has read; refused when there is a newer one.</param>
    /// <param name="Note">Why.</param>
    public sealed record Request(string? Id, int? Version, string? Note);

    /// <summary>Says that it may be sent.</summary>
    public static Task<IResult> Approve(Request request, SessionUser session, TopicApprovals approvals, CancellationToken cancellation) =>
        HandleAsync(request, session, ApprovalState.Approved, "You approved the draft.", approvals, cancellation);

    /// <summary>Says that it may not be sent.</summary>
    public static Task<IResult> Reject(Request request, SessionUser session, TopicApprovals approvals, CancellationToken cancellation) =>
        HandleAsync(request, session, ApprovalState.Rejected, "You rejected the draft.", approvals, cancellation);

    private static async Task<IResult> HandleAsync(
        Request request, SessionUser session, ApprovalState state, string message, TopicApprovals approvals, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var version = TopicFields.Version(check, request.Version);
        var note = TopicFields.Note(check, request.Note);
        if (check.Failure is { } failure) return failure;
        var uid = session.Account.Uid;
        var result = await approvals.DecideAsync(id, uid, version, state, note, cancellation);
        return TopicReply.Item(result, uid, message, await approvals.FindDeliveryAsync(result.Topic?.Sent, cancellation));
    }
}
