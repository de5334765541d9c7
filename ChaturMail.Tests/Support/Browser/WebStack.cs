using System.Globalization;
using System.Text.Json;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(SharedWebStack))]

namespace ChaturMail.Tests.Support.Browser;

/// <summary>
/// What runs in the field under the web app: an Api, a Worker and a Redis, each a process of its own, one store, and a model provider that
/// writes what tests say. Development sign-in, no rate limits, operators without a second factor, failures tried again at once; an
/// environment variable of the test's own counts more.
/// </summary>
internal sealed class WebStack : IAsyncDisposable
{
    private readonly TextFolder _folder = new();
    private readonly List<ProductProcess> _started = [];
    private readonly (string Name, string Value)[] _environment;
    private ProductProcess? _worker;

    private WebStack(RedisServer redis, WebModel model, (string, string)[] environment)
    {
        (Redis, Model) = (redis, model);
        _environment =
        [
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", _folder.Path), ("Worker__InApi", "false"),
            ("REDIS_IP", "127.0.0.1"), ("REDIS_PORT", Text(redis.Port)),
            ("OPENAI_API_KEY", "sk-test"), ("OpenAI__BaseAddress", model.BaseAddress.ToString()), ("Models__Routes__Standard", "openai"),
            ("Models__BreakerFailures", "10000"), ("Queue__FirstRetry", "00:00:00.010"), ("Queue__LongestRetry", "00:00:00.100"),
            ("Worker__SweepEvery", "00:00:01"), ("Admin__SecondFactor", "false"),
            ("RateLimits__PerAddress", "0"), ("RateLimits__PerUser", "0"), ("RateLimits__AccountsPerAddress", "0"), ("RateLimits__ExportsPerUser", "0"), ("RateLimits__MessagesPerUser", "0"),
            .. environment,
        ];
    }

    /// <summary>Where the Api listens, the origin of the web app. Stays the same when the Api is started again.</summary>
    public Uri Address { get; private set; } = null!;

    public RedisServer Redis { get; }

    public WebModel Model { get; }

    /// <summary>The Api that was started last.</summary>
    public ProductProcess Api { get; private set; } = null!;

    /// <summary>Talks to the Api past the browser.</summary>
    public ApiClient Client { get; private set; } = null!;

    /// <summary>The data folder: the store, and in <c>mail</c> the product's own mail.</summary>
    public string Folder => _folder.Path;

    /// <summary>Starts all parts and waits until the Api listens. Skips the test where there is no Redis.</summary>
    /// <param name="environment">Environment variables of Api and Worker.</param>
    public static async Task<WebStack> StartAsync(params (string Name, string Value)[] environment)
    {
        var stack = new WebStack(await RedisServer.StartAsync(), await WebModel.StartAsync(), environment);
        stack.StartWorker();
        await stack.StartApiAsync();
        return stack;
    }

    /// <summary>Starts the Api, at its old address where it had one, and waits until it listens.</summary>
    public async Task StartApiAsync()
    {
        Client?.Dispose();
        (Api, Client) = await ProductProcess.StartApiAsync(_folder.Path, [.. _environment, ("PORT", Text(Address?.Port ?? 0))]);
        _started.Add(Api);
        Address = Client.Http.BaseAddress!;
    }

    /// <summary>SIGKILL.</summary>
    public Task KillApiAsync() => Api.KillAsync();

    /// <summary>Starts a Worker and does not wait: its first job shows that it works.</summary>
    public void StartWorker()
    {
        _worker = ProductProcess.Start("ChaturMail.Worker", [], _environment);
        _started.Add(_worker);
    }

    /// <summary>SIGKILL.</summary>
    public Task KillWorkerAsync() => _worker!.KillAsync();

    /// <summary>A session of this user, who is made where there is none yet.</summary>
    public async Task<WebSession> SessionAsync(string email)
    {
        var token = await Client.SignInAsync(email);
        return new WebSession(token, await Operators.UidAsync(Client, token), email);
    }

    /// <summary>Signs the page's user in, before the page is opened. As in the field that is done once: who signs out stays signed out.</summary>
    public async Task<WebSession> SignInAsync(IPage page, string email)
    {
        var session = await SessionAsync(email);
        // A page of the origin that the server knows nothing of: the app has not run when the session is put down.
        var blank = new Uri(Address, "/a-page-before-the-first").ToString();
        await page.RouteAsync(blank, route => route.FulfillAsync(new() { ContentType = "text/html", Body = "<link rel=icon href='data:,'>" }));
        await page.GotoAsync(blank);
        await page.EvaluateAsync("text => localStorage.setItem('chaturmail.session', text)", JsonSerializer.Serialize(new { token = session.Token, uid = session.Uid, email }));
        await page.UnrouteAsync(blank);
        return session;
    }

    /// <summary>Makes an operator of this user, who is made where there is none yet. Counts for sessions that are there already.</summary>
    public async Task MakeOperatorAsync(string email)
    {
        var session = await SessionAsync(email);
        using var database = new SqliteDatabase(Path.Combine(_folder.Path, "chaturmail.db"));
        Assert.True(await new SqliteUserStore(database, TimeProvider.System).SetAdminAsync(session.Uid, true, default));
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        foreach (var process in _started) await process.DisposeAsync();
        await Model.DisposeAsync();
        await Redis.DisposeAsync();
        _folder.Dispose();
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Who is signed in.</summary>
internal sealed record WebSession(string Token, string Uid, string Email);

/// <summary>The stack of all tests that stop nothing, started by the first.</summary>
public sealed class SharedWebStack : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1);
    private WebStack? _stack;

    internal async Task<WebStack> StackAsync()
    {
        await _gate.WaitAsync();
        try
        {
            return _stack ??= await WebStack.StartAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_stack is not null) await _stack.DisposeAsync();
        _gate.Dispose();
    }
}
