using System.Globalization;
using System.Text.Json.Nodes;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>Scheduled emails by processes that are killed, to a real mail server, through a proxy that holds the conversation at an exact point.</summary>
public sealed class ScheduledMailTests
{
    [Fact]
    public async Task AWorkerThatDiesBeforeTheLastDotHasSentNothingAndAnotherSendsIt()
    {
        await using var server = await MailServer.StartAsync();
        await using var proxy = HoldingProxy.HoldFromClient(server.Port, "DATA\r\n");
        await using var product = await Product.StartAsync();
        var first = product.StartWorker(proxy.Port);
        var id = await product.SendAsync("Before the dot");
        await proxy.Held;
        await first.KillAsync();

        product.StartWorker(server.Port);

        Assert.Equal("Before the dot", (await server.NextAsync()).Subject);
        await product.StateAsync(id, "sent");
        Assert.False(server.HasMore);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AWorkerThatDiesAfterTheLastDotLeavesAMailThatNobodySendsAgainByThemselves(bool hasArrived)
    {
        await using var server = await MailServer.StartAsync();
        await using var proxy = hasArrived ? HoldingProxy.HoldFromServer(server.Port, "queued") : HoldingProxy.HoldFromClient(server.Port, "\r\n.\r\n");
        await using var product = await Product.StartAsync();
        var first = product.StartWorker(proxy.Port);
        var id = await product.SendAsync("After the dot");
        await proxy.Held;
        await first.KillAsync();

        product.StartWorker(server.Port);
        await product.StateAsync(id, "uncertain");

        string? messageId = null;
        if (hasArrived) messageId = (await server.NextAsync()).Header("Message-ID");
        Assert.False(server.HasMore);

        // Its user has it sent again, and a recipient's program can tell that it is the same.
        Assert.Equal(200, (await product.Client.PostAsync("/schedule/resend", new { id, occurrence = 1 }, product.Token)).HttpStatus);
        var again = await server.NextAsync();
        Assert.Equal(messageId ?? $"<{id}-1@chaturmail.example>", again.Header("Message-ID"));
        await product.StateAsync(id, "sent");
        Assert.False(server.HasMore);
    }

    [Fact]
    public async Task TwoWorkersSendTwoHundredThatAreDueAtOnceOnceEach()
    {
        const int Count = 200;
        await using var server = await MailServer.StartAsync();
        await using var product = await Product.StartAsync();
        product.StartWorker(server.Port);
        product.StartWorker(server.Port);
        var at = (TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(10)).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        await Task.WhenAll(Enumerable.Range(0, Count).Select(i => product.SendAsync($"Mail {i}", at)));

        var subjects = new List<string>();
        while (subjects.Count < Count) subjects.Add((await server.NextAsync()).Subject);

        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"Mail {i}").Order(StringComparer.Ordinal), subjects.Order(StringComparer.Ordinal));
        await Eventually.TrueAsync(async () =>
        {
            var ended = await product.Client.PostAsync("/schedule/getSchedules", new { past = true, limit = 100 }, product.Token);
            return ended.Payload is { Count: 100 } && ended.Payload.All(item => item["lastState"]!.GetValue<string>() == "sent");
        });
        Assert.False(server.HasMore);
    }

    [Fact]
    public async Task WhatTheServerRefusesIsShownToTheSender()
    {
        await using var server = await MailServer.StartAsync();
        await server.AnswerAsync(550, 451);
        await using var product = await Product.StartAsync();
        product.StartWorker(server.Port);

        var refused = await product.SendAsync("Refused");
        var recipient = (await product.StateAsync(refused, "refused"))["recipients"]![0]!;
        Assert.Equal(("maria@example.org", "550"), (recipient["to"]!.GetValue<string>(), recipient["status"]!.GetValue<string>()));
        Assert.Contains("scripted", recipient["said"]!.GetValue<string>(), StringComparison.Ordinal);

        var later = await product.SendAsync("Later");
        await Eventually.TrueAsync(async () => (await product.DeliveryAsync(later))?["recipients"]![0]!["reason"]?.GetValue<string>() == "mail_server_busy");
        Assert.False(server.HasMore);
    }

    /// <summary>An Api and Workers as processes on one store, whose leases are short.</summary>
    private sealed class Product : IAsyncDisposable
    {
        private readonly TextFolder _folder = new();
        private readonly List<ProductProcess> _processes = [];

        public ApiClient Client { get; private set; } = null!;

        public string Token { get; private set; } = "";

        public static async Task<Product> StartAsync()
        {
            var product = new Product();
            var (api, client) = await ProductProcess.StartApiAsync(product._folder.Path, [.. Environment(1), ("Worker__InApi", "false"), ("RateLimits__PerUser", "0")]);
            product._processes.Add(api);
            (product.Client, product.Token) = (client, await client.SignInAsync());
            return product;
        }

        public ProductProcess StartWorker(int mailPort)
        {
            var worker = ProductProcess.Start("ChaturMail.Worker", [], [("ASPNETCORE_ENVIRONMENT", "Development"), ("DATA_DIR", _folder.Path), .. Environment(mailPort)]);
            _processes.Add(worker);
            return worker;
        }

        public async Task<string> SendAsync(string subject, string? at = null) => (await Client.PostAsync(
            "/schedule/scheduleEmail", new { to = new[] { "maria@example.org" }, subject, text = "Dear Maria,\nhere it is.\n", at, timeZone = "UTC" }, Token)).Text("id");

        public async Task<JsonNode?> DeliveryAsync(string id) =>
            (await Client.PostAsync("/schedule/getSchedule", new { id }, Token)).Item["deliveries"]!.AsArray() is [{ } delivery, ..] ? delivery : null;

        /// <summary>Waits until the first delivery has come to a state, and gives it.</summary>
        public async Task<JsonNode> StateAsync(string id, string state)
        {
            JsonNode? delivery = null;
            await Eventually.TrueAsync(async () => (delivery = await DeliveryAsync(id))?["state"]!.GetValue<string>() == state);
            return delivery!;
        }

        public async ValueTask DisposeAsync()
        {
            Client.Dispose();
            foreach (var process in _processes) await process.DisposeAsync();
            _folder.Dispose();
        }

        private static (string, string)[] Environment(int mailPort) =>
        [
            ("Mail__Host", "127.0.0.1"), ("Mail__Port", mailPort.ToString(CultureInfo.InvariantCulture)), ("Mail__Security", "None"), ("Mail__From", "no-reply@chaturmail.example"),
            ("Mail__Timeout", "00:00:06"), ("Scheduling__AnswerTimeout", "00:00:06"), ("Scheduling__ActiveOfAUser", "500"), ("Scheduling__EmailsOfAUserADay", "1000"),
            ("Scheduling__EmailsToADomainAnHour", "1000"),
        ];
    }
}
