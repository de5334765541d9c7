using ChaturMail.Api.Http;
using ChaturMail.Core.Ads;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace ChaturMail.Api.Ads;

/// <summary>
/// Takes Google's word that a user has watched an advertisement, once for each transaction. Google repeats a callback that is not answered
/// with 200, so what will not change by repeating is 200 as well, with or without coins.
/// </summary>
public static class ReceiveReward
{
    /// <summary>Handles the callback.</summary>
    public static async Task<IResult> Handle(
        HttpContext context, RewardVerifier verifier, AdOptions options, ICoinLedger ledger, TimeProvider time, ILogger<RewardVerifier> log)
    {
        // As it came over the wire: what the server makes of a query is not what was signed.
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var query = target.IndexOf('?', StringComparison.Ordinal) is var at && at >= 0 ? target[(at + 1)..] : "";
        switch (await verifier.VerifyAsync(query, context.RequestAborted))
        {
            case RewardVerification.Unavailable:
                return Reply.Error(ApiError.StoreUnavailable);
            case RewardVerification.Refused refused:
                log.LogInformation("A reward was refused: {Reason}", refused.Reason);
                return Reply.Error(ApiError.RewardNotVerified);
            case RewardVerification.Verified { Reward: var reward } when !options.Counts(reward.AdUnit):
                return NotCounted(log, "its ad unit is not in Ads:AdUnits");
            case RewardVerification.Verified { Reward: { UserId.Length: 0 } }:
                return NotCounted(log, "it names no user");
            case RewardVerification.Verified { Reward: var reward }:
                return await CountAsync(reward, options, ledger, time, log, context.RequestAborted);
            case var other:
                throw new InvalidOperationException($"The verifier answered with {other.GetType().Name}.");
        }
    }

    private static async Task<IResult> CountAsync(
        AdReward reward, AdOptions options, ICoinLedger ledger, TimeProvider time, ILogger log, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var coins = options.Coins > 0 ? options.Coins : Math.Min(reward.Amount, options.MostCoins);
        if (coins == 0) return NotCounted(log, "its ad unit gives none");
        var change = await ledger.ApplyAsync(
            new CoinEntry($"reward:{reward.TransactionId}", reward.UserId, CoinKind.Reward, coins, 0, reward.TransactionId, now),
            new CoinCap(options.MostADay, new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero)), cancellation);
        return change switch
        {
            CoinChange.Applied => Reply.Ok("The reward was counted."),
            CoinChange.AlreadyApplied => Reply.Ok("The reward was counted before."),
            CoinChange.TooMany => NotCounted(log, "its user has had as many as a day allows"),
            _ => NotCounted(log, "there is no such user"),
        };
    }

    private static IResult NotCounted(ILogger log, string why)
    {
        log.LogInformation("A reward was not counted: {Reason}", why);
        return Reply.Ok("The reward was not counted.");
    }
}
