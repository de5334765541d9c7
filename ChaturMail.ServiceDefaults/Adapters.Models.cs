using ChaturMail.Core.Accounts;
using ChaturMail.Core.Content;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Completions;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Limits;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.ServiceDefaults;

/// <summary>The language models: one provider for each section, the routes over them, their budgets, and the offline composer.</summary>
public static partial class Adapters
{
    private const string Providers = "Models:Providers";

    /// <summary>
    /// Adds the templates, what coins buy, and the language models: OpenAI when <c>OPENAI_API_KEY</c> is set, each section <c>Models:Providers:NAME</c>, and
    /// the offline composer, which is alone without them.
    /// </summary>
    /// <param name="asksModels">False for a process that only names the models, for others run the jobs: it needs no keys.</param>
    /// <exception cref="StartupException">A provider, a route or a budget cannot work as it is configured.</exception>
    public static void AddGeneration(this IHostApplicationBuilder builder, bool asksModels = true)
    {
        var configuration = builder.Configuration;
        builder.Services.AddSingleton(PromptCatalog.Load(Path.Combine(AppContext.BaseDirectory, "prompts")));
        builder.Services.AddSingleton(s => s.GetRequiredService<QueueOptions>().ToRetryPolicy());
        builder.Services.AddSingleton(configuration.ReadOptions<CoinOptions>("Coins", o => o.Validate()));
        builder.Services.AddSingleton<ContentFeed>();
        builder.Services.AddHostedService(s => s.GetRequiredService<ContentFeed>());
        builder.Services.AddSingleton<OfferedPrompts>();
        // It has constructors for the shipped templates alone as well.
        builder.Services.AddSingleton(s => new PromptLibrary(
            s.GetRequiredService<OfferedPrompts>(), s.GetRequiredService<IOwnPromptStore>(), s.GetRequiredService<CoinOptions>(), s.GetService<SharedPrompts>()));
        AddModeration(builder);
        builder.Services.AddSingleton<GenerationPipeline>();

        var providers = ReadProviders(configuration, asksModels);
        var names = providers.Select(provider => provider.Name).ToList();
        var routes = configuration.ReadOptions<RouteOptions>("Models:Routes", o => o.Validate(names));
        var breaker = configuration.ReadOptions<BreakerOptions>("Models", o => o.Validate());
        var comparison = configuration.ReadOptions<ComparisonOptions>("Models:Comparison", o => o.Validate(names));
        builder.Services.AddSingleton(configuration.ReadOptions<BudgetOptions>("Budgets", o => o.Validate()));
        builder.Services.AddSingleton(new ModelCatalog(providers, routes));
        builder.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<ModelLedger>(s, comparison.Percent > 0));
        builder.Services.AddSingleton(s => new ModelRouter(
            s.GetRequiredService<ModelCatalog>(), [.. providers.Select(provider => ProviderOf(s, provider, breaker)), ComposerOf(s, breaker)]));
        builder.Services.AddSingleton<ILanguageModel>(s => s.GetRequiredService<ModelRouter>());
        if (comparison.Percent > 0)
        {
            builder.Services.AddSingleton(s => ActivatorUtilities.CreateInstance<ModelComparison>(
                s, s.GetRequiredService<ModelRouter>().Find(comparison.Provider)!, comparison.Percent));
        }
    }

    private static List<ProviderOptions> ReadProviders(IConfiguration configuration, bool asksModels)
    {
        var providers = new List<ProviderOptions>();
        var problems = new List<string>();
        var openAi = configuration.ReadOptions<ProviderOptions>("OpenAI", o => []);
        openAi.Name = ProviderOptions.OpenAi;
        openAi.ApiKey = configuration["OPENAI_API_KEY"] ?? openAi.ApiKey;
        // Where others ask it, its settings or a route tell that there is an OpenAI: the key is not for every process.
        if (!asksModels && string.IsNullOrEmpty(openAi.ApiKey) && (configuration.GetSection("OpenAI").Exists() || IsRouted(configuration, ProviderOptions.OpenAi)))
            openAi.ApiKey = "elsewhere";
        if (!string.IsNullOrEmpty(openAi.ApiKey)) providers.Add(openAi);
        foreach (var section in configuration.GetSection(Providers).GetChildren())
        {
            var provider = configuration.ReadOptions<ProviderOptions>(section.Path, o => []);
            provider.Name = section.Key.ToLowerInvariant();
            if (provider.Name is ProviderOptions.OpenAi or ModelCatalog.Composer) problems.Add($"{section.Path}: the name {provider.Name} is taken, choose another one.");
            else providers.Add(provider);
        }

        problems.AddRange(providers.SelectMany(provider => provider.Validate()));
        return problems.Count == 0 ? providers : throw new StartupException(problems);
    }

    private static bool IsRouted(IConfiguration configuration, string name) => configuration.GetSection("Models:Routes").GetChildren()
        .Any(route => route.Value?.Split(',', StringSplitOptions.TrimEntries).Contains(name, StringComparer.OrdinalIgnoreCase) == true);

    private static ModelProvider ProviderOf(IServiceProvider services, ProviderOptions options, BreakerOptions breaker)
    {
        var time = services.GetRequiredService<TimeProvider>();
        ILanguageModel model = options.Kind == ProviderKind.Completions
            ? new CompletionsModel(options, time)
            : new OpenAiModel(options, time);
        return Guarded(services, options, model, breaker, services.GetRequiredService<ModelLedger>());
    }

    private static ModelProvider ComposerOf(IServiceProvider services, BreakerOptions breaker) => Guarded(
        services, new ProviderOptions { Name = ModelCatalog.Composer, Model = OfflineComposer.ModelName },
        new OfflineComposer(services.GetRequiredService<PromptCatalog>()), breaker, ledger: null);

    private static ModelProvider Guarded(IServiceProvider services, ProviderOptions options, ILanguageModel model, BreakerOptions breaker, ModelLedger? ledger)
    {
        var time = services.GetRequiredService<TimeProvider>();
        var pace = new ModelPace(options.Name, options.RequestsPerMinute, services.GetRequiredService<IRateLimiter>(), time);
        return new ModelProvider(options, model, pace, breaker, ledger, time, services.GetRequiredService<ILogger<ModelProvider>>());
    }
}
