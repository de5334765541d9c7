namespace ChaturMail.Core.Spending;

/// <summary>
/// What coins bring in, as far as the product can tell: an estimate for the operators' report. What was really paid stands in the accounts of
/// the shops and of the advertising network. Section <c>Revenue</c>.
/// </summary>
public sealed class RevenueOptions
{
    private const long Most = 1_000_000_000;

    /// <summary>Millionths of a US dollar for an advertisement that was watched, 0 to 1,000,000,000.</summary>
    public long PerReward { get; set; }

    /// <summary>Millionths of a US dollar for a coin that was bought, 0 to 1,000,000,000.</summary>
    public long PerPurchasedCoin { get; set; }

    /// <summary>A sentence for each setting that cannot work, naming its configuration key; none when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (PerReward is < 0 or > Most) yield return "Revenue:PerReward must be 0 to 1000000000.";
        if (PerPurchasedCoin is < 0 or > Most) yield return "Revenue:PerPurchasedCoin must be 0 to 1000000000.";
    }
}
