using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Language.Routing;

/// <summary>The models of this deployment: their names, and the route of each tier.</summary>
public sealed class ModelCatalog
{
    /// <summary>Name of the offline composer, which is always there.</summary>
    public const string Composer = "composer";

    private readonly IReadOnlyList<string> _standard;
    private readonly IReadOnlyList<string> _economy;

    /// <summary>The catalog of a configuration that <see cref="RouteOptions.Validate"/> finds nothing wrong with.</summary>
    public ModelCatalog(IReadOnlyCollection<ProviderOptions> providers, RouteOptions routes)
    {
        var ordered = providers.OrderByDescending(p => p.Name == ProviderOptions.OpenAi).ThenBy(p => p.Name, StringComparer.Ordinal).ToList();
        _standard = RouteOptions.Read(routes.Standard) ?? [.. ordered.Select(p => p.Name), Composer];
        _economy = RouteOptions.Read(routes.Economy) ?? _standard;
        var chats = providers.Where(p => p.Kind == ProviderKind.Chat).Select(p => p.Name).ToHashSet();
        var translation = RouteOptions.Read(routes.Translation) ?? _economy;
        Translation = RouteOptions.IsNone(translation) ? [] : [.. translation.Where(chats.Contains)];
        All =
        [
            .. ordered.Select(p => new ConfiguredModel(p.Name, p.Model, p.Name == _standard[0])),
            new ConfiguredModel(Composer, OfflineComposer.ModelName, Composer == _standard[0]),
        ];
    }

    /// <summary>Every model that a request may name, the composer last.</summary>
    public IReadOnlyList<ConfiguredModel> All { get; }

    /// <summary>The names of the models that translate, in the order in which they are asked; none where nothing is translated.</summary>
    public IReadOnlyList<string> Translation { get; }

    /// <summary>True when a request may name this model.</summary>
    public bool Has(string name) => All.Any(model => model.Name == name);

    /// <summary>The names of the models that write a tier's emails, in the order in which they are asked.</summary>
    public IReadOnlyList<string> Route(PromptTier tier) => tier == PromptTier.Economy ? _economy : _standard;
}

/// <summary>One model that a request may name.</summary>
/// <param name="Name">The name in the configuration.</param>
/// <param name="Model">The model's name at its provider.</param>
/// <param name="IsDefault">True when it is the first to be asked where a request names none.</param>
public sealed record ConfiguredModel(string Name, string Model, bool IsDefault);
