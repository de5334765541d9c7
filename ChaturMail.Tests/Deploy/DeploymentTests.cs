using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Deploy;

/// <summary>The images, the workflow that builds them, and what Argo CD is given.</summary>
public sealed partial class DeploymentTests
{
    private const string Workflow = ".github/workflows/deploy.yml";

    public static TheoryData<string, string> Environments => new() { { "staging", "stage" }, { "production", "main" } };

    [Fact]
    public void AnImageIsRunAsTheChartRunsIt()
    {
        var image = XDocument.Parse(Repository.Read("deploy/Image.props"));
        foreach (var (name, _, pod, container) in ChartFiles.Rendered("default").Pods().Where(pod => pod.Workload.Kind() == "Deployment"))
        {
            Assert.Equal(image.Descendants("ContainerUser").Single().Value, pod["securityContext"]!["runAsUser"]!.ToString());
            var port = image.Descendants("ContainerPort").Single().Attribute("Include")!.Value;
            Assert.Equal(port, Assert.Single(container.List("ports"))["containerPort"]!.ToString());

            var project = XDocument.Parse(Repository.Read(name == "api" ? "ChaturMail.Api/ChaturMail.Api.csproj" : "ChaturMail.Worker/ChaturMail.Worker.csproj"));
            Assert.Contains(project.Descendants("Import"), import => import.Attribute("Project")!.Value == "../deploy/Image.props");
            Assert.Equal(ChartFiles.Values[name]!["image"]!.Text("repository"), project.Descendants("ContainerRepository").Single().Value);
            Assert.Equal(port, project.Descendants("ContainerEnvironmentVariable").Single().Attribute("Value")!.Value);
        }
    }

    [Fact]
    public void EveryActionIsPinnedAndNoJobMayWrite()
    {
        var workflow = ChartFiles.Document(Workflow);
        Assert.Equal(["read"], workflow["permissions"]!.AsObject().Select(permission => permission.Value!.GetValue<string>()));
        Assert.StartsWith("deploy-", workflow["concurrency"]!.Text("group"), StringComparison.Ordinal);
        foreach (var (_, job) in workflow["jobs"]!.AsObject())
        {
            Assert.Null(job!["permissions"]);
            Assert.True(job.Number("timeout-minutes") > 0);
            foreach (var step in job.List("steps").Where(step => step["uses"] is not null)) Assert.Matches("^[a-z-]+/[a-z-]+@[0-9a-f]{40}$", step.Text("uses"));
        }
    }

    [Fact]
    public void OnlyATestedPushIsDeployed()
    {
        var jobs = ChartFiles.Document(Workflow)["jobs"]!;
        Assert.Contains(jobs["test"]!.List("steps"), step => step["run"]?.GetValue<string>() == ".ci/run");
        Assert.Equal(("test", "github.event_name == 'push'"), (jobs["deploy"]!.Text("needs"), jobs["deploy"]!.Text("if")));
    }

    [Fact]
    public void SecretsReachStepsOnlyAndNoCommandLine()
    {
        var workflow = ChartFiles.Document(Workflow);
        foreach (var (name, job) in workflow["jobs"]!.AsObject())
        {
            Assert.Null(job!["env"]);
            foreach (var step in job.List("steps"))
            {
                // An expression in a command is put there as text, before any shell quotes it.
                Assert.DoesNotContain("${{", step["run"]?.GetValue<string>() ?? "", StringComparison.Ordinal);
                foreach (var (variable, value) in new[] { step["env"], step["with"] }.OfType<JsonObject>().SelectMany(map => map))
                    if (SecretName().IsMatch(variable)) Assert.Matches(@"^\$\{\{ secrets\.[A-Z_]+ \}\}$", value!.ToString());
            }

            if (name == "test") Assert.DoesNotContain("secrets.", job.ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WhatTheWorkflowCallsIsThereAndWhatItNeedsIsDescribed()
    {
        var text = Repository.Read(Workflow);
        var scripts = Script().Matches(text).Select(match => match.Value).Distinct().ToList();
        Assert.Equal([".ci/run", "deploy/images.sh", "deploy/set-digests.sh"], scripts.Order(StringComparer.Ordinal));
        foreach (var script in scripts)
        {
            Assert.True(File.Exists(Path.Combine(Repository.Root, script)), script);
            if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(Path.Combine(Repository.Root, script)).HasFlag(UnixFileMode.UserExecute), script);
        }

        var operations = Repository.Read("docs/operations.md");
        Assert.All(Setting().Matches(text), setting => Assert.Contains($"`{setting.Groups[1].Value}`", operations, StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Environments))]
    public void AnApplicationFollowsItsBranch(string environment, string branch)
    {
        var application = ChartFiles.Document($"deploy/argocd/{environment}.yaml");
        var project = ChartFiles.Document("deploy/argocd/project.yaml");
        Assert.Equal(("argoproj.io/v1alpha1", "Application"), (application.Text("apiVersion"), application.Kind()));
        var spec = application["spec"]!;
        Assert.Equal(branch, spec["source"]!.Text("targetRevision"));
        Assert.Equal(project.Name(), spec.Text("project"));
        Assert.Contains(spec["source"]!.Text("repoURL"), project["spec"]!["sourceRepos"]!.AsArray().Select(url => url!.GetValue<string>()));
        Assert.Contains(project["spec"]!.List("destinations"), allowed => JsonNode.DeepEquals(allowed, spec["destination"]));
        Assert.True(spec["syncPolicy"]!["automated"]!["prune"]!.GetValue<bool>());
        Assert.True(spec["syncPolicy"]!["automated"]!["selfHeal"]!.GetValue<bool>());

        // The paths are those that the script writes in the configuration repository.
        var script = Repository.Read("deploy/set-digests.sh");
        Assert.Contains($"\"$checkout/{spec["source"]!.Text("path")}\"", script, StringComparison.Ordinal);
        foreach (var file in spec["source"]!["helm"]!["valueFiles"]!.AsArray().Select(file => file!.GetValue<string>()))
            Assert.Contains($"\"$checkout/{file.Replace("../", "", StringComparison.Ordinal)}\"", script, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Environments))]
    public void AnEnvironmentSetsWhatTheChartHasAndNoSecret(string environment, string branch)
    {
        var values = ChartFiles.Document($"deploy/argocd/values-{environment}.yaml");
        Assert.Contains($"branch {branch}", Repository.Read($"deploy/argocd/values-{environment}.yaml"), StringComparison.Ordinal);
        AssertKeysExist(values, ChartFiles.Values, "");
        Assert.False(values["mongo"]!["enabled"]!.GetValue<bool>());
        Assert.Null(values["secrets"]);
        Assert.EndsWith(".example.com", values["ingress"]!.Text("host"), StringComparison.Ordinal);
    }

    /// <summary>Everything at its limit, while Api and Worker are replaced, leaves room for the cluster on 8 GB.</summary>
    [Theory, MemberData(nameof(Environments))]
    public void AnEnvironmentFitsItsServer(string environment, string branch)
    {
        Assert.NotEmpty(branch);
        var values = ChartFiles.Document($"deploy/argocd/values-{environment}.yaml");
        var sum = new[] { "api", "worker" }.Sum(name => (values[name]!["scaling"]!.Number("max") + 1) * Limit(name)) + Limit("redis") + Limit("redisCache");
        Assert.InRange(sum, 1, 4_608);

        int Limit(string name) => int.Parse(
            (values[name]?["resources"]?["limits"] ?? ChartFiles.Values[name]!["resources"]!["limits"]!).Text("memory").Replace("Mi", "", StringComparison.Ordinal), null);
    }

    [Fact]
    public async Task TheOldBackendGetsRoutesOfTheAppAndNoDeletion()
    {
        await using var api = await TestApi.StartAsync();
        var paths = OldPath().Matches(Repository.Read("deploy/cluster/old-backend.yaml")).Select(match => match.Groups[1].Value).ToList();
        Assert.Contains("/email/generateEmail", paths);
        Assert.Subset(ApiRoutes.All(api.App).ToHashSet(), paths.ToHashSet());
        Assert.DoesNotContain(paths, path => path.Contains("delete", StringComparison.OrdinalIgnoreCase));
    }

    private static void AssertKeysExist(JsonObject set, JsonObject chart, string path)
    {
        foreach (var (key, value) in set)
        {
            Assert.True(chart.ContainsKey(key), $"the chart has no value {path}{key}");
            // What is a map in the chart and empty there is the installation's.
            if (value is JsonObject inner && chart[key] is JsonObject known && known.Count > 0) AssertKeysExist(inner, known, $"{path}{key}.");
        }
    }

    [GeneratedRegex("(?i)PWORD|PASSWORD|UNAME|TOKEN$|ssh-key")]
    private static partial Regex SecretName();

    [GeneratedRegex(@"(?<=run: |^ {10})(\.ci/run|deploy/[a-z-]+\.sh)", RegexOptions.Multiline)]
    private static partial Regex Script();

    [GeneratedRegex(@"- \{path: (\S+), pathType: Exact, backend: \{service: \{name: old-backend,")]
    private static partial Regex OldPath();

    [GeneratedRegex(@"(?:secrets|vars)\.([A-Z_]+)")]
    private static partial Regex Setting();
}
