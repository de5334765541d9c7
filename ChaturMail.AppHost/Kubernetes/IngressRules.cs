using Aspire.Hosting.Kubernetes;
using Map = System.Collections.Generic.Dictionary<string, object>;

namespace ChaturMail.AppHost.Kubernetes;

/// <summary>The way in, through NGINX.</summary>
internal static class IngressRules
{
    /// <summary>Adds the Ingress: TLS, the Api's own limit of a body, and the patience that a request for an email takes.</summary>
    public static void Add(HelmChart chart, KubernetesResource api)
    {
        var ingress = new Manifest("networking.k8s.io/v1", "Ingress", "api-ingress")
        {
            Condition = ".Values.ingress.enabled",
            Spec = new()
            {
                ["ingressClassName"] = Helm.Value("ingress.className"),
                ["tls"] = new List<object>
                {
                    new Map { ["hosts"] = new List<object> { Helm.Value("ingress.host") }, ["secretName"] = Helm.Value("ingress.tlsSecret") },
                },
                ["rules"] = new List<object>
                {
                    new Map
                    {
                        ["host"] = Helm.Value("ingress.host"),
                        ["http"] = new Map
                        {
                            ["paths"] = new List<object>
                            {
                                new Map
                                {
                                    ["path"] = "/", ["pathType"] = "Prefix",
                                    ["backend"] = new Map
                                    {
                                        ["service"] = new Map { ["name"] = api.Service!.Metadata.Name, ["port"] = new Map { ["name"] = "http" } },
                                    },
                                },
                            },
                        },
                    },
                },
            },
        };
        var annotations = ingress.Metadata.Annotations;
        annotations["nginx.ingress.kubernetes.io/ssl-redirect"] = "true";
        annotations["nginx.ingress.kubernetes.io/proxy-body-size"] = Helm.Value("ingress.bodySize");
        annotations["nginx.ingress.kubernetes.io/proxy-read-timeout"] = Helm.Value("ingress.timeoutSeconds");
        annotations["nginx.ingress.kubernetes.io/proxy-send-timeout"] = Helm.Value("ingress.timeoutSeconds");
        // An answer that is streamed is passed on as it comes.
        annotations["nginx.ingress.kubernetes.io/proxy-buffering"] = "off";
        // A request whose connection broke may have been accepted: it must not be sent to the next Api as well.
        annotations["nginx.ingress.kubernetes.io/proxy-next-upstream"] = "off";
        chart.Add(api, ingress);

        // The Service's port is the Ingress's business; the pods' has a name.
        var port = api.Service!.Spec.Ports[0];
        port.Name = "http";
        port.Port = 80;
        port.TargetPort = new("http");
    }
}
