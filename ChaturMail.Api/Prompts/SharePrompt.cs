using ChaturMail.Api.Http;
using ChaturMail.Api.Parties;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Prompts;

/// <summary>Shares a prompt of the user's own with a party, whose members may write with it from then on.</summary>
public static class SharePrompt
{
    /// <param name="Id">The prompt's id.</param>
    /// <param name="PartyId">The party's id.</param>
    public sealed record Request(string? Id, string? PartyId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, SharedPrompts prompts, PartyItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = OwnPromptId.Read(check, request.Id);
        var partyId = PartyFields.Id(check, "partyId", request.PartyId);
        if (check.Failure is { } failure) return failure;
        var result = await prompts.ShareAsync(session.Account.Uid, id, partyId, cancellation);
        return await items.AnswerAsync("The prompt is shared with the party.", result, session, cancellation);
    }
}
