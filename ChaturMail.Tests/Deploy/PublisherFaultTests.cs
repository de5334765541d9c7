using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Deploy;

/// <summary>Aspire's publisher has faults that the AppHost works round (docs/decisions/0007). Each would come back unnoticed without its test.</summary>
public sealed partial class PublisherFaultTests
{
    [Fact]
    public void EveryValueThatATemplateReadsIsInTheValuesAndTheOtherWayRound()
    {
        // The publisher's own values.yaml names secrets by variable, its templates by parameter.
        var read = ChartFiles.Templates.SelectMany(template => ValuePath().Matches(template.Text)).Select(match => match.Groups[1].Value).ToHashSet();
        var leaves = Leaves(ChartFiles.Values, "").ToHashSet();
        Assert.All(read, path => Assert.True(Find(path), $"{path} is not in values.yaml"));
        Assert.All(leaves, leaf => Assert.Contains(read, path => leaf == path || leaf.StartsWith(path + ".", StringComparison.Ordinal)));

        static bool Find(string path)
        {
            JsonNode? node = ChartFiles.Values;
            foreach (var part in path.Split('.'))
                if (node is not JsonObject map || !map.TryGetPropertyValue(part, out node)) return false;
            return true;
        }
    }

    [Theory]
    [MemberData(nameof(ChartFiles.Renderings), MemberType = typeof(ChartFiles))]
    public void NoSecretIsMadeFromValues(string rendering)
    {
        Assert.DoesNotContain(ChartFiles.Rendered(rendering), item => item.Kind() == "Secret");
        // Names of Secrets, as Kubernetes takes them: a key or password would hardly pass for one.
        Assert.All(ChartFiles.Values["secrets"]!.AsObject(), pair => Assert.Matches("^chaturmail[a-z-]*$", pair.Value!.GetValue<string>()));
    }

    [Fact]
    public void NoAddressIsMadeOfAPassword()
    {
        // Put in as it is, a password with @ or / would end the address's host. The whole address is in the Secret instead (DB_URI).
        Assert.DoesNotContain(ChartFiles.Templates, template => CredentialsInAddress().IsMatch(template.Text));
        foreach (var rendering in new[] { "default", "atlas" })
            Assert.DoesNotMatch(CredentialsInAddress(), Repository.Read($"deploy/helm/rendered/{rendering}.yaml"));
        // The manifest's are encoded by whoever deploys from it.
        foreach (Match password in ManifestPassword().Matches(Repository.Read("aspire-manifest.json")))
            Assert.EndsWith("-uri-encoded.value}", password.Groups[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void TheExternalEndpointHasAnIngress()
    {
        var items = ChartFiles.Rendered("default");
        var manifest = JsonNode.Parse(Repository.Read("aspire-manifest.json"))!["resources"]!.AsObject();
        var external = manifest.Where(resource => resource.Value!["bindings"]?.AsObject().Any(binding => binding.Value!["external"]?.GetValue<bool>() == true) == true);
        Assert.Equal(["api"], external.Select(resource => resource.Key));

        var rule = Assert.Single(Assert.Single(items, item => item.Kind() == "Ingress")["spec"]!.List("rules"));
        var backend = Assert.Single(rule["http"]!.List("paths"))["backend"]!["service"]!;
        var service = items.One("Service", backend.Text("name"));
        var port = Assert.Single(service["spec"]!.List("ports"), port => port.Text("name") == backend["port"]!.Text("name"));
        var api = items.Pods().Single(pod => pod.Name == "api");
        Assert.Contains(api.Container.List("ports"), container => container.Text("name") == port.Text("targetPort"));
    }

    [Theory]
    [InlineData("mongo", "/data/db")]
    [InlineData("redis", "/data")]
    public void ADatabaseKeepsItsDataOnAClaim(string name, string path)
    {
        var (_, workload, pod, container) = ChartFiles.Rendered("default").Pods().Single(pod => pod.Name == name);
        var mount = Assert.Single(container.List("volumeMounts"), mount => mount.Text("mountPath") == path);
        var claim = Assert.Single(workload["spec"]!.List("volumeClaimTemplates"), claim => claim.Name() == mount.Text("name"));
        Assert.NotEmpty(claim["spec"]!["resources"]!["requests"]!.Text("storage"));
        Assert.DoesNotContain(pod.List("volumes"), volume => volume.Text("name") == mount.Text("name"));
    }

    [Theory]
    [MemberData(nameof(ChartFiles.Renderings), MemberType = typeof(ChartFiles))]
    public void EachStatefulSetNamesItsService(string rendering)
    {
        var items = ChartFiles.Rendered(rendering);
        foreach (var (_, set, _, _) in items.Pods().Where(pod => pod.Workload.Kind() == "StatefulSet"))
        {
            var service = items.One("Service", set["spec"]!.Text("serviceName"));
            Assert.True(JsonNode.DeepEquals(service["spec"]!["selector"], set["spec"]!["selector"]!["matchLabels"]));
        }
    }

    [Fact]
    public void AnImageHasRegistryRepositoryAndTagOrDigestOutOfTheValues()
    {
        var release = typeof(ChaturMail.Api.ApiApplication).Assembly.GetName().Version!.ToString(3);
        var version = ChartFiles.Rendered("default").Pods().ToDictionary(pod => pod.Name, pod => pod.Container.Text("image"));
        Assert.Equal($"registry.example.com/chaturmail/api:{release}", version["api"]);
        Assert.Equal($"registry.example.com/chaturmail/worker:{release}", version["worker"]);
        Assert.All(version.Values, image => Assert.Matches("^[a-z.]+/[a-z/]+:[0-9][0-9.]*$", image));
        var digest = ChartFiles.Rendered("atlas").Pods().ToDictionary(pod => pod.Name, pod => pod.Container.Text("image"));
        Assert.Matches("^registry.example.com/chaturmail/api@sha256:[0-9a-f]{64}$", digest["api"]);
        Assert.Matches("^registry.example.com/chaturmail/worker@sha256:[0-9a-f]{64}$", digest["worker"]);
        Assert.DoesNotContain(ChartFiles.Templates, template => template.Text.Contains("latest", StringComparison.Ordinal));
    }

    [Fact]
    public void AProbesSchemeIsInCapitals()
    {
        var probes = ChartFiles.Rendered("default").Pods()
            .SelectMany(pod => new[] { "startupProbe", "livenessProbe", "readinessProbe" }.Select(name => pod.Container[name]?["httpGet"]))
            .OfType<JsonObject>().ToList();
        Assert.Equal(6, probes.Count);
        Assert.All(probes, probe => Assert.Equal("HTTP", probe.Text("scheme")));
    }

    [Fact]
    public void VolumesHaveFixedNames()
    {
        var (mounts, volumes) = (new HashSet<string>(), new HashSet<string>());
        foreach (var (_, workload, pod, container) in ChartFiles.Rendered("default").Pods())
        {
            mounts.UnionWith(container.List("volumeMounts").Select(mount => mount.Text("name")));
            volumes.UnionWith(pod.List("volumes").Select(volume => volume.Text("name")));
            volumes.UnionWith(workload["spec"]!.List("volumeClaimTemplates").Select(claim => claim.Name()));
        }

        Assert.Equal(["configdb", "data", "tmp"], mounts.Order(StringComparer.Ordinal));
        Assert.Equal(mounts.Order(StringComparer.Ordinal), volumes.Order(StringComparer.Ordinal));
        var manifest = JsonNode.Parse(Repository.Read("aspire-manifest.json"))!["resources"]!.AsObject();
        Assert.Equal(
            ["chaturmail-mongo", "chaturmail-redis"],
            manifest.SelectMany(resource => resource.Value!.List("volumes")).Select(volume => volume.Text("name")).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ThereIsNoDashboardAndNothingThatThePublisherMakesUp()
    {
        var items = ChartFiles.Rendered("default");
        Assert.Equal(["api", "mongo", "redis", "redis-cache", "worker"], items.Pods().Select(pod => pod.Name).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(ChartFiles.Templates, template => template.Text.Contains(".Values.config.", StringComparison.Ordinal)
            || template.Text.Contains(".Values.parameters.", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Leaves(JsonObject map, string prefix) => map.SelectMany(pair =>
        pair.Value is JsonObject { Count: > 0 } inner ? Leaves(inner, prefix + pair.Key + ".") : [prefix + pair.Key]);

    [GeneratedRegex(@"\.Values\.([A-Za-z0-9_.]+)")]
    private static partial Regex ValuePath();

    [GeneratedRegex(@"://[^/\n""]*:[^/\n""]*@|password=")]
    private static partial Regex CredentialsInAddress();

    [GeneratedRegex(@"://[^""]*:(\{[^}]*\})@")]
    private static partial Regex ManifestPassword();
}
