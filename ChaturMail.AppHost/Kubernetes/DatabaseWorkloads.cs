using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace ChaturMail.AppHost.Kubernetes;

/// <summary>The databases in the cluster: one pod each, on a volume of its own where its data must outlive it.</summary>
internal static class DatabaseWorkloads
{
    private const int RedisPort = 6379;
    private const int MongoPort = 27017;

    // In Redis's and MongoDB's images.
    private const long DatabaseUser = 999;

    /// <summary>Words of redis-server's command line for the queue: nothing is evicted, and a restart finds it again.</summary>
    public static readonly IReadOnlyList<string> QueueOptions = ["--appendonly", "yes", "--maxmemory", "384mb", "--maxmemory-policy", "noeviction"];

    /// <summary>Words of redis-server's command line for what may be lost: nothing is kept, the least used goes when it is full.</summary>
    public static readonly IReadOnlyList<string> CacheOptions = ["--save", "", "--maxmemory", "96mb", "--maxmemory-policy", "allkeys-lru"];

    /// <summary>The queue's Redis. The scaler of workers asks it too.</summary>
    public static void ShapeQueue(HelmChart chart, KubernetesResource service)
    {
        ShapeRedis(service, "redis", "REDIS_PASSWORD", ["--dir", "/data", .. QueueOptions]);
        AddVolume(service, "redis", "/data");
        NetworkPolicies.AddRedis(chart, service, isAskedByScaler: true);
    }

    /// <summary>The Redis for what may be lost.</summary>
    public static void ShapeCache(HelmChart chart, KubernetesResource service)
    {
        ShapeRedis(service, "redisCache", "REDIS_CACHE_PASSWORD", ["--dir", "/tmp", .. CacheOptions]);
        NetworkPolicies.AddRedis(chart, service, isAskedByScaler: false);
    }

    /// <summary>MongoDB, unless it is elsewhere (Atlas).</summary>
    public static void ShapeMongo(HelmChart chart, KubernetesResource service)
    {
        var container = Shape(service, "mongo");
        service.ConfigMap = null;
        container.EnvFrom.Clear();
        Workloads.AddSecret(container, "MONGO_INITDB_ROOT_USERNAME", "mongo");
        Workloads.AddSecret(container, "MONGO_INITDB_ROOT_PASSWORD", "mongo");
        container.StartupProbe = TcpProbe(MongoPort, periodSeconds: 5, failureThreshold: 60);
        container.LivenessProbe = TcpProbe(MongoPort, periodSeconds: 10, failureThreshold: 6);
        container.ReadinessProbe = TcpProbe(MongoPort, periodSeconds: 5, failureThreshold: 3);
        AddVolume(service, "mongo", "/data/db");
        Workloads.MountScratch(((StatefulSet)service.Workload!).Spec.Template.Spec, "configdb", "/data/configdb");
        NetworkPolicies.AddMongo(chart, service);
        chart.AddCondition("mongo", ".Values.mongo.enabled");
    }

    private static void ShapeRedis(KubernetesResource service, string component, string passwordVariable, IReadOnlyList<string> options)
    {
        var container = Shape(service, component);
        // Without a shell: the kubelet puts the password in, whatever characters it has.
        container.Command.Clear();
        container.Command.Add("redis-server");
        container.Args.Clear();
        foreach (var word in options.Concat(["--requirepass", $"$({passwordVariable})"])) container.Args.Add(word);
        Workloads.AddSecret(container, passwordVariable, "redis");
        // For redis-cli in the probes.
        container.Env.Add(new() { Name = "REDISCLI_AUTH", Value = $"$({passwordVariable})" });
        // While it reads its file it answers, but not with PONG: alive, not ready.
        container.StartupProbe = TcpProbe(RedisPort, periodSeconds: 2, failureThreshold: 150);
        container.LivenessProbe = TcpProbe(RedisPort, periodSeconds: 10, failureThreshold: 6);
        container.ReadinessProbe = new() { Exec = new(), PeriodSeconds = 5, TimeoutSeconds = 3, FailureThreshold = 3 };
        foreach (var word in new[] { "sh", "-c", "redis-cli ping | grep -q PONG" }) container.ReadinessProbe.Exec.Command.Add(word);
    }

    private static ContainerV1 Shape(KubernetesResource service, string component)
    {
        var set = (StatefulSet)service.Workload!;
        set.Spec.ServiceName = service.Service!.Metadata.Name;
        var pod = set.Spec.Template.Spec;
        Workloads.Restrict(pod, DatabaseUser);
        Workloads.RemoveGeneratedSecret(service);
        pod.TerminationGracePeriodSeconds = 60;
        var container = pod.Containers[0];
        container.Image = Helm.Image($"{component}.image", $"{component}.image.registry", $".Values.{component}.image.tag");
        container.ImagePullPolicy = Helm.Value("image.pullPolicy");
        Workloads.Size(container, component);
        return container;
    }

    // A claim for each pod of the set, which is left alone when the release goes.
    private static void AddVolume(KubernetesResource service, string component, string path)
    {
        var set = (StatefulSet)service.Workload!;
        var claim = new PersistentVolumeClaim { Metadata = { Name = "data" } };
        claim.Spec.AccessModes.Add("ReadWriteOnce");
        claim.Spec.StorageClassName = Helm.OrNull($"{component}.storage.className");
        claim.Spec.Resources.Requests["storage"] = Helm.Value($"{component}.storage.size");
        set.Spec.VolumeClaimTemplates.Add(claim);
        set.Spec.Template.Spec.Containers[0].VolumeMounts.Add(new() { Name = "data", MountPath = path });
    }

    private static ProbeV1 TcpProbe(int port, int periodSeconds, int failureThreshold) => new()
    {
        TcpSocket = new() { Port = port },
        PeriodSeconds = periodSeconds,
        TimeoutSeconds = 3,
        FailureThreshold = failureThreshold,
    };
}
