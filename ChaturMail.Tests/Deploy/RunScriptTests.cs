using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Deploy;

/// <summary>What run.sh chooses, with programs in place of docker, podman and dotnet, so that neither the machine nor its feed decides.</summary>
public sealed class RunScriptTests : IDisposable
{
    private readonly TextFolder _folder = new();

    public RunScriptTests()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Path, "bin"));
        File.Copy(Path.Combine(Repository.Root, "run.sh"), Path.Combine(_folder.Path, "run.sh"));
        Answers("docker", false);
        Answers("podman", false);
        Answers("dotnet", true);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task WithoutARuntimeThatAnswersItIsEmbeddedParts()
    {
        var (code, output) = await WhichAsync();
        Assert.Equal("On embedded parts, because docker and podman did not answer.\n", output);
        Assert.Equal(0, code);
    }

    [Theory]
    [InlineData("docker")]
    [InlineData("podman")]
    public async Task WithARuntimeAndTheFeedItIsAspire(string runtime)
    {
        Answers(runtime, true);
        var (_, output) = await WhichAsync();
        Assert.StartsWith($"Under .NET Aspire, because {runtime} answers and the NuGet feed has the packages", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFeedWithoutThePackagesIsAskedOnceADay()
    {
        Answers("docker", true);
        Answers("dotnet", false);
        Assert.Equal("On embedded parts, because the NuGet feed did not give the Aspire packages.\n", (await WhichAsync()).Output);
        Answers("dotnet", true);
        Assert.StartsWith("On embedded parts, because the NuGet feed did not give the Aspire packages less than a day ago", (await WhichAsync()).Output, StringComparison.Ordinal);
        Assert.StartsWith("Under .NET Aspire", (await WhichAsync("--aspire")).Output, StringComparison.Ordinal);
        Assert.StartsWith("Under .NET Aspire", (await WhichAsync()).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--plain", "--plain asks for it")]
    [InlineData("--lan", "--lan asks for it")]
    public async Task WhoeverAsksForEmbeddedPartsGetsThem(string argument, string reason)
    {
        Answers("docker", true);
        Assert.Equal($"On embedded parts, because {reason}.\n", (await WhichAsync(argument)).Output);
    }

    [Fact]
    public async Task ASettingOfTheOneProcessChoosesIt()
    {
        Answers("docker", true);
        var (_, output) = await RunAsync(["--which"], ("PORT", "4600"));
        Assert.Equal("On embedded parts, because PORT is set.\n", output);
    }

    [Fact]
    public async Task AspireThatIsAskedForAndCannotBeHadIsAnError()
    {
        var (code, output) = await WhichAsync("--aspire");
        Assert.StartsWith("Not under .NET Aspire, because", output, StringComparison.Ordinal);
        Assert.Equal(2, code);
        Assert.Equal(2, (await WhichAsync("--aspire", "--lan")).Code);
    }

    private void Answers(string program, bool well) =>
        ShellScript.WriteProgram(Path.Combine(_folder.Path, "bin"), program, well ? "exit 0" : "exit 1");

    private Task<(int Code, string Output)> WhichAsync(params string[] arguments) => RunAsync(["--which", .. arguments]);

    private Task<(int Code, string Output)> RunAsync(string[] arguments, params (string Name, string? Value)[] environment) => ShellScript.RunAsync(
        "bash", ["run.sh", .. arguments], _folder.Path,
        [
            ("PATH", Path.Combine(_folder.Path, "bin") + ":" + Environment.GetEnvironmentVariable("PATH")),
            ("PORT", null), ("DATA_DIR", null), ("DB_URI", null), ("REDIS_IP", null), .. environment,
        ]);
}
