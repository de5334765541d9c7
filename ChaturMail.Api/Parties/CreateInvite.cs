using ChaturMail.Api.Http;
using ChaturMail.Core;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Makes an invite and answers with its link, as text and as a QR code. It is shown here alone: what is kept is a digest.</summary>
public static class CreateInvite
{
    /// <param name="Id">The party's id.</param>
    /// <param name="Role"><c>admin</c> or <c>member</c>; member when absent.</param>
    /// <param name="Uses">How many people may come by it, 1 to 100; 1 when absent.</param>
    /// <param name="Hours">For how long it is good, 1 to 720; 168 when absent.</param>
    public sealed record Request(string? Id, string? Role, int? Uses, int? Hours);

    /// <param name="Invite">As getInvites lists it.</param>
    /// <param name="Token">What getInvite and acceptInvite take.</param>
    /// <param name="Link">Opens the web app with the token.</param>
    /// <param name="QrSvg">The link as a picture.</param>
    public sealed record Response(InviteItem Invite, string Token, string Link, string QrSvg);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, PartyInvites invites, InviteLinks links, HttpRequest http, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        var role = PartyFields.Role(check, request.Role) ?? PartyRole.Member;
        if (request.Uses is < 1 or > PartyInvite.MostPeople) check.Fail($"The field 'uses' must be 1 to {PartyInvite.MostPeople}.");
        if (request.Hours is < 1 or > Limits.InviteHours) check.Fail($"The field 'hours' must be 1 to {Limits.InviteHours}.");
        if (check.Failure is { } failure) return failure;

        var life = request.Hours is { } hours ? TimeSpan.FromHours(hours) : PartyInvite.UsualLife;
        var result = await invites.CreateAsync(id, session.Account.Uid, role, request.Uses ?? 1, life, cancellation);
        if (result is not { Invite: { } invite, Token: { } token }) return PartyErrors.Reply(result.Refusal!);
        var link = links.Of(token, http);
        return Reply.Ok("The invite was made. Its link is shown this once.", new Response(InviteItem.Of(invite), token, link, QrSvg.Of(link)));
    }
}
