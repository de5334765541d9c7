using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Kubernetes.Resources;

namespace ChaturMail.AppHost.Kubernetes;

/// <summary>What all pods of the chart have in common.</summary>
internal static class Workloads
{
    /// <summary>Port of Api and Worker in their containers.</summary>
    public const int Port = 8080;

    /// <summary>The one account of all pods. It may do nothing; it brings the pull secrets.</summary>
    public const string ServiceAccount = "chaturmail";

    /// <summary>The user that .NET's images name <c>app</c>.</summary>
    public const long AppUser = 1654;

    /// <summary>The labels that select a workload's pods.</summary>
    public static Dictionary<string, object> SelectorOf(KubernetesResource service) =>
        new() { ["matchLabels"] = service.Workload!.PodTemplate.Metadata.Labels.ToDictionary() };

    /// <summary>The labels that select the pods of a component, by the name that the publisher gives it.</summary>
    public static Dictionary<string, object> SelectorOf(string component) => new()
    {
        ["matchLabels"] = new Dictionary<string, object>
        {
            ["app.kubernetes.io/component"] = component,
            ["app.kubernetes.io/instance"] = "{{ .Release.Name }}",
        },
    };

    /// <summary>
    /// Takes from a pod what it does not need (https://kubernetes.io/docs/concepts/security/pod-security-standards/, restricted) and gives
    /// it a writable /tmp, nothing else on the root file system being writable.
    /// </summary>
    public static void Restrict(PodSpecV1 pod, long user)
    {
        pod.ServiceAccountName = ServiceAccount;
        pod.AutomountServiceAccountToken = false;
        // Without this each Service of the namespace adds variables, REDIS_… among them.
        pod.EnableServiceLinks = false;
        pod.SecurityContext = new()
        {
            RunAsNonRoot = true,
            RunAsUser = user,
            RunAsGroup = user,
            FsGroup = user,
            FsGroupChangePolicy = "OnRootMismatch",
            SeccompProfile = new() { Type = "RuntimeDefault" },
        };
        var container = pod.Containers[0];
        container.SecurityContext = new() { AllowPrivilegeEscalation = false, Privileged = false, ReadOnlyRootFilesystem = true, RunAsNonRoot = true, Capabilities = new() };
        container.SecurityContext.Capabilities.Drop.Add("ALL");
        pod.Volumes.Clear();
        container.VolumeMounts.Clear();
        MountScratch(pod, "tmp", "/tmp");
    }

    /// <summary>Mounts a small folder that is empty in each new pod.</summary>
    public static void MountScratch(PodSpecV1 pod, string name, string path)
    {
        pod.Volumes.Add(new() { Name = name, EmptyDir = new() { SizeLimit = "64Mi" } });
        pod.Containers[0].VolumeMounts.Add(new() { Name = name, MountPath = path });
    }

    /// <summary>Requests and the limit of memory, from values. No limit of CPU: it would slow a pod down while its node is idle.</summary>
    public static void Size(ContainerV1 container, string component)
    {
        container.Resources = new();
        container.Resources.Requests["cpu"] = Helm.Value($"{component}.resources.requests.cpu");
        container.Resources.Requests["memory"] = Helm.Value($"{component}.resources.requests.memory");
        container.Resources.Limits["memory"] = Helm.Value($"{component}.resources.limits.memory");
    }

    /// <summary>The variable's value comes from an existing Secret.</summary>
    /// <param name="secret">Which of <c>secrets</c> in values names it.</param>
    public static void AddSecret(ContainerV1 container, string variable, string secret) => container.Env.Add(new()
    {
        Name = variable,
        ValueFrom = new() { SecretKeyRef = new() { Name = Helm.Value($"secrets.{secret}"), Key = variable } },
    });

    /// <summary>
    /// Takes away the Secret that the publisher makes of parameters and connection strings: existing Secrets take its place. Its keys in
    /// values.yaml are not those that its template reads, and it puts passwords into addresses as they are.
    /// </summary>
    public static void RemoveGeneratedSecret(KubernetesResource service)
    {
        service.Secret = null;
        var container = service.Workload!.PodTemplate.Spec.Containers[0];
        container.EnvFrom.RemoveAll(source => source.SecretRef is not null);
    }

    /// <summary>Asks a path of the container's port by plain HTTP. The API server takes the scheme in capitals only.</summary>
    public static ProbeV1 HttpProbe(string path, int periodSeconds, int timeoutSeconds, int failureThreshold) => new()
    {
        HttpGet = new() { Path = path, Port = "http", Scheme = "HTTP" },
        PeriodSeconds = periodSeconds,
        TimeoutSeconds = timeoutSeconds,
        FailureThreshold = failureThreshold,
    };
}
