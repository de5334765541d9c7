using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Shows one of the user's parties.</summary>
public static class GetParty
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        PartyRequest request, SessionUser session, PartyMembership membership, PartyItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        if (check.Failure is { } failure) return failure;
        return await membership.FindAsync(id, session.Account.Uid, cancellation) is { } party
            ? Reply.Ok("Your party.", await items.OfAsync(party, session.Account.Uid, cancellation))
            : Reply.Error(PartyErrors.NotFound);
    }
}
