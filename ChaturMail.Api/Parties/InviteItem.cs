using ChaturMail.Api.Http;
using ChaturMail.Api.Web;
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
public sealed class InviteLinks
{
    private readonly string? _address;

    /// <summary>Links to where the settings say the web app is.</summary>
    public InviteLinks(WebOptions options, IConfiguration configuration)
    {
        var address = options.PublicAddress.Length > 0 ? options.PublicAddress : configuration["PUBLIC_URL"];
        _address = string.IsNullOrEmpty(address) ? null : address.TrimEnd('/');
    }

    /// <summary>The link of a token; without a setting to the address by which the server was reached. The token stands in the fragment, which browsers send to nobody.</summary>
    public string Of(string token, HttpRequest http) => $"{_address ?? $"{http.Scheme}://{http.Host}"}/#/join/{token}";
}
