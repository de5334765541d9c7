using ChaturMail.Api.Http;
using ChaturMail.Api.Parties;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Lists a party's topics, newest first, without their texts.</summary>
public static class GetTopics
{
    /// <param name="PartyId">A party of the user's.</param>
    /// <param name="Limit">Topics in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(string? PartyId, int? Limit, string? Cursor);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicService topics, TopicApprovals approvals, CancellationToken cancellation)
    {
        var check = new Check();
        var partyId = TopicFields.Id(check, "partyId", request.PartyId);
        var (limit, after) = PageFields.Read(check, request.Limit, request.Cursor);
        if (check.Failure is { } failure) return failure;
        var uid = session.Account.Uid;
        if (await topics.ListAsync(partyId, uid, limit, after is null ? null : new DocumentCursor(after.CreatedOn, after.Id), cancellation) is not var (party, listed))
            return Reply.Error(PartyErrors.NotFound);

        var items = new List<TopicItem>(listed.Count);
        foreach (var topic in listed) items.Add(TopicItem.Of(topic, new TopicMember(party, uid), await approvals.FindDeliveryAsync(topic.Sent, cancellation)));
        return Reply.List("The topics of the party.", items, PageFields.Next(listed, limit, topic => new EmailCursor(topic.CreatedOn, topic.Id)));
    }
}
