using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Cloud;

/// <summary>The AppHost's model, read without starting anything: no container runtime is needed.</summary>
public sealed class AppHostModelTests
{
    private static readonly string[] Publish = ["--operation", "publish", "--publisher", "manifest", "--output-path", "unused.json"];

    [Fact]
    public async Task InRunModeThereAreTwoOfEachServiceAndADatabaseForEachPurpose()
    {
        await using var host = await HostAsync();
        var model = Model(host);
        foreach (var name in new[] { "api", "worker" })
        {
            var service = One<ProjectResource>(model, name);
            Assert.Equal(2, service.Annotations.OfType<ReplicaAnnotation>().Single().Replicas);
            Assert.NotEmpty(service.Annotations.OfType<HealthCheckAnnotation>());
            // Aspire gives it the dashboard's OTLP address.
            Assert.NotEmpty(service.Annotations.OfType<OtlpExporterAnnotation>());
            Assert.Equal(
                ["chaturmail", "redis", "redis-cache"],
                service.Annotations.OfType<WaitAnnotation>().Where(wait => wait.WaitType == WaitType.WaitUntilHealthy).Select(wait => wait.Resource.Name)
                    .Where(waited => waited != "mongo").Distinct().Order(StringComparer.Ordinal));
        }

        Assert.Equal(["api"], model.Resources.OfType<ProjectResource>().Where(p => p.GetEndpoints().Any(e => e.EndpointAnnotation.IsExternal)).Select(p => p.Name));
        Assert.Equal("chaturmail-mongo", Volume(One<MongoDBServerResource>(model, "mongo")));
        Assert.Equal("chaturmail-redis", Volume(One<RedisResource>(model, "redis")));
        Assert.Empty(One<RedisResource>(model, "redis-cache").Annotations.OfType<ContainerMountAnnotation>());
    }

    [Fact]
    public async Task TheQueueIsAppendOnlyAndTheCacheKeepsNothing()
    {
        await using var host = await HostAsync();
        var queue = await ArgumentsAsync(host, One<RedisResource>(Model(host), "redis"));
        Assert.Equal("yes", queue[queue.IndexOf("--appendonly") + 1]);
        Assert.Equal("noeviction", queue[queue.IndexOf("--maxmemory-policy") + 1]);
        var cache = await ArgumentsAsync(host, One<RedisResource>(Model(host), "redis-cache"));
        Assert.DoesNotContain("--appendonly", cache);
        Assert.Equal("", cache[cache.IndexOf("--save") + 1]);
    }

    [Fact]
    public async Task InRunModeADeveloperNeedsNoSecret()
    {
        await using var host = await HostAsync();
        // The databases' passwords are made up.
        Assert.All(Model(host).Resources.OfType<ParameterResource>(), parameter => Assert.NotNull(parameter.Default));
        foreach (var name in new[] { "api", "worker" })
        {
            var variables = await VariablesAsync(host, One<ProjectResource>(Model(host), name));
            Assert.Equal("Development", variables["ASPNETCORE_ENVIRONMENT"]);
            Assert.True(Path.IsPathFullyQualified((string)variables["DATA_DIR"]));
            Assert.All(new[] { "JWT_KEY", "PROJECT_ID", "OPENAI_API_KEY", "DB_URI" }, secret => Assert.DoesNotContain(secret, variables.Keys));
        }
    }

    [Fact]
    public async Task ADeveloperWhoHasAKeyMayGiveIt()
    {
        await using var host = await HostAsync("--Parameters:openai-api-key=sk-developer");
        Assert.Contains("OPENAI_API_KEY", (await VariablesAsync(host, One<ProjectResource>(Model(host), "worker"))).Keys);
        Assert.DoesNotContain("OPENAI_API_KEY", (await VariablesAsync(host, One<ProjectResource>(Model(host), "api"))).Keys);
    }

    [Fact]
    public async Task TheDashboardOffersItsCommands()
    {
        await using var host = await HostAsync();
        var model = Model(host);
        Assert.Contains("seed-demo-data", Commands(One<ProjectResource>(model, "api")));
        Assert.Contains("drain-queue", Commands(One<ProjectResource>(model, "worker")));
        Assert.Contains("retry-dead-letters", Commands(One<ProjectResource>(model, "worker")));
        foreach (var (name, words) in new[] { ("drain-queue", "queue drain"), ("retry-dead-letters", "queue dead retry --all") })
        {
            var program = One<ProjectResource>(model, name);
            Assert.NotEmpty(program.Annotations.OfType<ExplicitStartupAnnotation>());
            Assert.Equal(words, string.Join(' ', await ArgumentsAsync(host, program)));
            // The worker's own environment, but for the port that only a service listens on.
            var worker = await VariablesAsync(host, One<ProjectResource>(model, "worker"));
            Assert.All(
                (await VariablesAsync(host, program)).Keys.Where(key => !key.StartsWith("OTEL_", StringComparison.Ordinal)), key => Assert.Contains(key, worker.Keys));
        }
    }

    [Fact]
    public async Task InPublishModeSecretsAreParametersAndNothingIsOfADevelopersMachine()
    {
        await using var host = await HostAsync(Publish);
        var model = Model(host);
        Assert.Equal(
            ["atlas-connection", "firebase-private-key", "firebase-private-key-id", "jwt-key", "openai-api-key"],
            model.Resources.OfType<ParameterResource>().Where(parameter => parameter.Secret).Select(parameter => parameter.Name).Order(StringComparer.Ordinal));
        Assert.Equal(["api", "worker"], model.Resources.OfType<ProjectResource>().Select(project => project.Name).Order(StringComparer.Ordinal));
        foreach (var name in new[] { "api", "worker" })
        {
            var variables = await VariablesAsync(host, One<ProjectResource>(model, name));
            Assert.DoesNotContain("ASPNETCORE_ENVIRONMENT", variables.Keys);
            Assert.DoesNotContain("DATA_DIR", variables.Keys);
            Assert.DoesNotContain("ASPNETCORE_FORWARDEDHEADERS_ENABLED", variables.Keys);
        }
    }

    private static async Task<DistributedApplication> HostAsync(params string[] arguments)
    {
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.ChaturMail_AppHost>(arguments);
        return await builder.BuildAsync();
    }

    private static DistributedApplicationModel Model(DistributedApplication host) => host.Services.GetRequiredService<DistributedApplicationModel>();

    private static T One<T>(DistributedApplicationModel model, string name) where T : IResource =>
        Assert.Single(model.Resources.OfType<T>(), resource => resource.Name == name);

    private static string? Volume(IResource resource) => resource.Annotations.OfType<ContainerMountAnnotation>().Single().Source;

    private static IEnumerable<string> Commands(ProjectResource resource) => resource.Annotations.OfType<ResourceCommandAnnotation>().Select(command => command.Name);

    // The callbacks themselves: values of endpoints that nobody has started stay what they are.
    private static async Task<Dictionary<string, object>> VariablesAsync(DistributedApplication host, ProjectResource resource)
    {
        var context = new EnvironmentCallbackContext(host.Services.GetRequiredService<DistributedApplicationExecutionContext>(), resource);
        foreach (var callback in resource.Annotations.OfType<EnvironmentCallbackAnnotation>()) await callback.Callback(context);
        return context.EnvironmentVariables;
    }

    private static async Task<List<string>> ArgumentsAsync(DistributedApplication host, IResource resource)
    {
        var context = new CommandLineArgsCallbackContext([], resource) { ExecutionContext = host.Services.GetRequiredService<DistributedApplicationExecutionContext>() };
        foreach (var callback in resource.Annotations.OfType<CommandLineArgsCallbackAnnotation>()) await callback.Callback(context);
        return [.. context.Args.Select(argument => argument.ToString()!)];
    }
}
