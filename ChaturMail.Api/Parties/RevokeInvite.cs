using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Ends an invite: nobody comes by it any more.</summary>
public static class RevokeInvite
{
    /// <param name="Id">The party's id.</param>
    /// <param name="InviteId">The invite's.</param>
    public sealed record Request(string? Id, string? InviteId);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, PartyInvites invites, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        var inviteId = PartyFields.Id(check, "inviteId", request.InviteId);
        if (check.Failure is { } failure) return failure;
        var result = await invites.RevokeAsync(id, session.Account.Uid, inviteId, cancellation);
        return result.Refusal is { } refusal ? PartyErrors.Reply(refusal) : Reply.Ok("The invite was revoked.");
    }
}
