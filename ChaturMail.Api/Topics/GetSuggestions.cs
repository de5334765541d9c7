using System.Globalization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Lists the suggestions for a draft, newest first, each with what it changes.</summary>
public static class GetSuggestions
{
    /// <param name="Id">The topic.</param>
    /// <param name="State">open, accepted, declined or withdrawn; all when absent.</param>
    /// <param name="Limit">Suggestions in the page, 1 to 20; 20 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(string? Id, string? State, int? Limit, string? Cursor);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicService topics, TopicDrafts drafts, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var state = check.Choice<SuggestionState>("state", request.State);
        var (limit, before) = GetDraftVersions.ReadPage(check, request.Limit, request.Cursor);
        if (check.Failure is { } failure) return failure;
        if (await topics.FindAsync(id, session.Account.Uid, cancellation) is not var (topic, _)) return TopicReply.NotFound();

        var listed = topic.Suggestions.Reverse()
            .Where(suggestion => (state is null || suggestion.State == state) && (before is null || suggestion.Number < before)).Take(limit + 1).ToList();
        var page = listed.Take(limit).ToList();
        return Reply.List(
            "The suggestions for the draft.", await SuggestionItem.ListAsync(topic, page, drafts, cancellation),
            listed.Count > limit ? page[^1].Number.ToString(CultureInfo.InvariantCulture) : null);
    }
}
