namespace ChaturMail.Core.Language.Routing;

/// <summary>
/// Which models write the emails of each tier, in the order in which they are asked: names of providers, separated by commas, and last, if
/// at all, <c>composer</c>. Section <c>Models:Routes</c>.
/// </summary>
public sealed class RouteOptions
{
    /// <summary>For templates of the standard tier. Empty: <c>openai</c>, the other providers by name, <c>composer</c>.</summary>
    public string Standard { get; set; } = "";

    /// <summary>For templates of the economy tier. Empty: as the standard tier.</summary>
    public string Economy { get; set; } = "";

    /// <summary>
    /// For translations, which the composer and base models cannot make. Empty: those of the economy tier who can. <c>none</c>: nothing is translated.
    /// </summary>
    public string Translation { get; set; } = "";

    /// <summary>A sentence for each route that cannot work, naming its configuration key; none when all is well.</summary>
    /// <param name="providers">The names of the configured providers.</param>
    public IEnumerable<string> Validate(IReadOnlyCollection<string> providers)
    {
        foreach (var problem in Problems("Models:Routes:Standard", Standard, providers).Concat(Problems("Models:Routes:Economy", Economy, providers)))
            yield return problem;
        if (Read(Translation) is not { } names || IsNone(names)) yield break;
        if (names.Contains(ModelCatalog.Composer)) yield return "Models:Routes:Translation: the offline composer cannot translate.";
        foreach (var problem in Problems("Models:Routes:Translation", Translation, providers)) yield return problem;
    }

    /// <summary>Whether a route that was read is the one that turns translations off.</summary>
    internal static bool IsNone(IReadOnlyList<string> names) => names is ["none"];

    /// <summary>The names in a route, or null when it is not given.</summary>
    internal static IReadOnlyList<string>? Read(string route) => route.Length == 0 ? null
        : route.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => name.ToLowerInvariant()).ToList();

    private static IEnumerable<string> Problems(string key, string route, IReadOnlyCollection<string> providers)
    {
        if (Read(route) is not { } names) yield break;
        if (names.Count == 0) yield return $"{key} names no model.";
        foreach (var unknown in names.Where(name => name != ModelCatalog.Composer && !providers.Contains(name)).Distinct())
            yield return $"{key} names {unknown}, which is not configured: openai needs OPENAI_API_KEY, any other a section Models:Providers:{unknown}.";
        foreach (var twice in names.GroupBy(name => name).Where(group => group.Count() > 1)) yield return $"{key} names {twice.Key} twice.";
        if (names.SkipLast(1).Contains(ModelCatalog.Composer)) yield return $"{key}: composer must stand last, for it answers every request.";
    }
}

/// <summary>When a provider that keeps failing is left alone for a while. Section <c>Models</c>.</summary>
public sealed class BreakerOptions
{
    /// <summary>Calls within 30 s of which half must have failed, 2 to 10,000.</summary>
    public int BreakerFailures { get; set; } = 10;

    /// <summary>How long the provider is left alone before one call tries it again, 500 ms to 1 h.</summary>
    public TimeSpan BreakerRest { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A sentence for each setting that cannot work, naming its configuration key; none when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (BreakerFailures is < 2 or > 10_000) yield return "Models:BreakerFailures must be 2 to 10000.";
        if (BreakerRest < TimeSpan.FromSeconds(0.5) || BreakerRest > TimeSpan.FromHours(1)) yield return "Models:BreakerRest must be 500 ms to 1 h.";
    }
}

/// <summary>The share of emails that a second model writes too, for the operators to compare. Section <c>Models:Comparison</c>.</summary>
public sealed class ComparisonOptions
{
    /// <summary>The second model: a provider's name, or <c>composer</c>. Empty for none.</summary>
    public string Provider { get; set => field = value.Trim().ToLowerInvariant(); } = "";

    /// <summary>How many of a hundred emails it writes too, 0 to 100.</summary>
    public int Percent { get; set; }

    /// <summary>A sentence for each setting that cannot work, naming its configuration key; none when all is well.</summary>
    /// <param name="providers">The names of the configured providers.</param>
    public IEnumerable<string> Validate(IReadOnlyCollection<string> providers)
    {
        if (Percent is < 0 or > 100) yield return "Models:Comparison:Percent must be 0 to 100.";
        if (Percent > 0 && Provider.Length == 0) yield return "Models:Comparison:Provider is missing: Models:Comparison:Percent asks for a second model.";
        if (Provider.Length > 0 && Provider != ModelCatalog.Composer && !providers.Contains(Provider))
            yield return $"Models:Comparison:Provider names {Provider}, which is not configured.";
    }
}
