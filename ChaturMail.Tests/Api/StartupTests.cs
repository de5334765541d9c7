using ChaturMail.Api;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Core.Queue.Redis;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.ServiceDefaults;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What the Api refuses to start with, and how it says so.</summary>
public sealed class StartupTests
{
    private const string GoodKey = "JWT_KEY=kJ8vQ2mZx7Lr4Tn9Wb3Yc6Hd1Fg5Ps0A";

    [Theory]
    [InlineData("JWT_KEY", "PROJECT_ID=p")]
    [InlineData("JWT_KEY", "PROJECT_ID=p", "JWT_KEY=short")]
    [InlineData("JWT_KEY", "PROJECT_ID=p", "JWT_KEY=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("JWT_PREVIOUS_KEYS, key 1,", "PROJECT_ID=p", GoodKey, "JWT_PREVIOUS_KEYS=short")]
    [InlineData("JWT_PREVIOUS_KEYS", "PROJECT_ID=p", GoodKey, "JWT_PREVIOUS_KEYS=a,b,c,d,e,f")]
    [InlineData("PROJECT_ID", GoodKey)]
    [InlineData("Identity:RequireVerifiedEmail", GoodKey, "PROJECT_ID=p", "Identity:RequireVerifiedEmail=true")]
    [InlineData("FIREBASE_AUTH_EMULATOR_HOST", GoodKey, "PROJECT_ID=p", "FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:9099")]
    [InlineData("Proxies:Trusted", GoodKey, "PROJECT_ID=p", "Proxies:Trusted=10.0.0.0/8, 0.0.0.0/0")]
    [InlineData("Proxies:Trusted", GoodKey, "PROJECT_ID=p", "Proxies:Trusted=::/0")]

    [InlineData("Mail:Host", GoodKey, "Identity:Local:Enabled=true")]
    [InlineData("Mail:Host", GoodKey, "PROJECT_ID=p", "Identity:Local:Enabled=true")]
    public void ProductionRefusesWhatIsNotSafe(string named, params string[] settings) =>
        AssertRefused(named, ["environment=Production", .. settings]);

    [Theory]
    [InlineData("Storage:Adapter", "Storage:Adapter=mongo")]
    [InlineData("REDIS_IP", "Queue:Adapter=redis")]
    [InlineData("REDIS_IP", "REDIS_IP=127.0.0.1:6379")]
    [InlineData("REDIS_PORT", "REDIS_IP=127.0.0.1", "REDIS_PORT=many")]
    [InlineData("REDIS_PORT", "REDIS_IP=127.0.0.1", "REDIS_PORT=65536")]
    [InlineData("REDIS_CACHE_PORT", "REDIS_CACHE_IP=127.0.0.1", "REDIS_CACHE_PORT=many")]
    [InlineData("OpenAI:RequestsPerMinute", "OPENAI_API_KEY=sk-x", "OpenAI:RequestsPerMinute=-1")]
    [InlineData("Redis:KeyPrefix", "REDIS_IP=127.0.0.1", "Redis:KeyPrefix={a}")]
    [InlineData("Queue:Adapter", "Queue:Adapter=kafka")]
    [InlineData("PORT", "PORT=many", "URLS=")]
    [InlineData("Worker:Concurrency", "Worker:Concurrency=many")]
    [InlineData("Worker:Concurrency", "Worker:Concurrency=0")]
    [InlineData("Queue:Lease", "Queue:Lease=00:00:00")]
    [InlineData("Coins:Starting", "Coins:Starting=-1")]
    [InlineData("Proxies:Trusted", "Proxies:Trusted=everybody")]
    [InlineData("Cors:Origins", "Cors:Origins=app.example")]
    [InlineData("Cors:Origins", "Cors:Origins=https://app.example/")]
    [InlineData("Cors:Origins", "Cors:Origins=https://app.example, *")]
    [InlineData("Server:MaxConnections", "Server:MaxConnections=0")]
    [InlineData("Server:MaxConnectionsPerAddress", "Server:MaxConnectionsPerAddress=-1")]
    [InlineData("Server:HeadersTimeout", "Server:HeadersTimeout=00:00:00")]
    [InlineData("Server:IdleTimeout", "Server:IdleTimeout=01:00:00")]
    [InlineData("Server:RequestTimeout", "Server:RequestTimeout=never")]
    [InlineData("Server:LeastBytesPerSecond", "Server:LeastBytesPerSecond=0")]
    [InlineData("Firebase:KeysAddress", "PROJECT_ID=p", "Firebase:KeysAddress=somewhere")]
    [InlineData("FIREBASE_AUTH_EMULATOR_HOST", "FIREBASE_AUTH_EMULATOR_HOST=no host")]
    [InlineData("PRIVATE_KEY", "PROJECT_ID=p", "CLIENT_EMAIL=a@p.example")]
    [InlineData("PRIVATE_KEY", "PROJECT_ID=p", "CLIENT_EMAIL=a@p.example", "PRIVATE_KEY=emVicmE=")]
    [InlineData("CLIENT_EMAIL", "PROJECT_ID=p", "PRIVATE_KEY=emVicmE=")]
    [InlineData("Worker:KeepEnded", "Worker:KeepEnded=23:00:00")]
    [InlineData("Generation:Wait", "Generation:Wait=00:00:00")]
    [InlineData("RateLimits:PerUser", "RateLimits:PerUser=-1")]
    [InlineData("OpenAI:Temperature", "OPENAI_API_KEY=sk-x", "OpenAI:Temperature=3")]
    [InlineData("Sessions:MaxAge", "Sessions:MaxAge=29.00:00:00")]
    [InlineData("Admin:SecondFactor", "Admin:SecondFactor=perhaps")]
    [InlineData("Moderation:ApiKey", "Moderation:Enabled=true")]
    [InlineData("Identity:Issuer", "Identity:Issuer=a:b")]
    [InlineData("Moderation:Timeout", "OPENAI_API_KEY=sk-x", "Moderation:Enabled=true", "Moderation:Timeout=00:02:00")]
    [InlineData("Identity:Local:LeastPasswordLength", "Identity:Local:LeastPasswordLength=7")]
    [InlineData("Mail:Port", "Mail:Port=465")]
    [InlineData("Mail:From", "Mail:Host=smtp.example.com")]
    [InlineData("RateLimits:AccountsPerAddress", "RateLimits:AccountsPerAddress=-1")]
    [InlineData("Attachments:Bucket", "Attachments:Endpoint=http://minio:9000")]
    [InlineData("Attachments:AccessKey", "Attachments:Bucket=pictures", "Attachments:SecretKey=s")]
    [InlineData("Attachments:SecretKey", "Attachments:Bucket=pictures", "Attachments:AccessKey=a")]
    [InlineData("Attachments:Bucket", "Attachments:Bucket=Pictures/All", "Attachments:AccessKey=a", "Attachments:SecretKey=s")]
    [InlineData("Attachments:Endpoint", "Attachments:Bucket=pictures", "Attachments:AccessKey=a", "Attachments:SecretKey=s", "Attachments:Endpoint=minio:9000")]
    [InlineData("Attachments:BytesOfAUser", "Attachments:BytesOfAUser=1")]
    public void ASettingThatCannotWorkIsNamed(string named, params string[] settings) => AssertRefused(named, settings);

    [Fact]
    public async Task ProductionStartsWithAKeyAndAProject()
    {
        await using var api = await TestApi.StartAsync("environment=Production", GoodKey, "PROJECT_ID=p");
        Assert.Equal(401, (await api.Client.PostAsync("/user/getUserData", new { })).HttpStatus);
        using var docs = await api.Client.Http.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        Assert.Equal(404, (int)docs.StatusCode);
    }

    [Fact]
    public async Task ProductionStartsWithAccountsOfItsOwnAndTakesNoDevelopmentSignIn()
    {
        await using var api = await TestApi.StartAsync(
            "environment=Production", GoodKey, "Identity:Local:Enabled=true", "Mail:Host=localhost", "Mail:From=no-reply@chaturmail.example");
        Assert.Equal("invalid_id_token", (await api.Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("asha.rao@example.com"))).Code);
        Assert.Equal("invalid_credentials", (await api.Client.PostAsync("/auth/signIn", new { email = "a@example.com", password = "x" })).Code);
    }

    [Fact]
    public async Task AProgramThatCannotStartEndsWith2AndASentence()
    {
        await using var process = ProductProcess.Start("ChaturMail.Api", []);
        Assert.Equal(2, await process.ExitAsync());
        await Eventually.TrueAsync(() => Task.FromResult(process.Lines.Any(line => line.Contains("PROJECT_ID", StringComparison.Ordinal))));
        Assert.DoesNotContain(process.Lines, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AProgramWhosePortIsTakenEndsWith2AndTakesNoJob()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Hang());
        using var folder = new TextFolder();
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var path = Path.Combine(folder.Path, "chaturmail.db");
        using (var database = new SqliteDatabase(path))
        using (var queue = new EmbeddedQueue(database, TimeProvider.System, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1)))
            await queue.EnqueueAsync("6b018b08c371b1bcac5105a3", default);

        await using var process = ProductProcess.Start("ChaturMail.Api", [], [
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", folder.Path), ("BIND_ADDRESS", "127.0.0.1"),
            ("PORT", ((System.Net.IPEndPoint)taken.LocalEndpoint).Port.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        Assert.Equal(2, await process.ExitAsync());

        using (var database = new SqliteDatabase(path))
        using (var queue = new EmbeddedQueue(database, TimeProvider.System, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1)))
            Assert.Equal(1, Assert.Single(await queue.TakeAsync(1, TestContext.Current.CancellationToken)).Attempt);
    }

    [Theory]
    [InlineData("ChaturMail.Api")]
    [InlineData("ChaturMail.Worker")]
    [InlineData("ChaturMail.AppHost")]
    public async Task EveryProgramExplainsItself(string program)
    {
        await using var process = ProductProcess.Start(program, ["--help"]);
        Assert.Equal(0, await process.ExitAsync());
    }

    [Fact]
    public async Task NoProgramWatchesFolders()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What a process watches is read from /proc.");
        using TextFolder folder = new(), workers = new();
        var (api, client) = await ProductProcess.StartApiAsync(folder.Path);
        await using var first = api;
        using var second = client;
        await using var worker = ProductProcess.Start("ChaturMail.Worker", [], [("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", workers.Path)]);
        // Its settings are read before its store is opened.
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(Path.Combine(workers.Path, "chaturmail.db"))));

        foreach (var process in new[] { api, worker })
            Assert.DoesNotContain(Directory.GetFiles($"/proc/{process.Id}/fd"), file => new FileInfo(file).LinkTarget?.Contains("inotify", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task InDevelopmentSessionsSurviveARestartWithoutAKeyBeingSet()
    {
        using var folder = new TextFolder();
        string token;
        var (first, client) = await ProductProcess.StartApiAsync(folder.Path);
        await using (first)
        using (client)
        {
            token = await client.SignInAsync();
            await first.KillAsync();
        }

        var (second, again) = await ProductProcess.StartApiAsync(folder.Path);
        await using var _ = second;
        using var __ = again;
        Assert.Equal(200, (await again.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
    }

    [Fact]
    public async Task TheProbesAnswer()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var probe in new[] { "/health", "/alive" })
        {
            using var answer = await api.Client.Http.GetAsync(new Uri(probe, UriKind.Relative));
            Assert.Equal(200, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task WithoutItsRedisTheApiIsDegradedAndServesFromTheStore()
    {
        await using var api = await TestApi.StartAsync(
            "REDIS_IP=127.0.0.1", "REDIS_PORT=" + ProductProcess.FreePort().ToString(System.Globalization.CultureInfo.InvariantCulture),
            "Generation:Wait=00:00:01");

        using var answer = await api.Client.Http.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.Equal((200, "Degraded"), ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync()));
        var token = await api.Client.SignInAsync();
        Assert.Equal(202, (await api.Client.GenerateAsync(token)).HttpStatus);
    }

    [Fact]
    public async Task TheApiDocumentsListEveryRoute()
    {
        await using var api = await TestApi.StartAsync();
        var document = await api.Client.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative));
        foreach (var route in ApiRoutes.All(api.App)) Assert.Contains($"\"{route}\"", document, StringComparison.Ordinal);
        using var page = await api.Client.Http.GetAsync(new Uri("/docs/index.html", UriKind.Relative));
        Assert.Equal(200, (int)page.StatusCode);
    }

    [Fact]
    public async Task CorsIsOpenUnlessOriginsAreNamed()
    {
        await using var open = await TestApi.StartAsync();
        await using var closed = await TestApi.StartAsync("Cors:Origins=https://app.example");

        Assert.Equal("*", await OriginAsync(open, "https://any.example"));
        Assert.Equal("https://app.example", await OriginAsync(closed, "https://app.example"));
        Assert.Null(await OriginAsync(closed, "https://any.example"));

        // An error has the header as well, or a browser hides it from the app.
        static async Task<string?> OriginAsync(TestApi api, string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/user/getUserData");
            request.Headers.Add("Origin", origin);
            using var answer = await api.Client.Http.SendAsync(request);
            Assert.Equal(401, (int)answer.StatusCode);
            return answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null;
        }
    }

    [Fact]
    public void AnEnvironmentFileIsReadAsItIsWritten()
    {
        var read = EnvironmentFile.Parse(["# comment", "", "PORT=1", " JWT_KEY = \"a=b\" ", "Worker__Concurrency='3'", "nonsense"]);
        Assert.Equal([("JWT_KEY", "a=b"), ("PORT", "1"), ("Worker__Concurrency", "3")], read.OrderBy(p => p.Key).Select(p => (p.Key, p.Value)));
    }

    [Fact]
    public async Task AnEnvironmentFileInTheWorkingDirectoryIsUsedInDevelopmentOnly()
    {
        using var folder = new TextFolder();
        folder.Write(".env", "Worker__Concurrency=many");
        foreach (var (environment, named) in new[] { ("Development", "Worker:Concurrency"), ("Production", "PROJECT_ID") })
        {
            await using var process = ProductProcess.Start(
                "ChaturMail.Api", [], [("ASPNETCORE_ENVIRONMENT", environment), ("DATA_DIR", folder.Path)], workingDirectory: folder.Path);
            Assert.Equal(2, await process.ExitAsync());
            await Eventually.TrueAsync(() => Task.FromResult(process.Lines.Any(line => line.Contains(named, StringComparison.Ordinal))));
        }
    }

    [Fact]
    public async Task TheNamedAdapterCountsMoreThanTheHint()
    {
        await using var api = await TestApi.StartAsync("REDIS_IP=127.0.0.1", "Queue:Adapter=embedded");
        Assert.IsType<EmbeddedQueue>(api.App.Services.GetRequiredService<IGenerationQueue>());
        await using var other = await TestApi.StartAsync("REDIS_IP=127.0.0.1", $"REDIS_PORT={ProductProcess.FreePort()}");
        Assert.IsType<RedisQueue>(other.App.Services.GetRequiredService<IGenerationQueue>());
    }

    /// <summary>The Api does not start with these settings, and the sentence names this.</summary>
    internal static void AssertRefused(string named, params string[] settings)
    {
        using var folder = new TextFolder();
        var error = Assert.Throws<StartupException>(() => ApiApplication.Build(TestApi.Arguments(folder.Path, settings)));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
    }
}
