using System.Collections.Concurrent;
using System.Text;
using ChaturMail.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>What leaves the process for a collector (OTLP over HTTP, https://opentelemetry.io/docs/specs/otlp/#otlphttp).</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task TracesMetricsAndLogsReachTheCollectorWithoutAnythingOfTheUsers()
    {
        await using var collector = await Collector.StartAsync();
        using var folder = new TextFolder();
        var (process, client) = await ProductProcess.StartApiAsync(folder.Path, [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Address), ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"), ("OTEL_METRIC_EXPORT_INTERVAL", "500")]);
        await using var _ = process;
        using var __ = client;
        var token = await client.SignInAsync("zebra.person@example.com");
        var answer = await client.PostAsync(
            "/email/generateEmail", new { subject = "zebra subject", keywords = "zebra keyword", promptId = "1", toEmail = "zebra.recipient@example.com" }, token);
        Assert.Equal(200, answer.HttpStatus);
        // Refused, which is logged.
        await client.PostAsync("/auth/getJWTToken", new { email = "zebra@example.com", idToken = "zebra", loginMethod = "zebra", fcmToken = "zebra" });

        process.Terminate();
        Assert.Equal(0, await process.ExitAsync());

        Assert.Contains("generate email", collector.Received("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("/email/generateEmail", collector.Received("/v1/traces"), StringComparison.Ordinal);
        foreach (var metric in new[] { "jobs.accepted", "jobs.runs", "jobs.running", "jobs.attempts", "jobs.pickup", "jobs.run", "queue.entries", "queue.oldest" })
            Assert.Contains("chaturmail." + metric, collector.Received("/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("A sign-in was refused", collector.Received("/v1/logs"), StringComparison.Ordinal);
        foreach (var secret in new[] { "zebra", token, answer.Text("userId") })
            Assert.DoesNotContain(secret, collector.Received(""), StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Keeps what is sent to it; names in protobuf are readable as they are.</summary>
    private sealed class Collector : IAsyncDisposable
    {
        private readonly ConcurrentQueue<(string Path, string Body)> _received = new();
        private readonly WebApplication _app;

        private Collector()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            _app = builder.Build();
            _app.Run(async context =>
            {
                using var body = new MemoryStream();
                await context.Request.Body.CopyToAsync(body);
                _received.Enqueue((context.Request.Path, Encoding.UTF8.GetString(body.ToArray())));
                context.Response.ContentType = "application/x-protobuf";
            });
        }

        public string Address => _app.Urls.Single();

        public static async Task<Collector> StartAsync()
        {
            var collector = new Collector();
            await collector._app.StartAsync();
            return collector;
        }

        public string Received(string path) => string.Concat(_received.Where(r => r.Path.StartsWith(path, StringComparison.Ordinal)).Select(r => r.Body));

        public ValueTask DisposeAsync() => _app.DisposeAsync();
    }
}
