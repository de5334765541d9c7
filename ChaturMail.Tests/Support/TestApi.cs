using ChaturMail.Api;
using ChaturMail.Core.Identity.Local;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ChaturMail.Tests.Support;

/// <summary>The Api in this process, on a port and a data folder of its own, with the worker inside it and limits out of the way.</summary>
internal sealed class TestApi : IAsyncDisposable
{
    // A password is to cost a tenth of a second, which LocalIdentityTests shows; here that would only be waiting.
    private static readonly PasswordHasher<LocalAccount> QuickHasher = new(Options.Create(new PasswordHasherOptions { IterationCount = 1000 }));

    private readonly TextFolder _folder;
    private readonly WebApplication _app;

    private TestApi(TextFolder folder, WebApplication app)
    {
        _folder = folder;
        _app = app;
        Client = new ApiClient(new Uri(app.Urls.First()));
    }

    public ApiClient Client { get; }

    public WebApplication App => _app;

    public string DataFolder => _folder.Path;

    /// <summary>Everything that was logged.</summary>
    public required LogSink Log { get; init; }

    /// <param name="settings">Configuration such as <c>Coins:Starting=500</c>.</param>
    public static Task<TestApi> StartAsync(params string[] settings) => StartAsync(null, settings);

    /// <param name="services">Changes to the services, e.g. another language model.</param>
    public static async Task<TestApi> StartAsync(Action<IServiceCollection>? services, params string[] settings)
    {
        var folder = new TextFolder();
        var log = new LogSink();
        try
        {
            var app = ApiApplication.Build(Arguments(folder.Path, settings), all =>
            {
                all.RemoveAll<ILoggerProvider>();
                all.AddSingleton<ILoggerProvider>(log);
                all.AddSingleton<IPasswordHasher<LocalAccount>>(QuickHasher);
                services?.Invoke(all);
            });
            await app.StartAsync();
            return new TestApi(folder, app) { Log = log };
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Arguments that free an Api of everything that the machine's environment may hold.</summary>
    public static string[] Arguments(string dataFolder, params string[] settings) =>
    [
        "--environment=Development", "--DATA_DIR=" + dataFolder, "--URLS=http://127.0.0.1:0", "--OPENAI_API_KEY=", "--PROJECT_ID=", "--DB_URI=",
        "--REDIS_IP=", "--REDIS_CACHE_IP=", "--JWT_KEY=", "--JWT_PREVIOUS_KEYS=", "--FIREBASE_AUTH_EMULATOR_HOST=", "--PRIVATE_KEY=", "--CLIENT_EMAIL=", "--PRIVATE_KEY_ID=", "--TYPE=", "--TOKEN_URI=", "--OTEL_EXPORTER_OTLP_ENDPOINT=", "--PUBLIC_URL=",
        "--RateLimits:PerAddress=0", "--RateLimits:PerUser=0", "--RateLimits:GenerationsPerUser=0", "--RateLimits:ExportsPerUser=0", "--RateLimits:AccountsPerAddress=0", "--RateLimits:MessagesPerUser=0",
        // Most tests of operators are about something else than how they signed in.
        "--Admin:SecondFactor=false", .. settings.Select(setting => "--" + setting),
    ];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>Keeps what is logged, as text.</summary>
internal sealed class LogSink : ILoggerProvider
{
    private readonly System.Collections.Concurrent.ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => new Logger(_lines, categoryName);

    public void Dispose()
    {
    }

    private sealed class Logger(System.Collections.Concurrent.ConcurrentQueue<string> lines, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            lines.Enqueue($"{logLevel} {category}: {formatter(state, exception)} {exception}");
    }
}
