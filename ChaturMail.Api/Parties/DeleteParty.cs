using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Deletes a party with everything in it, for all of its members.</summary>
public static class DeleteParty
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(PartyRequest request, SessionUser session, PartyService parties, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        if (check.Failure is { } failure) return failure;
        var result = await parties.DeleteAsync(id, session.Account.Uid, cancellation);
        return result.Refusal is { } refusal ? PartyErrors.Reply(refusal) : Reply.Ok("The party was deleted.");
    }
}
