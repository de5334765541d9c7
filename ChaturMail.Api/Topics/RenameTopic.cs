using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Gives a topic another title.</summary>
public static class RenameTopic
{
    /// <param name="Id">The topic.</param>
    /// <param name="Title">As its members call it from now on.</param>
    public sealed record Request(string? Id, string? Title);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicService topics, TopicApprovals approvals, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var title = check.Visible("title", request.Title, Limits.TopicTitle);
        if (check.Failure is { } failure) return failure;
        var uid = session.Account.Uid;
        var result = await topics.RenameAsync(id, uid, title, cancellation);
        return TopicReply.Item(result, uid, "The topic was renamed.", await approvals.FindDeliveryAsync(result.Topic?.Sent, cancellation));
    }
}
