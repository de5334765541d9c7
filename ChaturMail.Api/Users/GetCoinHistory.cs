using ChaturMail.Api.Http;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Users;

/// <summary>Lists the movements of the user's coins, newest first, a page at a time.</summary>
public static class GetCoinHistory
{
    /// <param name="Limit">Movements in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(int? Limit, string? Cursor);

    /// <param name="Id">Names the movement.</param>
    /// <param name="Kind">opening, grant, reserve, settle, refund, purchase or reward.</param>
    /// <param name="Coins">Change of the coins that can be spent.</param>
    /// <param name="Spent">Change of the coins that are spent.</param>
    /// <param name="Reference">What it was for: an email's id, an advertisement's transaction, or a word; may be empty.</param>
    /// <param name="CreatedOn">Unix seconds.</param>
    public sealed record Item(string Id, string Kind, long Coins, long Spent, string Reference, long CreatedOn);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, SessionUser session, ICoinLedger ledger, CancellationToken cancellation)
    {
        var check = new Check();
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        var page = await ledger.ListAsync(session.Account.Uid, limit, after, cancellation);
        return Reply.List("Your coins.", page.Entries.Select(ItemOf).ToList(), page.Next?.Encode());
    }

    private static Item ItemOf(CoinEntry entry) => new(
        entry.Id, Check.NameOf(entry.Kind), entry.Coins, entry.Spent, entry.Reference, entry.At.ToUnixTimeSeconds());
}
