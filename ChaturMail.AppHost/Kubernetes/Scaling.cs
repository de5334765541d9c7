using Aspire.Hosting.Kubernetes;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Core.Redis;
using Map = System.Collections.Generic.Dictionary<string, object>;

namespace ChaturMail.AppHost.Kubernetes;

/// <summary>How many pods there are, and how many may be missing.</summary>
internal static class Scaling
{
    private const string Login = "worker-queue-login";

    // The queue's key in Redis, under the installation's prefix.
    private static readonly string Stream =
        $"{{{{ printf `{{%s}}:jobs` (index .Values.settings `Redis__KeyPrefix` | default `{new RedisOptions().KeyPrefix}`) }}}}";

    /// <summary>The Api by its CPU.</summary>
    public static void AddApi(HelmChart chart, KubernetesResource service)
    {
        AddDisruptionBudget(chart, service, "api");
        chart.Add(service, AutoscalerByCpu(service, "api", condition: null));
    }

    /// <summary>
    /// The Worker by the queue (KEDA), or by its CPU where there is no KEDA. A job mostly waits for its model, so the CPU says little.
    /// </summary>
    public static void AddWorker(HelmChart chart, KubernetesResource service)
    {
        AddDisruptionBudget(chart, service, "worker");
        chart.Add(service, AutoscalerByCpu(service, "worker", "not .Values.worker.scaling.keda"));
        chart.Add(service, new Manifest("keda.sh/v1alpha1", "TriggerAuthentication", Login)
        {
            Condition = ".Values.worker.scaling.keda",
            Spec = new()
            {
                ["secretTargetRef"] = new List<object> { new Map { ["parameter"] = "password", ["name"] = Helm.Value("secrets.redis"), ["key"] = "REDIS_PASSWORD" } },
            },
        });
        chart.Add(service, new Manifest("keda.sh/v1alpha1", "ScaledObject", "worker-scaledobject")
        {
            Condition = ".Values.worker.scaling.keda",
            Spec = new()
            {
                ["scaleTargetRef"] = new Map { ["name"] = service.Workload!.Metadata.Name },
                // Never none: delayed jobs are not in the stream, and the sweep that finds lost ones is a worker's work.
                ["minReplicaCount"] = Helm.Number("worker.scaling.min"),
                ["maxReplicaCount"] = Helm.Number("worker.scaling.max"),
                ["pollingInterval"] = 10,
                ["advanced"] = new Map { ["horizontalPodAutoscalerConfig"] = new Map { ["behavior"] = Behavior() } },
                // The higher demand wins. What is under way counts too: by the lag alone a busy worker would be taken away.
                ["triggers"] = new List<object> { Trigger("lagCount", "lag", "activationLagCount"), Trigger("pendingEntriesCount", "pending", "activationPendingEntriesCount") },
            },
        });
    }

    private static Map Trigger(string measure, string value, string activation) => new()
    {
        ["type"] = "redis-streams",
        ["metadata"] = new Map
        {
            ["address"] = "redis-service:6379",
            ["stream"] = Stream,
            ["consumerGroup"] = RedisQueue.Group,
            ["databaseIndex"] = "0",
            ["enableTLS"] = "false",
            [measure] = Helm.Value($"worker.scaling.{value}"),
            [activation] = "0",
        },
        ["authenticationRef"] = new Map { ["name"] = Login },
    };

    private static Manifest AutoscalerByCpu(KubernetesResource service, string component, string? condition) =>
        new("autoscaling/v2", "HorizontalPodAutoscaler", $"{component}-hpa")
        {
            Condition = condition,
            Spec = new()
            {
                ["scaleTargetRef"] = new Map { ["apiVersion"] = "apps/v1", ["kind"] = "Deployment", ["name"] = service.Workload!.Metadata.Name },
                ["minReplicas"] = Helm.Number($"{component}.scaling.min"),
                ["maxReplicas"] = Helm.Number($"{component}.scaling.max"),
                ["metrics"] = new List<object>
                {
                    new Map
                    {
                        ["type"] = "Resource",
                        ["resource"] = new Map
                        {
                            ["name"] = "cpu",
                            ["target"] = new Map { ["type"] = "Utilization", ["averageUtilization"] = Helm.Number($"{component}.scaling.cpuPercent") },
                        },
                    },
                },
                ["behavior"] = Behavior(),
            },
        };

    // Up at once, down slowly: a pod that goes hands back what it holds, and each hand-back costs time.
    private static Map Behavior() => new()
    {
        ["scaleDown"] = new Map
        {
            ["stabilizationWindowSeconds"] = 300,
            ["policies"] = new List<object> { new Map { ["type"] = "Percent", ["value"] = 50, ["periodSeconds"] = 60 } },
        },
    };

    private static void AddDisruptionBudget(HelmChart chart, KubernetesResource service, string component) =>
        chart.Add(service, new Manifest("policy/v1", "PodDisruptionBudget", $"{component}-pdb")
        {
            Spec = new() { ["maxUnavailable"] = 1, ["selector"] = Workloads.SelectorOf(service) },
        });
}
