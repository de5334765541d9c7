using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Sends a version of a draft, now or at a time; once, however often it is asked.</summary>
public static class SendDraft
{
    /// <param name="Id">The topic.</param>
    /// <param name="Version">The version that the user has read; refused when there is a newer one.</param>
    /// <param name="At">A local time such as <c>2026-12-24T09:00</c>; now when absent.</param>
    /// <param name="TimeZone">IANA name of that time's zone; the user's own when absent.</param>
    public sealed record Request(string? Id, int? Version, string? At, string? TimeZone);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicApprovals approvals, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var version = TopicFields.Version(check, request.Version);
        var at = check.Optional("at", request.At, Limits.LocalTime);
        var zone = check.Optional("timeZone", request.TimeZone, Limits.TimeZone);
        if (check.Failure is { } failure) return failure;
        var uid = session.Account.Uid;
        var result = await approvals.SendAsync(id, uid, version, at is null ? null : new DraftTime(at, zone), cancellation);
        var delivery = await approvals.FindDeliveryAsync(result.Topic?.Sent, cancellation);
        // It ended long ago, or its sender's account is gone: what became of it nobody knows any more.
        var isGone = result.Topic is { Sent.ScheduleId: not null } && delivery is null;
        return TopicReply.Item(
            result, uid,
            isGone ? "This version was handed over before, and its schedule is gone. Save another version to send the draft." : "The draft is on its way.", delivery);
    }
}
