using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.House;

/// <summary>Rules that matter, kept by test.</summary>
public sealed partial class HouseRulesTests
{
    private const int LongestFile = 400;
    private const int LongestMethod = 60;

    private static readonly IReadOnlyList<(string Path, string Text)> Sources =
        Repository.Files(".cs").Select(path => (path, Repository.Read(path))).ToList();

    [Fact]
    public void TimeComesFromATimeProvider() =>
        AssertNone(Sources, ClockRead(), "reads the machine's clock");

    [Fact]
    public void NothingBlocksOnATask() =>
        AssertNone(Sources.Where(s => !s.Path.StartsWith("ChaturMail.Tests/", StringComparison.Ordinal)), Blocking(), "blocks on a task");

    [Fact]
    public void RandomnessIsPassedIn() =>
        AssertNone(
            Sources.Where(s => s.Path is not "ChaturMail.ServiceDefaults/ServiceDefaultsExtensions.cs" && !s.Path.StartsWith("ChaturMail.Tests/", StringComparison.Ordinal)),
            OwnRandomness(), "makes its own randomness");

    [Fact]
    public void TypesOfEventsAreNamedInOnePlaceAlone() =>
        AssertNone(
            Sources.Where(s => s.Path is not "ChaturMail.Core/Events/EventType.cs" && !s.Path.StartsWith("ChaturMail.Tests/", StringComparison.Ordinal)),
            EventTypeName(), "names a type of event");

    [Fact]
    public void NamesSayWhatAThingIs() =>
        AssertNone(Sources, VagueName(), "has a vague name");

    [Fact]
    public void FilesAndMethodsStayShort()
    {
        var problems = new List<string>();
        foreach (var (path, text) in Sources.Where(s => !s.Path.StartsWith("ChaturMail.Tests/", StringComparison.Ordinal)))
        {
            var lines = text.Split('\n');
            if (lines.Length > LongestFile) problems.Add($"{path} has {lines.Length} lines");
            for (var i = 0; i < lines.Length; i++)
            {
                // A member's body in a type: its brace stands four blanks in, as does the one that ends it.
                if (lines[i] != "    {") continue;
                var end = Array.IndexOf(lines, "    }", i);
                if (end - i > LongestMethod && !lines[i - 1].Contains(" class ", StringComparison.Ordinal)) problems.Add($"{path}:{i} has a method of {end - i} lines");
            }
        }

        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("MongoDB")]
    [InlineData("FirebaseAdmin")]
    [InlineData("Aspire.")]
    public void PackagesThatNotEveryFeedHasAreNamedInTheirPlacesOnly(string package)
    {
        string[] allowed = ["ChaturMail.Cloud/", "ChaturMail.AppHost/", "ChaturMail.Tests/Cloud/"];
        var named = Repository.Files(".csproj").Where(path => Repository.Read(path).Contains($"Include=\"{package}", StringComparison.OrdinalIgnoreCase));
        Assert.All(named, path => Assert.Contains(allowed, folder => path.StartsWith(folder, StringComparison.Ordinal)));
        var used = Sources.Where(s => s.Text.Contains("using " + package, StringComparison.Ordinal)).Select(s => s.Path);
        Assert.All(used, path => Assert.Contains(allowed, folder => path.StartsWith(folder, StringComparison.Ordinal)));
    }

    [Fact]
    public void TheRedisClientIsNamedByTheCoreAlone() => Assert.Equal(
        ["ChaturMail.Core/ChaturMail.Core.csproj"],
        Repository.Files(".csproj").Where(path => Repository.Read(path).Contains("\"StackExchange.Redis", StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void TheBrowserIsDrivenByTheTestsAlone() => Assert.Equal(
        ["ChaturMail.Tests/ChaturMail.Tests.csproj"],
        Repository.Files(".csproj").Where(path => Repository.Read(path).Contains("\"Microsoft.Playwright", StringComparison.OrdinalIgnoreCase)));

    [Fact]
    public void NoSourceIsCompiledByASymbol() => AssertNone(Sources, Conditional(), "has an #if");

    [Fact]
    public void EverySettingStandsInTheReadme()
    {
        var readme = Repository.Read("README.md");
        var options = new[]
        {
            ("Coins", typeof(ChaturMail.Core.Accounts.CoinOptions)), ("Queue", typeof(ChaturMail.Core.Queue.QueueOptions)),
            ("Worker", typeof(ChaturMail.Worker.WorkerOptions)), ("Generation", typeof(ChaturMail.Api.Emails.GenerationOptions)),
            ("RateLimits", typeof(ChaturMail.Api.Http.RateLimitOptions)), ("OpenAI", typeof(ChaturMail.Core.Language.ProviderOptions)),
            ("Moderation", typeof(ChaturMail.Core.Language.Safety.ModerationOptions)),
            ("Models", typeof(ChaturMail.Core.Language.Routing.BreakerOptions)), ("Models__Routes", typeof(ChaturMail.Core.Language.Routing.RouteOptions)),
            ("Models__Comparison", typeof(ChaturMail.Core.Language.Routing.ComparisonOptions)), ("Budgets", typeof(ChaturMail.Core.Spending.BudgetOptions)), ("Mail", typeof(ChaturMail.Core.Mail.MailOptions)),
            ("Encryption", typeof(ChaturMail.Core.Encryption.EncryptionOptions)),
            ("Ads", typeof(ChaturMail.Core.Ads.AdOptions)),
            ("Privacy", typeof(ChaturMail.Core.Privacy.PrivacyOptions)), ("Retention", typeof(ChaturMail.Core.Privacy.RetentionOptions)),
            ("Revenue", typeof(ChaturMail.Core.Spending.RevenueOptions)),
            ("Web", typeof(ChaturMail.Api.Web.WebOptions)),
            ("Events", typeof(ChaturMail.Core.Events.EventsOptions)), ("Workspaces", typeof(ChaturMail.Core.Workspaces.WorkspaceOptions)),
            ("Translation", typeof(ChaturMail.Core.Translation.TranslationOptions)),
            ("Realtime", typeof(ChaturMail.Core.Realtime.RealtimeOptions)),
            ("Attachments", typeof(ChaturMail.Core.Attachments.AttachmentOptions)),
            ("Scheduling", typeof(ChaturMail.Core.Scheduling.SchedulingOptions)),
            ("Server", typeof(ChaturMail.Api.Http.ServerOptions)),
            ("Sessions", typeof(ChaturMail.Core.Accounts.SessionsOptions)), ("Admin", typeof(ChaturMail.Core.Accounts.AdminOptions)),
            ("Identity", typeof(ChaturMail.Core.Identity.IdentityOptions)),
            ("Identity__Local", typeof(ChaturMail.Core.Identity.Local.LocalIdentityOptions)),
        };
        foreach (var (section, type) in options)
            foreach (var property in type.GetProperties().Where(p => p.Name != "ApiKey" && p.CanWrite))
                Assert.Contains($"`{section}__{property.Name}`", readme, StringComparison.Ordinal);
        // Read by the names that deployments in the field use.
        string[] redis = ["REDIS_IP", "REDIS_PORT", "REDIS_PASSWORD", "REDIS_CACHE_IP", "REDIS_CACHE_PORT", "REDIS_CACHE_PASSWORD", "Redis__KeyPrefix"];
        string[] firebase =
        [
            "PROJECT_ID", "TYPE", "PRIVATE_KEY_ID", "PRIVATE_KEY", "CLIENT_EMAIL", "CLIENT_ID", "AUTH_URI", "TOKEN_URI", "AUTH_PROVIDER_X509_CERT_URL",
            "CLIENT_X509_CERT_URL", "FIREBASE_AUTH_EMULATOR_HOST", "Firebase__KeysAddress",
        ];
        Assert.All(firebase, name => Assert.Contains($"`{name}`", readme, StringComparison.Ordinal));
        Assert.All(redis, name => Assert.Contains($"`{name}`", readme, StringComparison.Ordinal));
    }

    private static void AssertNone(IEnumerable<(string Path, string Text)> sources, Regex forbidden, string fault) => Assert.Empty(
        sources.Where(s => !s.Path.EndsWith("HouseRulesTests.cs", StringComparison.Ordinal) && forbidden.IsMatch(s.Text)).Select(s => $"{s.Path} {fault}"));

    [GeneratedRegex(@"\bDateTime(Offset)?\.(UtcNow|Now|Today)\b")]
    private static partial Regex ClockRead();

    [GeneratedRegex(@"\.Result\b(?!\s*=)|\.Wait\(\)|\.GetAwaiter\(\)\.GetResult\(\)|Thread\.Sleep")]
    private static partial Regex Blocking();

    [GeneratedRegex(@"\bRandom\.Shared\b|new Random\(")]
    private static partial Regex OwnRandomness();

    [GeneratedRegex(@"\.v[1-9]""")]
    private static partial Regex EventTypeName();

    [GeneratedRegex(@"\b(class|record|struct|interface)\s+\w*(Manager|Helper|Util|Utils|Common|Base)\b")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"(?m)^\s*#(if|elif)\b")]
    private static partial Regex Conditional();
}
