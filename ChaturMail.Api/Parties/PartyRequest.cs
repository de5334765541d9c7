namespace ChaturMail.Api.Parties;

/// <summary>A request about a party as a whole.</summary>
/// <param name="Id">The party's id.</param>
public sealed record PartyRequest(string? Id);

/// <summary>A request about a member of a party.</summary>
/// <param name="Id">The party's id.</param>
/// <param name="UserId">The member's.</param>
public sealed record PartyMemberRequest(string? Id, string? UserId);

/// <summary>A request about an invite that somebody was given.</summary>
/// <param name="Token">From the invite's link.</param>
public sealed record InviteTokenRequest(string? Token);
