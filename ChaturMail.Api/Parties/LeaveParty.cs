using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Takes the user out of a party. With its only member it is deleted.</summary>
public static class LeaveParty
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(PartyRequest request, SessionUser session, PartyService parties, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        if (check.Failure is { } failure) return failure;
        var result = await parties.LeaveAsync(id, session.Account.Uid, cancellation);
        return result.Refusal is { } refusal ? PartyErrors.Reply(refusal) : Reply.Ok("You have left the party.");
    }
}
