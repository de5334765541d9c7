using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Cloud;

/// <summary>What is committed is what the AppHost publishes, to the byte: nobody has edited it, and the code has not moved on.</summary>
public sealed class PublishTests
{
    private const string Again = "run deploy/publish.sh";

    [Fact]
    public async Task TheCommittedManifestIsThePublishedOne()
    {
        using var folder = new TextFolder();
        var file = Path.Combine(folder.Path, "aspire-manifest.json");
        await PublishAsync(folder, "--publisher", "manifest", "--output-path", file);
        // Paths of projects are relative to the manifest's folder.
        var paths = Path.GetRelativePath(folder.Path, Repository.Root).Replace('\\', '/') + "/";
        Assert.Equal(Repository.Read("aspire-manifest.json").TrimEnd(), (await File.ReadAllTextAsync(file)).Replace(paths, "", StringComparison.Ordinal).TrimEnd());
    }

    [Fact]
    public async Task TheCommittedChartIsThePublishedOne()
    {
        using var folder = new TextFolder();
        var chart = Path.Combine(folder.Path, "chart");
        await PublishAsync(folder, "--step", "publish", "--output-path", chart);
        var committed = Path.Combine(Repository.Root, "deploy/helm/chaturmail");
        var files = Files(committed);
        Assert.True(files.SequenceEqual(Files(chart)), Again);
        foreach (var path in files) Assert.Equal(await File.ReadAllTextAsync(Path.Combine(committed, path)), await File.ReadAllTextAsync(Path.Combine(chart, path)));
    }

    private static List<string> Files(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)];

    private static async Task PublishAsync(TextFolder folder, params string[] arguments)
    {
        string[] parameters = ["openai-api-key", "atlas-connection", "firebase-project-id", "firebase-client-email", "firebase-private-key-id", "firebase-private-key"];
        await using var publisher = ProductProcess.Start(
            "ChaturMail.AppHost", ["--operation", "publish", .. arguments],
            [("HOME", folder.Path), .. parameters.Select(name => ("Parameters__" + name, "none"))]);
        Assert.Equal(0, await publisher.ExitAsync());
    }
}
