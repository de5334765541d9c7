using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Makes a topic in a party.</summary>
public static class CreateTopic
{
    /// <param name="PartyId">A party of the user's.</param>
    /// <param name="Title">As its members call it.</param>
    public sealed record Request(string? PartyId, string? Title);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicService topics, CancellationToken cancellation)
    {
        var check = new Check();
        var partyId = TopicFields.Id(check, "partyId", request.PartyId);
        var title = check.Visible("title", request.Title, Limits.TopicTitle);
        if (check.Failure is { } failure) return failure;
        var uid = session.Account.Uid;
        return TopicReply.Item(await topics.CreateAsync(partyId, uid, title, cancellation), uid, "The topic was made.");
    }
}
