using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Makes a member of a party an admin, or an admin a member.</summary>
public static class SetRole
{
    /// <param name="Id">The party's id.</param>
    /// <param name="UserId">The member's.</param>
    /// <param name="Role"><c>admin</c> or <c>member</c>.</param>
    public sealed record Request(string? Id, string? UserId, string? Role);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, PartyService parties, PartyItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        var uid = check.Required("userId", request.UserId, Limits.Uid);
        var role = PartyFields.Role(check, check.Required("role", request.Role, Limits.Id)) ?? PartyRole.Member;
        if (check.Failure is { } failure) return failure;
        var result = await parties.SetRoleAsync(id, session.Account.Uid, uid, role, cancellation);
        return await items.AnswerAsync("The member's role was changed.", result, session, cancellation);
    }
}
