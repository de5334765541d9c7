using Aspire.Hosting.Kubernetes;

namespace ChaturMail.AppHost.Kubernetes;

/// <summary>Objects of the whole release; the publisher writes them among those of the Api.</summary>
internal static class SharedObjects
{
    /// <summary>The ConfigMap that holds the installation's settings.</summary>
    public const string Settings = "chaturmail-settings";

    /// <summary>Adds them.</summary>
    public static void Add(HelmChart chart, KubernetesResource api)
    {
        chart.Add(api, new Manifest("v1", "ServiceAccount", Workloads.ServiceAccount)
        {
            AutomountServiceAccountToken = false,
            ImagePullSecrets = Helm.Whole("image.pullSecrets", "[]"),
        });
        chart.Add(api, new Manifest("v1", "ConfigMap", Settings) { Data = Helm.Whole("settings", "{}") });
        NetworkPolicies.AddDefaultDeny(chart, api);
    }
}
