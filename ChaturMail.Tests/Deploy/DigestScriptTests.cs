using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Deploy;

/// <summary>deploy/set-digests.sh, against a configuration repository in a folder.</summary>
public sealed class DigestScriptTests : IDisposable
{
    private static readonly string Api = "sha256:" + new string('a', 64), Worker = "sha256:" + new string('b', 64);

    private readonly TextFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ChartAndDigestsAreOneCommitAndTheEnvironmentsValuesStay()
    {
        await GitAsync("init", "--quiet");
        Assert.Equal(0, (await SetAsync("staging", Api, Worker)).Code);
        Assert.Equal(Repository.Read("deploy/argocd/values-staging.yaml"), Read("values.yaml"));
        Assert.Equal(Repository.Read("deploy/helm/chaturmail/values.yaml"), Read("chaturmail/values.yaml"));

        _folder.Write("values.yaml", "image: {registry: harbor.example.net}\n");
        _folder.Write("chaturmail/templates/gone.yaml", "");
        await GitAsync("add", "--all");
        await GitAsync("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "commit", "--quiet", "--message", "Settings");

        Assert.Equal(0, (await SetAsync("staging", Worker, Api)).Code);
        Assert.Equal("image: {registry: harbor.example.net}\n", Read("values.yaml"));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "chaturmail/templates/gone.yaml")));
        Assert.Equal(["staging: 0123456789ab", "Settings", "staging: 0123456789ab"], (await GitAsync("log", "--format=%s")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(await GitAsync("status", "--porcelain"));
        Assert.Contains($"api:\n  image:\n    digest: \"{Worker}\"", Read("images.yaml"), StringComparison.Ordinal);

        // Going back is a revert, of the digests and of what belongs to them.
        await GitAsync("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com", "revert", "--no-edit", "HEAD");
        Assert.Contains($"api:\n  image:\n    digest: \"{Api}\"", Read("images.yaml"), StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(_folder.Path, "chaturmail/templates/gone.yaml")));
    }

    [Fact]
    public async Task TheSameDigestsAgainAreNoCommit()
    {
        await GitAsync("init", "--quiet");
        await SetAsync("production", Api, Worker);
        var (code, output) = await SetAsync("production", Api, Worker);
        Assert.Equal((0, "production runs this already.\n"), (code, output));
        Assert.Equal("1", (await GitAsync("rev-list", "--count", "HEAD")).Trim());
    }

    [Theory]
    [InlineData("staging", "")]
    [InlineData("staging", "latest")]
    [InlineData("somewhere", "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task NothingIsWrittenForWhatIsNoDigestOrNoEnvironment(string environment, string digest)
    {
        await GitAsync("init", "--quiet");
        Assert.Equal(2, (await SetAsync(environment, Api, digest)).Code);
        Assert.False(File.Exists(Path.Combine(_folder.Path, "images.yaml")));
    }

    [Fact]
    public async Task AFolderThatIsNoCheckoutIsRefused() => Assert.Equal(2, (await SetAsync("staging", Api, Worker)).Code);

    private string Read(string path) => File.ReadAllText(Path.Combine(_folder.Path, path));

    private Task<(int Code, string Output)> SetAsync(string environment, string api, string worker) => ShellScript.RunAsync(
        Path.Combine(Repository.Root, "deploy/set-digests.sh"), [_folder.Path, environment, api, worker], _folder.Path,
        ("GITHUB_SHA", "0123456789abcdef0123456789abcdef01234567"));

    private async Task<string> GitAsync(params string[] arguments)
    {
        var (code, output) = await ShellScript.RunAsync("git", arguments, _folder.Path);
        Assert.True(code == 0, output);
        return output;
    }
}
