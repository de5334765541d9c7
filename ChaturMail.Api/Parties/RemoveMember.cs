using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Takes a member out of a party.</summary>
public static class RemoveMember
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        PartyMemberRequest request, SessionUser session, PartyService parties, PartyItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        var uid = check.Required("userId", request.UserId, Limits.Uid);
        if (check.Failure is { } failure) return failure;
        return await items.AnswerAsync("The member was removed.", await parties.RemoveAsync(id, session.Account.Uid, uid, cancellation), session, cancellation);
    }
}
