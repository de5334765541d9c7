using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>One topic, with its draft and the id of its conversation.</summary>
public static class GetTopic
{
    /// <param name="Id">The topic.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicService topics, TopicApprovals approvals, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        if (check.Failure is { } failure) return failure;
        if (await topics.FindAsync(id, session.Account.Uid, cancellation) is not var (topic, member)) return TopicReply.NotFound();
        var item = TopicItem.Of(topic, member, await approvals.FindDeliveryAsync(topic.Sent, cancellation));
        if (await topics.OpenConversationAsync(topic, cancellation) is not { } conversation) return TopicReply.NotFound();
        return Reply.Ok("The topic.", new TopicItem.Whole(item, conversation.Id, topic.Draft is { } draft ? DraftItem.Of(draft) : null));
    }
}
