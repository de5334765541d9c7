using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Proposes another text for a draft.</summary>
public static class SuggestChange
{
    /// <param name="Id">The topic.</param>
    /// <param name="Version">The version that it would change; refused when there is a newer one.</param>
    /// <param name="ToEmail">Recipient; as it is when absent.</param>
    /// <param name="Subject">As it is when absent.</param>
    /// <param name="Text">The whole text; as it is when absent.</param>
    /// <param name="Note">Why.</param>
    public sealed record Request(string? Id, int? Version, string? ToEmail, string? Subject, string? Text, string? Note);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicDrafts drafts, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var version = TopicFields.Version(check, request.Version);
        var (toEmail, subject, text) = TopicFields.Draft(check, request.ToEmail, request.Subject, request.Text);
        var note = TopicFields.Note(check, request.Note);
        if (check.Failure is { } failure) return failure;

        var (result, suggestionId) = await drafts.SuggestAsync(id, session.Account.Uid, version, toEmail, subject, text, note, cancellation);
        return result is { Refusal: null, Topic: { } topic }
            ? await SuggestionItem.ReplyAsync("Your suggestion was made.", topic, suggestionId, drafts, cancellation) : TopicReply.Refused(result);
    }
}
