using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Makes another member the owner of a party.</summary>
public static class HandOver
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        PartyMemberRequest request, SessionUser session, PartyService parties, PartyItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        var uid = check.Required("userId", request.UserId, Limits.Uid);
        if (check.Failure is { } failure) return failure;
        return await items.AnswerAsync("The party was handed over.", await parties.HandOverAsync(id, session.Account.Uid, uid, cancellation), session, cancellation);
    }
}
