using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace ChaturMail.AppHost.Kubernetes;

/// <summary>Api and Worker in Kubernetes.</summary>
internal static class ServiceWorkloads
{
    // In which the Api is taken out of the Service while it still answers.
    private const int PreStopSeconds = 10;

    // More than the 30 s that both take to stop, the Worker's drain included, and the sleep before it.
    private const int GraceSeconds = 60;

    /// <summary>The Api: two or more, of which none is missing while they are replaced.</summary>
    public static void ShapeApi(HelmChart chart, KubernetesResource service)
    {
        var pod = Shape(service, "api");
        var container = pod.Containers[0];
        container.Lifecycle = new() { PreStop = new() { Exec = null!, HttpGet = null!, TcpSocket = null!, Sleep = new() { Seconds = PreStopSeconds } } };
        Workloads.AddSecret(container, "JWT_KEY", "app");
        AddFirebaseAccount(container);
        // Not the settings, which are no place for keys.
        container.EnvFrom.Add(new() { SecretRef = new() { Name = Helm.Value("secrets.api"), Optional = true } });

        SetVariables(service, "PORT", new()
        {
            ["Worker__InApi"] = "false",
            ["PUBLIC_URL"] = "https://" + Helm.Value("ingress.host"),
            ["Proxies__Trusted"] = Helm.Value("ingress.trustedProxies"),
        });
        ((Deployment)service.Workload!).Spec.Strategy.RollingUpdate = new() { MaxSurge = 1, MaxUnavailable = 0 };

        SharedObjects.Add(chart, service);
        Scaling.AddApi(chart, service);
        IngressRules.Add(chart, service);
        NetworkPolicies.AddApi(chart, service);
    }

    /// <summary>The Worker: nobody talks to it but the kubelet.</summary>
    public static void ShapeWorker(HelmChart chart, KubernetesResource service)
    {
        var pod = Shape(service, "worker");
        Workloads.AddSecret(pod.Containers[0], "OPENAI_API_KEY", "app");
        // It sends the push messages.
        AddFirebaseAccount(pod.Containers[0]);
        // Not the settings, which are no place for keys.
        pod.Containers[0].EnvFrom.Add(new() { SecretRef = new() { Name = Helm.Value("secrets.models"), Optional = true } });
        SetVariables(service, "Worker__Port", []);
        service.Service = null;
        ((Deployment)service.Workload!).Spec.Strategy.RollingUpdate = new() { MaxSurge = 1, MaxUnavailable = 0 };

        Scaling.AddWorker(chart, service);
        NetworkPolicies.AddWorker(chart, service);
    }

    private static PodSpecV1 Shape(KubernetesResource service, string component)
    {
        var deployment = (Deployment)service.Workload!;
        // The autoscaler's, from the first moment: a number here would be restored by each upgrade.
        deployment.Spec.Replicas = null;
        var pod = deployment.Spec.Template.Spec;
        Workloads.Restrict(pod, Workloads.AppUser);
        Workloads.RemoveGeneratedSecret(service);
        pod.TerminationGracePeriodSeconds = GraceSeconds;
        foreach (var key in new[] { "kubernetes.io/hostname", "topology.kubernetes.io/zone" })
        {
            pod.TopologySpreadConstraints.Add(new()
            {
                MaxSkew = 1,
                TopologyKey = key,
                WhenUnsatisfiable = "ScheduleAnyway",
                LabelSelector = new(deployment.Spec.Template.Metadata.Labels.ToDictionary()),
            });
        }

        var container = pod.Containers[0];
        container.Image = Helm.Image($"{component}.image", "image.registry", $".Values.{component}.image.tag | default .Chart.AppVersion");
        container.ImagePullPolicy = Helm.Value("image.pullPolicy");
        container.Ports.Clear();
        container.Ports.Add(new() { Name = "http", ContainerPort = Workloads.Port, Protocol = "TCP" });
        container.StartupProbe = Workloads.HttpProbe("/alive", periodSeconds: 2, timeoutSeconds: 2, failureThreshold: 60);
        container.LivenessProbe = Workloads.HttpProbe("/alive", periodSeconds: 10, timeoutSeconds: 5, failureThreshold: 3);
        // A check of store or queue may take 3 s.
        container.ReadinessProbe = Workloads.HttpProbe("/health", periodSeconds: 5, timeoutSeconds: 4, failureThreshold: 3);
        Workloads.Size(container, component);
        Workloads.AddSecret(container, "DB_URI", "app");
        Workloads.AddSecret(container, "REDIS_PASSWORD", "redis");
        Workloads.AddSecret(container, "REDIS_CACHE_PASSWORD", "redis");
        // After the component's own: what the installation sets wins.
        container.EnvFrom.Add(new() { ConfigMapRef = new() { Name = SharedObjects.Settings } });
        // Not the settings, which are no place for keys.
        container.EnvFrom.Add(new() { SecretRef = new() { Name = Helm.Value("secrets.services"), Optional = true } });
        // A change of settings replaces the pods.
        deployment.Spec.Template.Metadata.Annotations["checksum/config"] =
            $"{{{{ include (print $.Template.BasePath `/{component}/config.yaml`) . | sha256sum }}}}";
        deployment.Spec.Template.Metadata.Annotations["checksum/settings"] = "{{ toJson .Values.settings | sha256sum }}";
        return pod;
    }

    private static void AddFirebaseAccount(ContainerV1 container)
    {
        Workloads.AddSecret(container, "PROJECT_ID", "firebase");
        // The account's other fields, as far as the Secret has them.
        container.EnvFrom.Add(new() { SecretRef = new() { Name = Helm.Value("secrets.firebase"), Optional = false } });
    }

    // All of the ConfigMap, for the publisher's own takes its values from sections of values.yaml that this chart does not have.
    private static void SetVariables(KubernetesResource service, string portVariable, Dictionary<string, string> own)
    {
        var variables = service.ConfigMap!.Data;
        variables.Clear();
        variables["ASPNETCORE_ENVIRONMENT"] = "Production";
        variables[portVariable] = $"{Workloads.Port}";
        variables["REDIS_HOST"] = "redis-service";
        variables["REDIS_PORT"] = "6379";
        variables["REDIS_CACHE_HOST"] = "redis-cache-service";
        variables["REDIS_CACHE_PORT"] = "6379";
        variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = Helm.Value("telemetry.endpoint");
        variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = Helm.Value("telemetry.protocol");
        foreach (var (name, value) in own) variables[name] = value;
    }
}
