using System.Security.Cryptography;
using System.Text;
using ChaturMail.Api.Emails;
using ChaturMail.Api.Http;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Gives a user coins, or takes some; never below zero. Sent again with the same <c>Idempotency-Key</c> for the same user it counts once.</summary>
public static class ChangeCoins
{
    /// <param name="Uid">Whose coins.</param>
    /// <param name="Coins">How many; negative to take them.</param>
    /// <param name="Reason">Stands in the audit trail and in the user's coin history.</param>
    public sealed record Request(string? Uid, long? Coins, string? Reason);

    /// <param name="AvailableTokens">The user's coins now.</param>
    /// <param name="Applied">False when the request had come before: nothing moved.</param>
    public sealed record Response(string Uid, long AvailableTokens, bool Applied);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, HttpRequest http, ICoinLedger ledger, IUserStore users, OperatorActions actions, TimeProvider time,
        CancellationToken cancellation)
    {
        var check = new Check();
        var uid = check.Required("uid", request.Uid, Limits.Uid);
        var coins = request.Coins ?? 0;
        if (coins is 0 or > Limits.CoinsAtOnce or < -Limits.CoinsAtOnce)
            check.Fail($"The field 'coins' must be 1 to {Limits.CoinsAtOnce}, or as many below zero to take them.");
        var reason = check.Required("reason", request.Reason, Limits.Reason);
        var key = EmailRequestReader.IdempotencyKey(http, check);
        if (check.Failure is { } failure) return failure;
        if (await users.FindAsync(uid, cancellation) is null) return Reply.Error(ApiError.UserNotFound);

        var line = await actions.NoteAsync(session, "coins.change", uid, $"{coins}: {reason}", cancellation);
        var id = "admin:" + (key is null ? line : NameOf(session.Account.Uid, uid, key));
        var change = await ledger.ApplyAsync(new CoinEntry(id, uid, CoinKind.Grant, coins, 0, reason, time.GetUtcNow()), null, cancellation);
        if (change is not CoinChange.Applied) await actions.NoteFailureAsync(session, "coins.change", uid, line, change.ToString());
        switch (change)
        {
            case CoinChange.NoUser: return Reply.Error(ApiError.UserNotFound);
            case CoinChange.InsufficientCoins or CoinChange.TooMany:
                return Reply.Error(ApiError.InsufficientCoins, "The user has fewer coins than that. Nothing was taken.");
        }

        var now = await users.FindAsync(uid, cancellation);
        return Reply.Ok(
            change == CoinChange.Applied ? "The coins were changed." : "This was done before; nothing moved.",
            new Response(uid, now?.AvailableTokens ?? 0, change == CoinChange.Applied));
    }

    // A key may be longer than a movement's name.
    private static string NameOf(string actor, string uid, string key) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{actor}\n{uid}\n{key}")));
}
