using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>What leaves the process for a collector (OTLP over HTTP, https://opentelemetry.io/docs/specs/otlp/#otlphttp).</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task TracesMetricsAndLogsReachTheCollectorWithoutAnythingOfTheUsers()
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var folder = new TextFolder();
        var (process, client) = await ProductProcess.StartApiAsync(folder.Path, collector.Environment);
        await using var _ = process;
        using var __ = client;
        var token = await client.SignInAsync("zebra.person@example.com");
        var answer = await client.PostAsync(
            "/email/generateEmail", new { subject = "zebra subject", keywords = "zebra keyword", promptId = "1", toEmail = "zebra.recipient@example.com" }, token);
        Assert.Equal(200, answer.HttpStatus);
        // Refused, which is logged.
        await client.PostAsync("/auth/getJWTToken", new { email = "zebra@example.com", idToken = "zebra", loginMethod = "zebra", fcmToken = "zebra" });

        using var page = await client.Http.GetAsync(new Uri("/unsubscribe/zebra-token", UriKind.Relative));

        process.Terminate();
        Assert.Equal(0, await process.ExitAsync());

        Assert.Contains("generate email", collector.Received("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("/email/generateEmail", collector.Received("/v1/traces"), StringComparison.Ordinal);
        Assert.Contains("/unsubscribe/", collector.Received("/v1/traces"), StringComparison.Ordinal);
        foreach (var metric in new[] { "jobs.accepted", "jobs.runs", "jobs.running", "jobs.attempts", "jobs.pickup", "jobs.run", "queue.entries", "queue.oldest", "erasures.pending" })
            Assert.Contains("chaturmail." + metric, collector.Received("/v1/metrics"), StringComparison.Ordinal);
        Assert.Contains("A sign-in was refused", collector.Received("/v1/logs"), StringComparison.Ordinal);
        foreach (var secret in new[] { "zebra", token, answer.Text("userId") })
            Assert.DoesNotContain(secret, collector.Received(""), StringComparison.OrdinalIgnoreCase);
    }
}
