using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Brings the user into the party of an invite. Whoever is in it gets the party, and nothing is counted.</summary>
public static class AcceptInvite
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        InviteTokenRequest request, SessionUser session, PartyInvites invites, PartyItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var token = check.Required("token", request.Token, Limits.InviteToken);
        if (check.Failure is { } failure) return failure;
        return await items.AnswerAsync("You are in the party.", await invites.AcceptAsync(token, session.Account.Uid, cancellation), session, cancellation);
    }
}
