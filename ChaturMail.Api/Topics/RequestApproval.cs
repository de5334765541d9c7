using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Asks members to approve the current version of a draft.</summary>
public static class RequestApproval
{
    /// <param name="Id">The topic.</param>
    /// <param name="Version">The current version.</param>
    /// <param name="Approvers">Uids of members.</param>
    public sealed record Request(string? Id, int? Version, IReadOnlyList<string?>? Approvers);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicApprovals approvals, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var version = TopicFields.Version(check, request.Version);
        if (request.Approvers is not { Count: >= 1 and <= TopicRules.MostApprovers } named)
        {
            check.Fail($"The field 'approvers' must hold 1 to {TopicRules.MostApprovers} members.");
            named = [];
        }

        var approvers = named.Select(uid => check.Required("approvers", uid, Limits.Uid)).Distinct().ToList();
        if (check.Failure is { } failure) return failure;
        var own = session.Account.Uid;
        var result = await approvals.RequestAsync(id, own, version, approvers, cancellation);
        return TopicReply.Item(result, own, "The members were asked to approve the draft.", await approvals.FindDeliveryAsync(result.Topic?.Sent, cancellation));
    }
}
