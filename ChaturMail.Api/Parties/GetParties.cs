using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Parties;

/// <summary>Lists the parties that the user is in, newest first, a page at a time.</summary>
public static class GetParties
{
    /// <param name="Limit">Parties in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(int? Limit, string? Cursor);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request? request, SessionUser session, PartyMembership membership, PartyItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        var uid = session.Account.Uid;
        var page = await membership.ListAsync(uid, limit, after is null ? null : new DocumentCursor(after.CreatedOn, after.Id), cancellation);
        var list = new List<PartyItem>(page.Count);
        foreach (var party in page) list.Add(await items.OfAsync(party, uid, cancellation));
        return Reply.List("Your parties.", list, PageFields.Next(page, limit, party => new EmailCursor(party.CreatedOn, party.Id)));
    }
}
