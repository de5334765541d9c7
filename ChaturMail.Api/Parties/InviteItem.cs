using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>An open invite, without its link, which nobody can show again.</summary>
/// <param name="Role">What those who come by it may do.</param>
/// <param name="UserId">Who made it.</param>
/// <param name="Uses">How many have come by it.</param>
/// <param name="MostUses">How many may.</param>
/// <param name="CreatedOn">Unix seconds.</param>
/// <param name="ExpiresOn">Unix seconds.</param>
public sealed record InviteItem(string Id, string Role, string UserId, int Uses, int MostUses, long CreatedOn, long ExpiresOn)
{
    /// <summary>The wire form of an invite.</summary>
    public static InviteItem Of(PartyInvite invite) => new(
        invite.Id, Check.NameOf(invite.Role), invite.CreatedBy, invite.Uses, invite.MostUses, invite.CreatedOn / 1000, invite.ExpiresOn / 1000);
}

/// <summary>Makes the links of invites: to the web app, which asks for a sign-in where there is none.</summary>
public sealed class InviteLinks(PublicAddress address)
{
    /// <summary>The link of a token, which stands in the fragment: browsers send that to nobody.</summary>
    public string Of(string token, HttpRequest http) => $"{address.Of(http)}/#/join/{token}";
}
