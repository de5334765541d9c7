namespace ChaturMail.Core.Ads;

/// <summary>Coins for watching an advertisement of AdMob's. Section <c>Ads</c>.</summary>
public sealed class AdOptions
{
    /// <summary>Answers Google's callbacks; without it the route is not there.</summary>
    public bool Enabled { get; set; }

    /// <summary>
    /// The ad units whose rewards count, separated by commas: <c>ca-app-pub-…/1234567890</c>, or the number after the slash alone. Google
    /// signs the callbacks of everybody's ad units with the same keys, so without this list anybody could earn coins with their own.
    /// </summary>
    public string AdUnits { get; set; } = "";

    /// <summary>Where the keys of the callbacks are published.</summary>
    public string KeysAddress { get; set; } = "https://www.gstatic.com/admob/reward/verifier-keys.json";

    /// <summary>Coins for a reward, 0 to 10,000; with 0 what the ad unit says, up to <see cref="MostCoins"/>.</summary>
    public int Coins { get; set; } = 50;

    /// <summary>The most coins that the ad unit's own number counts for, 1 to 10,000.</summary>
    public int MostCoins { get; set; } = 250;

    /// <summary>Rewards that a user may have in a day (UTC), 1 to 1,000.</summary>
    public int MostADay { get; set; } = 10;

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (Coins is < 0 or > 10_000) yield return "Ads:Coins must be 0 to 10000.";
        if (MostCoins is < 1 or > 10_000) yield return "Ads:MostCoins must be 1 to 10000.";
        if (MostADay is < 1 or > 1000) yield return "Ads:MostADay must be 1 to 1000.";
        if (!Uri.TryCreate(KeysAddress, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            yield return "Ads:KeysAddress must be an absolute address.";
        if (Enabled && !Units().Any())
            yield return "Ads:AdUnits is missing: name the ad units whose rewards count. Google signs the callbacks of everybody's ad units alike.";
        else if (Units().Any(unit => unit.Length == 0 || !unit.All(char.IsAsciiDigit)))
            yield return "Ads:AdUnits must hold ad units such as ca-app-pub-0000000000000000/1234567890, separated by commas.";
    }

    /// <summary>True when the rewards of this ad unit count.</summary>
    /// <param name="adUnit">As it stands in a callback: the number alone.</param>
    public bool Counts(string adUnit) => Units().Contains(adUnit, StringComparer.Ordinal);

    private IEnumerable<string> Units() => AdUnits.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        .Select(unit => unit[(unit.LastIndexOf('/') + 1)..]);
}
