using Aspire.Hosting.Kubernetes;
using Aspire.Hosting.Pipelines;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.AppHost.Kubernetes;

/// <summary>
/// The Helm chart. The publisher writes the templates, as the customizations here shape them. It has no API for values of one's own nor
/// for conditions; what it lacks is a step of the same publishing run: values.yaml, Chart.yaml, and an <c>if</c> around some templates.
/// </summary>
internal sealed class HelmChart
{
    private const string Name = "chaturmail";

    private readonly Dictionary<string, string> _conditions = [];

    /// <summary>Adds an object to a workload's templates.</summary>
    public void Add(KubernetesResource workload, Manifest manifest)
    {
        workload.AdditionalResources.Add(manifest);
        if (manifest.Condition is { } condition) _conditions[FileOf(workload.Workload!.PodTemplate.Spec.Containers[0].Name, manifest.Metadata.Name)] = condition;
    }

    /// <summary>Puts all templates of a resource under a condition.</summary>
    public void AddCondition(string resource, string condition) => _conditions[resource] = condition;

    /// <summary>Writes what the publisher cannot, into the folder that it has just written.</summary>
    public void Complete(string folder)
    {
        File.WriteAllText(Path.Combine(folder, "values.yaml"), ChartValues.Text);
        var version = typeof(HelmChart).Assembly.GetName().Version!.ToString(3);
        File.WriteAllText(
            Path.Combine(folder, "Chart.yaml"),
            $"""
            apiVersion: v2
            name: {Name}
            description: ChaturMail, an API that writes emails, and its workers
            type: application
            # The images' tag, where the values name none.
            appVersion: "{version}"
            version: {version}
            # preStop by sleep.
            kubeVersion: ">= 1.30.0-0"

            """);
        foreach (var (path, condition) in _conditions.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var target = Path.Combine(folder, "templates", path);
            // A name that the publisher writes otherwise than expected fails here instead of leaving an object without its condition.
            string[] files = Directory.Exists(target) ? Directory.GetFiles(target, "*.yaml") : [target];
            foreach (var file in files) File.WriteAllText(file, $"{{{{- if {condition} }}}}\n{File.ReadAllText(file)}{{{{- end }}}}\n");
        }
    }

    // As the publisher names its files: the object's name without the resource's.
    private static string FileOf(string resource, string name) =>
        $"{resource}/{(name.StartsWith(resource + "-", StringComparison.Ordinal) ? name[(resource.Length + 1)..] : name)}.yaml";
}

/// <summary>Adds the chart to the AppHost.</summary>
internal static class HelmChartExtensions
{
    private const string Environment = "k8s";

    /// <summary>Publishes the resources as a Helm chart.</summary>
    public static void AddHelmChart(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api, IResourceBuilder<ProjectResource> worker,
        IResourceBuilder<MongoDBServerResource> mongo, IResourceBuilder<RedisResource> redis, IResourceBuilder<RedisResource> cache)
    {
        var chart = new HelmChart();
        builder.AddKubernetesEnvironment(Environment)
            // Telemetry goes to the cluster's own collector.
            .WithDashboard(enabled: false)
            .ExcludeFromManifest();
        api.PublishAsKubernetesService(service => ServiceWorkloads.ShapeApi(chart, service));
        worker.PublishAsKubernetesService(service => ServiceWorkloads.ShapeWorker(chart, service));
        mongo.PublishAsKubernetesService(service => DatabaseWorkloads.ShapeMongo(chart, service));
        redis.PublishAsKubernetesService(service => DatabaseWorkloads.ShapeQueue(chart, service));
        cache.PublishAsKubernetesService(service => DatabaseWorkloads.ShapeCache(chart, service));
        builder.Pipeline.AddStep(
            "complete-chart",
            context =>
            {
                chart.Complete(context.Services.GetRequiredService<IPipelineOutputService>().GetOutputDirectory());
                return Task.CompletedTask;
            },
            dependsOn: $"publish-{Environment}", requiredBy: WellKnownPipelineSteps.Publish);
    }
}
