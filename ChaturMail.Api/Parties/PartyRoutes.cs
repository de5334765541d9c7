using ChaturMail.Api.Http;

namespace ChaturMail.Api.Parties;

/// <summary>Routes of parties.</summary>
public static class PartyRoutes
{
    /// <summary>Adds what the routes need.</summary>
    public static void AddParties(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<PartyItems>();
        builder.Services.AddSingleton<InviteLinks>();
    }

    /// <summary>Declares the routes.</summary>
    public static void MapParties(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<PartyItem>("/party/createParty", null, "Make a party", CreateParty.Handle);
        signedIn.MapUseCase<PartyItem>("/party/getParties", null, "The user's parties, newest first", GetParties.Handle);
        signedIn.MapUseCase<PartyItem>("/party/getParty", null, "One of the user's parties", GetParty.Handle);
        signedIn.MapUseCase<PartyItem>("/party/renameParty", null, "Rename a party", RenameParty.Handle);
        signedIn.MapUseCase<NoPayload>("/party/leaveParty", null, "Leave a party", LeaveParty.Handle);
        signedIn.MapUseCase<PartyItem>("/party/removeMember", null, "Remove a member", RemoveMember.Handle);
        signedIn.MapUseCase<PartyItem>("/party/setRole", null, "Make a member an admin, or an admin a member", SetRole.Handle);
        signedIn.MapUseCase<PartyItem>("/party/handOver", null, "Make another member the owner", HandOver.Handle);
        signedIn.MapUseCase<NoPayload>("/party/deleteParty", null, "Delete a party and everything in it", DeleteParty.Handle);
        signedIn.MapUseCase<CreateInvite.Response>("/party/createInvite", null, "Invite people by a link", CreateInvite.Handle);
        signedIn.MapUseCase<InviteItem>("/party/getInvites", null, "A party's open invites", GetInvites.Handle);
        signedIn.MapUseCase<NoPayload>("/party/revokeInvite", null, "End an invite", RevokeInvite.Handle);
        signedIn.MapUseCase<GetInvite.Response>("/party/getInvite", null, "What an invite leads to", GetInvite.Handle);
        signedIn.MapUseCase<PartyItem>("/party/acceptInvite", null, "Come into a party", AcceptInvite.Handle);
    }
}
