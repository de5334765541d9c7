using Aspire.Hosting.Kubernetes;
using Map = System.Collections.Generic.Dictionary<string, object>;

namespace ChaturMail.AppHost.Kubernetes;

/// <summary>Who may talk to whom: nobody, but for what is said here. (The kubelet's probes are not subject to policies.)</summary>
internal static class NetworkPolicies
{
    private const int Redis = 6379;
    private const int Mongo = 27017;

    /// <summary>All pods of the release: nothing in, nothing out, but names may be looked up.</summary>
    public static void AddDefaultDeny(HelmChart chart, KubernetesResource api) => chart.Add(api, new Manifest("networking.k8s.io/v1", "NetworkPolicy", "default-deny")
    {
        Spec = new()
        {
            ["podSelector"] = new Map { ["matchLabels"] = new Map { ["app.kubernetes.io/instance"] = "{{ .Release.Name }}" } },
            ["policyTypes"] = Both(),
            ["egress"] = new List<object>
            {
                new Map
                {
                    // The second is a node's own cache of names, where there is one.
                    ["to"] = new List<object> { Namespace("kube-system"), new Map { ["ipBlock"] = new Map { ["cidr"] = "169.254.20.10/32" } } },
                    ["ports"] = new List<object> { Port(53, "UDP"), Port(53) },
                },
            },
        },
    });

    /// <summary>The Api: requests come through the ingress controller.</summary>
    public static void AddApi(HelmChart chart, KubernetesResource api)
    {
        AddService(chart, api, "api", new Map
        {
            ["from"] = new List<object> { Namespace(Helm.Value("ingress.controllerNamespace")) },
            ["ports"] = new List<object> { Port(Workloads.Port) },
        });
        AddAtlas(chart, api);
        AddTelemetry(chart, api);
        AddMail(chart, api);
    }

    /// <summary>The Worker: nothing comes in.</summary>
    public static void AddWorker(HelmChart chart, KubernetesResource worker)
    {
        AddService(chart, worker, "worker", ingress: null);
        chart.Add(worker, OutTo("models", Workloads.SelectorOf("worker")));
    }

    /// <summary>A Redis: Api and Workers come in, and KEDA where it asks for the queue's length.</summary>
    public static void AddRedis(HelmChart chart, KubernetesResource redis, bool isAskedByScaler)
    {
        List<object> from = Services();
        if (isAskedByScaler) from.Add(Namespace(Helm.Value("worker.scaling.kedaNamespace")));
        AddDatabase(chart, redis, from, Redis);
    }

    /// <summary>MongoDB: Api and Workers come in.</summary>
    public static void AddMongo(HelmChart chart, KubernetesResource mongo) => AddDatabase(chart, mongo, Services(), Mongo);

    private static void AddDatabase(HelmChart chart, KubernetesResource database, List<object> from, int port) =>
        chart.Add(database, Policy(database.Workload!.PodTemplate.Spec.Containers[0].Name + "-network", Workloads.SelectorOf(database), new()
        {
            ["policyTypes"] = new List<object> { "Ingress" },
            ["ingress"] = new List<object> { new Map { ["from"] = from, ["ports"] = new List<object> { Port(port) } } },
        }));

    private static void AddService(HelmChart chart, KubernetesResource service, string component, Map? ingress)
    {
        Map spec = new()
        {
            ["policyTypes"] = Both(),
            ["egress"] = new List<object>
            {
                To("redis", Redis), To("redis-cache", Redis), To("mongo", Mongo),
                // Model, sign-in keys, identity provider: on the internet, by TLS.
                new Map { ["to"] = Anywhere(), ["ports"] = new List<object> { Port(443) } },
            },
        };
        if (ingress is not null) spec["ingress"] = new List<object> { ingress };
        chart.Add(service, Policy(component + "-network", Workloads.SelectorOf(service), spec));
    }

    // Atlas answers on 27015 to 27017.
    private static void AddAtlas(HelmChart chart, KubernetesResource api) => chart.Add(api, Policy("atlas", ApiAndWorker(), new()
    {
        ["policyTypes"] = new List<object> { "Egress" },
        ["egress"] = new List<object>
        {
            new Map
            {
                ["to"] = Anywhere(),
                ["ports"] = new List<object> { new Map { ["port"] = 27015, ["endPort"] = Mongo, ["protocol"] = "TCP" } },
            },
        },
    }, "not .Values.mongo.enabled"));

    // Codes and notices of the Api, and users' emails of the Worker, go to a mail server wherever it is.
    private static void AddMail(HelmChart chart, KubernetesResource api) => chart.Add(api, Policy("mail", ApiAndWorker(), new()
    {
        ["policyTypes"] = new List<object> { "Egress" },
        ["egress"] = new List<object> { new Map { ["to"] = Anywhere(), ["ports"] = new List<object> { Port(Helm.Number("mail.port")) } } },
    }, ".Values.mail.port"));

    private static void AddTelemetry(HelmChart chart, KubernetesResource api) => chart.Add(api, OutTo("telemetry", ApiAndWorker(), ".Values.telemetry.endpoint"));

    // To the namespace and port that a section of the values names.
    private static Manifest OutTo(string section, Map podSelector, string? condition = null) => Policy(section, podSelector, new()
    {
        ["policyTypes"] = new List<object> { "Egress" },
        ["egress"] = new List<object>
        {
            new Map
            {
                ["to"] = new List<object> { Namespace(Helm.Value(section + ".namespace")) },
                ["ports"] = new List<object> { Port(Helm.Number(section + ".port")) },
            },
        },
    }, condition ?? $".Values.{section}.namespace");

    private static Manifest Policy(string name, Map podSelector, Map spec, string? condition = null)
    {
        Map whole = new() { ["podSelector"] = podSelector };
        foreach (var (key, value) in spec) whole[key] = value;
        return new Manifest("networking.k8s.io/v1", "NetworkPolicy", name) { Spec = whole, Condition = condition };
    }

    private static Map ApiAndWorker() => new()
    {
        ["matchLabels"] = new Map { ["app.kubernetes.io/instance"] = "{{ .Release.Name }}" },
        ["matchExpressions"] = new List<object>
        {
            new Map { ["key"] = "app.kubernetes.io/component", ["operator"] = "In", ["values"] = new List<object> { "api", "worker" } },
        },
    };

    private static List<object> Both() => ["Ingress", "Egress"];

    private static List<object> Anywhere() =>
        [new Map { ["ipBlock"] = new Map { ["cidr"] = "0.0.0.0/0" } }, new Map { ["ipBlock"] = new Map { ["cidr"] = "::/0" } }];

    private static List<object> Services() => [new Map { ["podSelector"] = Workloads.SelectorOf("api") }, new Map { ["podSelector"] = Workloads.SelectorOf("worker") }];

    private static Map To(string component, int port) => new()
    {
        ["to"] = new List<object> { new Map { ["podSelector"] = Workloads.SelectorOf(component) } },
        ["ports"] = new List<object> { Port(port) },
    };

    private static Map Namespace(string name) =>
        new() { ["namespaceSelector"] = new Map { ["matchLabels"] = new Map { ["kubernetes.io/metadata.name"] = name } } };

    private static Map Port(object port, string protocol = "TCP") => new() { ["port"] = port, ["protocol"] = protocol };
}
