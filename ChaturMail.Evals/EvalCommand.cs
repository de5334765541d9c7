using System.Text;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.Completions;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Prompts;
using ChaturMail.Evals.Reports;
using ChaturMail.ServiceDefaults;
using Microsoft.Extensions.Configuration;

namespace ChaturMail.Evals;

/// <summary>The program: arguments in, table and report out, exit code as <see cref="EvalArguments.Help"/> says.</summary>
internal static class EvalCommand
{
    private const string Composer = "composer";

    /// <summary>Runs it.</summary>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> args, IConfiguration configuration, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken cancellation)
    {
        try
        {
            if (EvalArguments.Read(args) is not { } arguments)
            {
                await output.WriteLineAsync(EvalArguments.Help);
                return 0;
            }

            return await RunAsync(arguments, configuration, output, errors, time, cancellation);
        }
        catch (Exception e) when (e is InputException or StartupException or PromptFileException)
        {
            await errors.WriteLineAsync(e.Message);
            return 2;
        }
    }

    private static async Task<int> RunAsync(
        EvalArguments arguments, IConfiguration configuration, TextWriter output, TextWriter errors, TimeProvider time, CancellationToken cancellation)
    {
        var catalog = PromptCatalog.Load(Path.Combine(AppContext.BaseDirectory, "prompts"));
        var items = arguments.Inputs.SelectMany(path => InputFile.Read(path, catalog)).Concat(arguments.Own ? InputFile.Own(catalog) : []).ToList();
        if (items.GroupBy(i => i.Id).FirstOrDefault(g => g.Count() > 1) is { } twice) throw new InputException($"Two input files have one name: {twice.Key}.");
        var earlier = arguments.Compare is { } old ? EvalReport.Read(old) : null;

        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var readiness = arguments.Judge is { } judge ? new SendReadiness(Provider(judge, configuration), http) : null;
        var model = Model(arguments.Model, catalog, configuration, time);
        using var owned = model as IDisposable;
        var run = new EvalRun(catalog, model, arguments.Model == Composer, readiness, time);
        var results = await run.RunAsync(items, arguments, (done, of) => errors.WriteLine($"{done} of {of}"), cancellation);
        var report = new EvalReport { Date = time.GetUtcNow(), Model = arguments.Model, Threshold = arguments.Threshold, Items = results };

        await output.WriteAsync(Tables.Text(report));
        if (arguments.Out is { } file) Write(file, report.ToJson() + "\n");
        if (arguments.Markdown is { } markdown) Write(markdown, Tables.Markdown(report));
        if (earlier is not null) await output.WriteAsync(Comparison.Text(earlier, report));
        var below = report.Below();
        await output.WriteLineAsync(below.Count == 0
            ? FormattableString.Invariant($"Every template passes {arguments.Threshold} % of its checks.")
            : FormattableString.Invariant($"Below {arguments.Threshold} %: {string.Join(", ", below)}."));
        return below.Count == 0 ? 0 : 1;
    }

    private static ILanguageModel Model(string name, PromptCatalog catalog, IConfiguration configuration, TimeProvider time)
    {
        if (name == Composer) return new OfflineComposer(catalog);
        var options = Provider(name, configuration);
        return options.Kind == ProviderKind.Completions ? new CompletionsModel(options, time) : new OpenAiModel(options, time);
    }

    /// <summary>The provider of this name, from the same settings as the product's.</summary>
    private static ProviderOptions Provider(string name, IConfiguration configuration)
    {
        var section = name == ProviderOptions.OpenAi ? "OpenAI" : $"Models:Providers:{name}";
        if (name != ProviderOptions.OpenAi && !configuration.GetSection(section).Exists())
            throw new StartupException($"There is no model {name}: it is {Composer}, {ProviderOptions.OpenAi}, or a provider that has settings {section}.");
        return configuration.ReadOptions<ProviderOptions>(section, options =>
        {
            options.Name = name;
            if (name == ProviderOptions.OpenAi) options.ApiKey = configuration["OPENAI_API_KEY"] ?? options.ApiKey;
            return options.Validate();
        });
    }

    private static void Write(string path, string text)
    {
        try
        {
            if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder) Directory.CreateDirectory(folder);
            File.WriteAllText(path, text, new UTF8Encoding(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be written: {e.Message}");
        }
    }
}
