using ChaturMail.Api.Http;
using ChaturMail.Api.Parties;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Prompts;

/// <summary>Ends a share: of a prompt of the user's own, and as owner or admin of the party of anybody's.</summary>
public static class UnsharePrompt
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        SharePrompt.Request request, SessionUser session, SharedPrompts prompts, PartyItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        var partyId = PartyFields.Id(check, "partyId", request.PartyId);
        if (check.Failure is { } failure) return failure;
        var result = await prompts.UnshareAsync(session.Account.Uid, id, partyId, cancellation);
        return await items.AnswerAsync("The prompt is not shared any more.", result, session, cancellation);
    }
}
