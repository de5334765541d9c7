using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Deletes a topic with its versions, suggestions and conversation.</summary>
public static class DeleteTopic
{
    /// <param name="Id">The topic.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicService topics)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        if (check.Failure is { } failure) return failure;
        // A client that hangs up must not leave it half done.
        var result = await topics.DeleteAsync(id, session.Account.Uid, CancellationToken.None);
        return result.Refusal is null ? Reply.Ok("The topic was deleted.") : TopicReply.Refused(result);
    }
}
