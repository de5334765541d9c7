using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Api;
using ChaturMail.ServiceDefaults;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Deploy;

/// <summary>The environment that chart and manifest give a service, held against what the service reads.</summary>
public sealed partial class VariableTests
{
    // Read by OpenTelemetry's own library.
    private static readonly string[] OfTheLibrary = ["OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"];

    // Fields of the Firebase service account beside PROJECT_ID.
    private static readonly string[] OfTheAccount = ["CLIENT_EMAIL", "PRIVATE_KEY_ID", "PRIVATE_KEY"];

    // Not in values, and so not readable by everybody who may look at a Deployment.
    private static readonly string[] Secret =
        ["JWT_KEY", "OPENAI_API_KEY", "DB_URI", "REDIS_PASSWORD", "REDIS_CACHE_PASSWORD", "PRIVATE_KEY", "PRIVATE_KEY_ID", "MONGO_INITDB_ROOT_USERNAME", "MONGO_INITDB_ROOT_PASSWORD"];

    private static readonly string Sources = string.Concat(
        Repository.Files(".cs").Where(path => !path.StartsWith("ChaturMail.Tests/", StringComparison.Ordinal) && !path.StartsWith("ChaturMail.AppHost/", StringComparison.Ordinal))
            .Select(Repository.Read));

    private static readonly JsonObject Manifest = JsonNode.Parse(Repository.Read("aspire-manifest.json"))!["resources"]!.AsObject();

    [Theory]
    [InlineData("api")]
    [InlineData("worker")]
    public void EveryVariableIsOneThatTheServicesRead(string service)
    {
        Assert.All(ChartVariables(service).Keys, name => Assert.True(IsRead(name), $"the chart sets {name}, which nobody reads"));
        Assert.All(ManifestVariables(service).Keys, name => Assert.True(IsRead(name), $"the manifest sets {name}, which nobody reads"));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("worker")]
    public void ChartAndManifestSetTheSame(string service)
    {
        string[] ofTheChart = ["ASPNETCORE_ENVIRONMENT", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "PUBLIC_URL", "Proxies__Trusted"];
        // The chart's DB_URI is the whole address; the account comes by its Secret, whatever it holds.
        string[] ofTheManifest = ["ConnectionStrings__chaturmail", "OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY", .. OfTheAccount];
        Assert.Equal(
            ManifestVariables(service).Keys.Except(ofTheManifest).Order(StringComparer.Ordinal),
            ChartVariables(service).Keys.Except(ofTheChart).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("api")]
    [InlineData("worker")]
    public void TheFirebaseAccountIsGivenToWhoChecksSignInsAndToWhoSendsPushMessages(string service)
    {
        foreach (var rendering in new[] { "default", "atlas" })
        {
            var container = ChartFiles.Rendered(rendering).Pods().Single(pod => pod.Name == service).Container;
            Assert.Contains(container.List("envFrom"), source => source["secretRef"]?.Name() == "chaturmail-firebase");
        }

        Assert.All(["PROJECT_ID", .. OfTheAccount], name => Assert.Contains(name, ManifestVariables(service).Keys));
    }

    [Fact]
    public void WhatIsSecretComesFromAnExistingSecret()
    {
        foreach (var rendering in new[] { "default", "atlas" })
        {
            var items = ChartFiles.Rendered(rendering);
            foreach (var (_, _, _, container) in items.Pods())
            {
                foreach (var (name, value) in items.Variables(container))
                    if (Secret.Contains(name)) Assert.Null(value);
                foreach (var variable in container.List("env").Where(variable => variable["valueFrom"] is not null))
                    Assert.StartsWith("chaturmail", variable["valueFrom"]!["secretKeyRef"]!.Name(), StringComparison.Ordinal);
                // The kubelet's expansion of another variable is the one value that is written here.
                foreach (var variable in container.List("env").Where(variable => variable["value"] is not null))
                    Assert.Matches(@"^\$\([A-Z_]+\)$", variable.Text("value"));
            }
        }

        foreach (var (name, resource) in Manifest.Where(resource => resource.Value!["type"]!.GetValue<string>() == "parameter.v0"))
        {
            var input = resource!["inputs"]!["value"]!;
            // Made up by whoever deploys, or asked of them.
            Assert.True(input["default"] is null || input["default"]!["value"] is null, $"{name} has a value");
            Assert.Equal(name is not ("firebase-project-id" or "firebase-client-email"), input["secret"]?.GetValue<bool>() == true);
        }

        foreach (var service in new[] { "api", "worker", "mongo", "redis", "redis-cache" })
            foreach (var (name, value) in ManifestVariables(service))
                if (Secret.Contains(name) && name != "MONGO_INITDB_ROOT_USERNAME") Assert.Matches(@"^\{[a-z-]+\.value\}$", value);
    }

    [Fact]
    public async Task WithTheChartsVariablesTheApiStartsInProduction()
    {
        using var folder = new TextFolder();
        await using var app = ApiApplication.Build(Arguments(folder.Path));
        Assert.Equal("Production", app.Environment.EnvironmentName);
    }

    [Theory]
    [InlineData("JWT_KEY")]
    [InlineData("PROJECT_ID")]
    [InlineData("REDIS_HOST")]
    public void WithoutOneThatIsRequiredItDoesNot(string required)
    {
        using var folder = new TextFolder();
        // MongoDB stands beside no embedded queue; here the plain build's store takes its place, so the queue is named.
        var fault = Assert.Throws<StartupException>(() => ApiApplication.Build([.. Arguments(folder.Path), $"--{required}=", "--Queue:Adapter=redis"]));
        Assert.Contains(required.Replace("_HOST", "_IP", StringComparison.Ordinal), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThePathsOfTheProbesAreMapped()
    {
        using var folder = new TextFolder();
        await using var app = ApiApplication.Build(Arguments(folder.Path));
        var paths = ((Microsoft.AspNetCore.Routing.IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints)
            .OfType<Microsoft.AspNetCore.Routing.RouteEndpoint>().Select(endpoint => endpoint.RoutePattern.RawText).ToList();
        Assert.Contains("/alive", paths);
        Assert.Contains("/health", paths);
    }

    // As command-line arguments, which win over whatever the machine's environment holds. MongoDB is not in this build.
    private static string[] Arguments(string folder) =>
    [
        .. TestApi.Arguments(folder, "environment=Production", "URLS=", "Storage:Adapter=sqlite"),
        .. ChartVariables("api").Select(pair => $"--{pair.Key.Replace("__", ":", StringComparison.Ordinal)}={Value(pair)}"),
    ];

    private static string Value(KeyValuePair<string, string?> variable) => variable switch
    {
        { Key: "JWT_KEY" } => new string('k', 20) + "0123456789abcdefghij",
        { Key: "DB_URI" } => "mongodb://mongo-service/chaturmail",
        { Value: null } => "given-by-a-secret",
        { Value: var value } => value,
    };

    private static Dictionary<string, string?> ChartVariables(string service)
    {
        var items = ChartFiles.Rendered("default");
        return items.Variables(items.Pods().Single(pod => pod.Name == service).Container);
    }

    private static Dictionary<string, string> ManifestVariables(string resource) =>
        Manifest[resource]!["env"]!.AsObject().ToDictionary(pair => pair.Key, pair => pair.Value!.GetValue<string>());

    private static bool IsRead(string name)
    {
        if (OfTheLibrary.Contains(name)) return true;
        if (name.StartsWith("ConnectionStrings__", StringComparison.Ordinal)) return IsQuoted($"GetConnectionString(\"{name["ConnectionStrings__".Length..]}\")");
        if (Redis().Match(name) is { Success: true } redis) return IsQuoted($"_{redis.Groups[2].Value}\"");
        var parts = name.Split("__");
        return parts.Length == 1
            ? IsQuoted($"\"{name}\"")
            : IsQuoted($"\"{parts[0]}:{parts[1]}\"") || Options().Any(section => section.Name == parts[0] && section.Type.GetProperty(parts[1]) is not null);

        bool IsQuoted(string text) => Sources.Contains(text, StringComparison.Ordinal);
    }

    private static IEnumerable<(string Name, Type Type)> Options() =>
        [("Worker", typeof(ChaturMail.Worker.WorkerOptions)), ("RateLimits", typeof(ChaturMail.Api.Http.RateLimitOptions))];

    [GeneratedRegex("^(REDIS|REDIS_CACHE)_(HOST|PORT|PASSWORD)$")]
    private static partial Regex Redis();
}
