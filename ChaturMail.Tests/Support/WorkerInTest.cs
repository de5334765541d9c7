using ChaturMail.Core.Language;
using ChaturMail.ServiceDefaults;
using ChaturMail.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Tests.Support;

/// <summary>A Worker in this process, put together as the program is, with a model of the test's own.</summary>
internal sealed class WorkerInTest : IAsyncDisposable
{
    private readonly IHost _host;

    private WorkerInTest(IHost host) => _host = host;

    /// <param name="environment">What the Worker's process would get.</param>
    public static async Task<WorkerInTest> StartAsync(ILanguageModel model, IEnumerable<(string Name, string Value)> environment)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = Environments.Development });
        builder.Configuration.AddInMemoryCollection(environment.Select(
            variable => KeyValuePair.Create(variable.Name.Replace("__", ":", StringComparison.Ordinal), (string?)variable.Value)));
        builder.AddServiceDefaults("ChaturMail.Worker");
        builder.Logging.ClearProviders();
        builder.AddStoreAndQueue(workersElsewhere: false, requestsElsewhere: true);
        builder.AddGeneration();
        builder.AddMail();
        builder.AddWorkspaces();
        builder.AddGenerationWorker();
        builder.Services.AddSingleton(model);
        var worker = new WorkerInTest(builder.Build());
        await worker._host.StartAsync();
        return worker;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
