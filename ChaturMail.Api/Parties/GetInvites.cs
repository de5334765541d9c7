using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Lists the open invites of a party for its owner and admins, oldest first, all at once: there are few.</summary>
public static class GetInvites
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(PartyRequest request, SessionUser session, PartyInvites invites, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        if (check.Failure is { } failure) return failure;
        var (result, open) = await invites.ListAsync(id, session.Account.Uid, cancellation);
        return result.Refusal is { } refusal ? PartyErrors.Reply(refusal) : Reply.List("The party's open invites.", open.Select(InviteItem.Of).ToList());
    }
}
