using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Accepts, declines or withdraws a suggestion.</summary>
public static class DecideSuggestion
{
    /// <param name="Id">The topic.</param>
    /// <param name="SuggestionId">The suggestion.</param>
    public sealed record Request(string? Id, string? SuggestionId);

    /// <summary>Makes it the draft's next version.</summary>
    public static Task<IResult> Accept(Request request, SessionUser session, TopicDrafts drafts, CancellationToken cancellation) =>
        HandleAsync(
            request, async (id, suggestionId) => TopicReply.Draft(await drafts.AcceptAsync(id, session.Account.Uid, suggestionId, cancellation), "The suggestion was accepted."));

    /// <summary>Says that the topic's owner does not want it.</summary>
    public static Task<IResult> Decline(Request request, SessionUser session, TopicDrafts drafts, CancellationToken cancellation) =>
        CloseAsync(request, session, SuggestionState.Declined, "The suggestion was declined.", drafts, cancellation);

    /// <summary>Says that its author does not want it any more.</summary>
    public static Task<IResult> Withdraw(Request request, SessionUser session, TopicDrafts drafts, CancellationToken cancellation) =>
        CloseAsync(request, session, SuggestionState.Withdrawn, "Your suggestion was withdrawn.", drafts, cancellation);

    private static Task<IResult> CloseAsync(
        Request request, SessionUser session, SuggestionState state, string message, TopicDrafts drafts, CancellationToken cancellation) => HandleAsync(
        request, async (id, suggestionId) =>
        {
            var result = await drafts.CloseAsync(id, session.Account.Uid, suggestionId, state, cancellation);
            return result is { Refusal: null, Topic: { } topic }
                ? await SuggestionItem.ReplyAsync(message, topic, suggestionId, drafts, cancellation) : TopicReply.Refused(result);
        });

    private static async Task<IResult> HandleAsync(Request request, Func<string, string, Task<IResult>> decide)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var suggestionId = TopicFields.Id(check, "suggestionId", request.SuggestionId);
        return check.Failure ?? await decide(id, suggestionId);
    }
}
