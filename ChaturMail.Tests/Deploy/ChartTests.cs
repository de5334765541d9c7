using System.Text.Json.Nodes;
using ChaturMail.Api.Emails;
using ChaturMail.Api.Http;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Core.Redis;
using ChaturMail.ServiceDefaults;
using ChaturMail.Tests.Support;
using ChaturMail.Worker;

namespace ChaturMail.Tests.Deploy;

/// <summary>The committed chart, held against the code that it starts and against what Kubernetes makes of it.</summary>
public sealed class ChartTests
{
    public static TheoryData<string> Renderings => ChartFiles.Renderings;

    [Theory, MemberData(nameof(Renderings))]
    public void TheRenderingIsOfTheCommittedChart(string rendering) => Assert.True(
        Repository.Read($"deploy/helm/rendered/{rendering}.yaml").Contains($"# {ChartFiles.Sum()}\n", StringComparison.Ordinal),
        "the chart has changed since: run deploy/render.sh");

    [Theory, MemberData(nameof(Renderings))]
    public void EveryPodIsRestricted(string rendering)
    {
        foreach (var (_, _, pod, container) in ChartFiles.Rendered(rendering).Pods())
        {
            Assert.False(pod["automountServiceAccountToken"]!.GetValue<bool>());
            Assert.False(pod["enableServiceLinks"]!.GetValue<bool>());
            Assert.True(pod["securityContext"]!["runAsNonRoot"]!.GetValue<bool>());
            Assert.True(pod["securityContext"]!.Number("runAsUser") > 0);
            Assert.Equal("RuntimeDefault", pod["securityContext"]!["seccompProfile"]!.Text("type"));
            var context = container["securityContext"]!;
            Assert.True(context["readOnlyRootFilesystem"]!.GetValue<bool>());
            Assert.False(context["allowPrivilegeEscalation"]!.GetValue<bool>());
            Assert.Equal(["ALL"], context["capabilities"]!["drop"]!.AsArray().Select(name => name!.GetValue<string>()));
            Assert.Null(context["capabilities"]!["add"]);
            Assert.NotEmpty(container["resources"]!["requests"]!.Text("cpu"));
            Assert.NotEmpty(container["resources"]!["requests"]!.Text("memory"));
            Assert.NotEmpty(container["resources"]!["limits"]!.Text("memory"));
            Assert.All(new[] { "startupProbe", "livenessProbe", "readinessProbe" }, probe => Assert.True(container.ContainsKey(probe) || probe == "livenessProbe"));
            Assert.NotNull(container["livenessProbe"]);
            Assert.All(new[] { "hostNetwork", "hostPID", "hostIPC" }, field => Assert.Null(pod[field]));
        }
    }

    [Theory, MemberData(nameof(Renderings))]
    public void ObjectsThatNameEachOtherAreThere(string rendering)
    {
        var items = ChartFiles.Rendered(rendering);
        Assert.Equal(items.Count, items.Select(item => (item.Kind(), item.Name())).Distinct().Count());
        foreach (var (_, workload, pod, container) in items.Pods())
        {
            var labels = workload["spec"]!["template"]!["metadata"]!["labels"]!.AsObject();
            Assert.True(IsSelected(workload["spec"]!["selector"]!["matchLabels"]!.AsObject(), labels));
            items.One("ServiceAccount", pod.Text("serviceAccountName"));
            foreach (var source in container.List("envFrom").Select(source => source["configMapRef"]).OfType<JsonObject>()) items.One("ConfigMap", source.Name());
            foreach (var mount in container.List("volumeMounts"))
                Assert.Contains(pod.List("volumes").Concat(workload["spec"]!.List("volumeClaimTemplates")), volume => volume.Name() == mount.Name());
        }

        var pods = items.Pods().Select(pod => pod.Workload["spec"]!["template"]!["metadata"]!["labels"]!.AsObject()).ToList();
        foreach (var selector in items.Where(item => item.Kind() == "Service").Select(item => item["spec"]!["selector"]!))
            Assert.Single(pods, labels => IsSelected(selector.AsObject(), labels));
        foreach (var selector in items.Where(item => item.Kind() == "PodDisruptionBudget").Select(item => item["spec"]!["selector"]!["matchLabels"]!))
            Assert.Single(pods, labels => IsSelected(selector.AsObject(), labels));
        foreach (var target in items.Where(item => item.Kind() is "HorizontalPodAutoscaler" or "ScaledObject").Select(item => item["spec"]!["scaleTargetRef"]!))
        {
            var deployment = items.One("Deployment", target.Text("name"));
            // A number of its own would be restored at each upgrade.
            Assert.Null(deployment["spec"]!["replicas"]);
        }
    }

    [Theory, MemberData(nameof(Renderings))]
    public void AServicesAddressIsThatOfAService(string rendering)
    {
        var items = ChartFiles.Rendered(rendering);
        foreach (var name in new[] { "api", "worker" })
        {
            var variables = items.Variables(items.Pods().Single(pod => pod.Name == name).Container);
            foreach (var redis in new[] { "REDIS", "REDIS_CACHE" })
            {
                var service = items.One("Service", variables[redis + "_HOST"]!);
                Assert.Contains(service["spec"]!.List("ports"), port => port.Number("port") == int.Parse(variables[redis + "_PORT"]!, null));
            }

            Assert.NotEqual(variables["REDIS_HOST"], variables["REDIS_CACHE_HOST"]);
        }
    }

    [Theory]
    [InlineData("api", "PORT")]
    [InlineData("worker", "Worker__Port")]
    public void ProbesAskThePortThatTheServiceListensOn(string name, string variable)
    {
        var items = ChartFiles.Rendered("default");
        var container = items.Pods().Single(pod => pod.Name == name).Container;
        var port = Assert.Single(container.List("ports"));
        Assert.Equal(items.Variables(container)[variable], port["containerPort"]!.ToString());
        foreach (var (probe, path) in new[] { ("startupProbe", "/alive"), ("livenessProbe", "/alive"), ("readinessProbe", "/health") })
        {
            var get = container[probe]!["httpGet"]!;
            Assert.Equal(path, get.Text("path"));
            Assert.Equal(port.Text("name"), get.Text("port"));
        }
    }

    [Fact]
    public void APodIsGivenTheTimeThatItTakesToStop()
    {
        var worker = new WorkerOptions();
        foreach (var (name, _, pod, container) in ChartFiles.Rendered("default").Pods().Where(pod => pod.Workload.Kind() == "Deployment"))
        {
            var sleep = container["lifecycle"]?["preStop"]?["sleep"]?.Number("seconds") ?? 0;
            Assert.Equal(name == "api", sleep > 0);
            var stop = TimeSpan.FromSeconds(Math.Max(ServiceDefaultsExtensions.ShutdownTimeout.TotalSeconds, worker.Grace.TotalSeconds + 5));
            Assert.True(TimeSpan.FromSeconds(pod.Number("terminationGracePeriodSeconds")) > TimeSpan.FromSeconds(sleep) + stop);
        }
    }

    [Theory, MemberData(nameof(Renderings))]
    public void NoApiIsMissingWhileTheyAreReplacedAndSomeAreSpread(string rendering)
    {
        var items = ChartFiles.Rendered(rendering);
        foreach (var name in new[] { "api", "worker" })
        {
            var (_, workload, pod, _) = items.Pods().Single(pod => pod.Name == name);
            Assert.Equal(0, workload["spec"]!["strategy"]!["rollingUpdate"]!.Number("maxUnavailable"));
            Assert.True(workload["spec"]!["strategy"]!["rollingUpdate"]!.Number("maxSurge") > 0);
            Assert.Equal(["kubernetes.io/hostname", "topology.kubernetes.io/zone"], pod.List("topologySpreadConstraints").Select(spread => spread.Text("topologyKey")));
            items.One("PodDisruptionBudget", name + "-pdb");
        }

        Assert.True(items.One("HorizontalPodAutoscaler", "api-hpa")["spec"]!.Number("minReplicas") >= 2);
    }

    [Fact]
    public void WorkersAreScaledByTheQueueThatTheyDrain()
    {
        var items = ChartFiles.Rendered("default");
        var scaler = Assert.Single(items, item => item.Kind() == "ScaledObject")["spec"]!;
        Assert.DoesNotContain(items, item => item.Kind() == "HorizontalPodAutoscaler" && item.Name() == "worker-hpa");
        Assert.True(scaler.Number("minReplicaCount") >= 1);
        var triggers = scaler.List("triggers").ToList();
        // What waits, and what is under way: by the lag alone, workers in the middle of their jobs would be taken away.
        Assert.Single(triggers, trigger => trigger["metadata"]!["lagCount"] is not null);
        Assert.Single(triggers, trigger => trigger["metadata"]!["pendingEntriesCount"] is not null);
        foreach (var trigger in triggers)
        {
            Assert.Equal("redis-streams", trigger.Text("type"));
            Assert.Equal($"{{{new RedisOptions().KeyPrefix}}}:jobs", trigger["metadata"]!.Text("stream"));
            Assert.Equal(RedisQueue.Group, trigger["metadata"]!.Text("consumerGroup"));
            var login = items.One("TriggerAuthentication", trigger["authenticationRef"]!.Name());
            Assert.Equal("REDIS_PASSWORD", Assert.Single(login["spec"]!.List("secretTargetRef")).Text("key"));
        }

        Assert.Equal("worker-deployment", ChartFiles.Rendered("atlas").One("HorizontalPodAutoscaler", "worker-hpa")["spec"]!["scaleTargetRef"]!.Text("name"));
    }

    [Fact]
    public void WithoutMongoInTheClusterNothingOfItIsLeft()
    {
        var items = ChartFiles.Rendered("atlas");
        Assert.DoesNotContain(items, item => item.Name().StartsWith("mongo", StringComparison.Ordinal));
        items.One("NetworkPolicy", "atlas");
        Assert.DoesNotContain(ChartFiles.Rendered("default"), item => item.Name() == "atlas");
    }

    [Theory, MemberData(nameof(Renderings))]
    public void NobodyTalksToAPodUnlessAPolicySaysSo(string rendering)
    {
        var policies = ChartFiles.Rendered(rendering).Where(item => item.Kind() == "NetworkPolicy").ToList();
        var deny = policies.One("NetworkPolicy", "default-deny")["spec"]!;
        Assert.Equal(["Ingress", "Egress"], deny["policyTypes"]!.AsArray().Select(type => type!.GetValue<string>()));
        Assert.Null(deny["ingress"]);
        Assert.All(deny.List("egress").SelectMany(rule => rule.List("ports")), port => Assert.Equal(53, port.Number("port")));
        Assert.Null(policies.One("NetworkPolicy", "worker-network")["spec"]!["ingress"]);
        foreach (var rule in policies.SelectMany(policy => policy["spec"]!.List("ingress"))) Assert.NotEmpty(rule.List("from"));
        foreach (var rule in policies.SelectMany(policy => policy["spec"]!.List("egress"))) Assert.NotEmpty(rule.List("to"));
    }

    [Fact]
    public void TheIngressHasThePatienceAndTheLimitsOfTheApi()
    {
        var ingress = Assert.Single(ChartFiles.Rendered("default"), item => item.Kind() == "Ingress");
        var annotations = ingress["metadata"]!["annotations"]!;
        foreach (var direction in new[] { "read", "send" })
            Assert.True(int.Parse(annotations.Text($"nginx.ingress.kubernetes.io/proxy-{direction}-timeout"), null) > new GenerationOptions().Wait.TotalSeconds);
        var size = annotations.Text("nginx.ingress.kubernetes.io/proxy-body-size");
        Assert.EndsWith("k", size, StringComparison.Ordinal);
        Assert.True(int.Parse(size[..^1], null) * 1024 > Limits.BodyBytes);
        Assert.Equal("off", annotations.Text("nginx.ingress.kubernetes.io/proxy-buffering"));
        var tls = Assert.Single(ingress["spec"]!.List("tls"));
        Assert.Equal(ingress["spec"]!.List("rules").Single().Text("host"), tls["hosts"]!.AsArray().Single()!.GetValue<string>());
        Assert.NotEmpty(tls.Text("secretName"));
    }

    private static bool IsSelected(JsonObject selector, JsonObject labels) =>
        selector.All(pair => labels[pair.Key]?.GetValue<string>() == pair.Value!.GetValue<string>());
}
