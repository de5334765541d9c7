using System.Net.WebSockets;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>What settings say of live connections.</summary>
public sealed class LiveSettingsTests
{
    [Fact]
    public async Task OnlyPagesOfTheOriginsThatMayCallTheApiConnect()
    {
        await using var api = await TestApi.StartAsync("Cors:Origins=https://app.example");
        var token = await api.Client.SignInAsync();
        var address = api.Client.Http.BaseAddress!;
        // The web app's own, another that may, and a program, which has none.
        foreach (var origin in new[] { address.GetLeftPart(UriPartial.Authority), "https://app.example", null })
            await using (await HubClient.ConnectAsync(address, token, origin: origin)) { }

        foreach (var origin in new[] { "https://evil.example", "null", "http://app.example" })
            Assert.Equal(403, (await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(address, token, origin: origin))).Data["status"]);
    }

    [Fact]
    public async Task AProcessTakesAsManyConnectionsAsItMay()
    {
        await using var api = await TestApi.StartAsync("Realtime:MaxConnections=1");
        var token = await api.Client.SignInAsync();
        await using (await HubClient.ConnectAsync(api.Client.Http.BaseAddress!, token))
            Assert.Equal(503, await RefusedAsync());
        await Eventually.TrueAsync(async () =>
        {
            try
            {
                await using var client = await HubClient.ConnectAsync(api.Client.Http.BaseAddress!, token);
                return true;
            }
            catch (WebSocketException)
            {
                return false;
            }
        });

        async Task<object?> RefusedAsync() =>
            (await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(api.Client.Http.BaseAddress!, token))).Data["status"];
    }

    [Fact]
    public async Task WhereEverythingMustBeEncryptedNothingGoesOverASocket()
    {
        await using var api = await TestApi.StartAsync();
        await using var strict = await TestApi.StartAsync("DATA_DIR=" + api.DataFolder, "Encryption:Required=true");
        var token = await api.Client.SignInAsync();
        Assert.Equal(400, (await Assert.ThrowsAsync<WebSocketException>(() => HubClient.ConnectAsync(strict.Client.Http.BaseAddress!, token))).Data["status"]);
    }

    [Fact]
    public async Task CallsOfTheHubCountAsRequestsDo()
    {
        await using var api = await TestApi.StartAsync("RateLimits:PerUser=3");
        var token = await api.Client.SignInAsync();
        await using var client = await HubClient.ConnectAsync(api.Client.Http.BaseAddress!, token);
        var codes = new List<string?>();
        for (var i = 0; i < 4; i++) codes.Add((await client.InvokeAsync("WatchPresence", new { userIds = new[] { "a" } }))["code"]?.GetValue<string>());
        Assert.Equal("too_many_requests", codes[^1]);
        Assert.Null(codes[0]);
    }
}
