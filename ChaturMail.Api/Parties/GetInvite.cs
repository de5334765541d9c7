using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Api.Parties;

/// <summary>Shows what an invite leads to, before it is accepted. One that is not good shows nothing.</summary>
public static class GetInvite
{
    /// <param name="Name">The party's name.</param>
    /// <param name="Members">How many are in it.</param>
    /// <param name="InvitedBy">Who made the invite.</param>
    /// <param name="Role">What the user would be allowed to do.</param>
    /// <param name="ExpiresOn">Unix seconds.</param>
    /// <param name="IsMember">True when the user is in the party already.</param>
    /// <param name="IsFull">True when the party has no room.</param>
    public sealed record Response(string Name, int Members, Inviter InvitedBy, string Role, long ExpiresOn, bool IsMember, bool IsFull);

    /// <param name="Name">May be empty.</param>
    /// <param name="Picture">Address of a picture, or empty.</param>
    public sealed record Inviter(string UserId, string Name, string Picture);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        InviteTokenRequest request, SessionUser session, PartyInvites invites, People people, WorkspaceOptions options, CancellationToken cancellation)
    {
        var check = new Check();
        var token = check.Required("token", request.Token, Limits.InviteToken);
        if (check.Failure is { } failure) return failure;
        if (await invites.FindAsync(token, session.Account.Uid, cancellation) is not { Party: { } party, Invite: { } invite })
            return PartyErrors.Reply(PartyRefusal.InviteNotGood);
        var inviter = (await people.FindAsync([invite.CreatedBy], cancellation))[invite.CreatedBy];
        return Reply.Ok("You are invited to a party.", new Response(
            party.Name, party.Members.Count, new Inviter(inviter.Uid, inviter.Name, inviter.Picture), Check.NameOf(invite.Role), invite.ExpiresOn / 1000,
            party.FindMember(session.Account.Uid) is not null, party.Members.Count >= options.MembersOfAParty));
    }
}
