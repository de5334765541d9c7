namespace ChaturMail.Core.Emails;

/// <summary>
/// What an email cost at its model providers: all calls of the run that wrote it. What earlier runs of its job cost is in the totals and
/// budgets alone. Coins are another matter: those are the user's.
/// </summary>
/// <param name="Provider">The provider's name in the configuration.</param>
/// <param name="InputTokens">Tokens read, over all calls of the run.</param>
/// <param name="OutputTokens">Tokens written, over all calls of the run.</param>
/// <param name="IsEstimated">True when the provider did not count them for at least one call.</param>
/// <param name="CostNanoUsd">Price in billionths of a US dollar.</param>
public sealed record EmailUsage(string Provider, int InputTokens, int OutputTokens, bool IsEstimated, long CostNanoUsd)
{
    /// <summary>The usage of two calls together, under the later one's provider.</summary>
    public static EmailUsage? Sum(EmailUsage? earlier, EmailUsage? later) => earlier is null ? later : later is null ? earlier : new(
        later.Provider, earlier.InputTokens + later.InputTokens, earlier.OutputTokens + later.OutputTokens,
        earlier.IsEstimated || later.IsEstimated, earlier.CostNanoUsd + later.CostNanoUsd);
}
