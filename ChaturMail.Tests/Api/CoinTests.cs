using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChaturMail.Tests.Api;

/// <summary>The coins of a day, and the history of coins as their owner reads it.</summary>
public sealed class CoinTests
{
    [Fact]
    public async Task TheHistorySaysWhatBecameOfEachCoinAPageAtATime()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        var email = (await api.Client.GenerateAsync(token)).Text("id");

        var first = await api.Client.PostAsync("/user/getCoinHistory", new { limit = 2 }, token);
        var second = await api.Client.PostAsync("/user/getCoinHistory", new { limit = 2, cursor = first.NextCursor }, token);

        Assert.Equal([$"settle 0 250 {email}", $"reserve -250 0 {email}"], Moves(first));
        Assert.Equal(["grant 10000 0 signup"], Moves(second));
        Assert.Null(second.NextCursor);
        Assert.InRange(second.Number("createdOn"), 1_700_000_000, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var other = await api.Client.PostAsync("/user/getCoinHistory", new { cursor = first.NextCursor }, await api.Client.SignInAsync("bo.ek@example.com"));
        Assert.DoesNotContain(other.Payload ?? [], item => item["reference"]!.GetValue<string>() == email);
    }

    [Theory]
    [InlineData("""{"limit":0}"""), InlineData("""{"limit":101}"""), InlineData("""{"limit":"2"}"""), InlineData("""{"cursor":"x"}"""), InlineData("""{"cursor":1}""")]
    public async Task WhatIsNoPageIsRefused(string body)
    {
        await using var api = await TestApi.StartAsync();
        var answer = await api.Client.PostAsync("/user/getCoinHistory", body, await api.Client.SignInAsync());
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
    }

    [Fact]
    public async Task TheCoinsOfADayAreGivenWhenTheyAreNeededOnceADayAndUpToTheBalance()
    {
        var time = new ManualTimeProvider(1_795_263_240);
        await using var api = await TestApi.StartAsync(
            services => services.Replace(ServiceDescriptor.Singleton<TimeProvider>(time)), "Coins:Starting=500", "Coins:Daily=200", "Coins:DailyUpTo=450");
        var token = await api.Client.SignInAsync();
        Assert.Equal(500, await CoinsAsync(api, token));
        Assert.Equal(200, (await api.Client.GenerateAsync(token)).HttpStatus);
        Assert.Equal(200, (await api.Client.GenerateAsync(token)).HttpStatus);

        // Looked at: 200 of the day. Not enough for an email, and not given twice.
        Assert.Equal(200, await CoinsAsync(api, token));
        Assert.Equal(200, await CoinsAsync(api, token));
        Assert.Equal("insufficient_coins", (await api.Client.GenerateAsync(token)).Code);

        // The next day an email that is short of coins gets them, and a sign-in in the same day does not.
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(200, (await api.Client.GenerateAsync(token)).HttpStatus);
        Assert.Equal(150, await CoinsAsync(api, await api.Client.SignInAsync()));

        // The day after it is a sign-in that gets them.
        time.Advance(TimeSpan.FromDays(1));
        token = await api.Client.SignInAsync();
        time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(450, await CoinsAsync(api, token));
        var history = await api.Client.PostAsync("/user/getCoinHistory", new { }, token);
        Assert.Equal([100, 200, 200, 200], history.Items.Where(item => item["reference"]!.GetValue<string>() == "daily").Select(item => item["coins"]!.GetValue<int>()));
    }

    [Fact]
    public async Task WithoutTheSettingNoDayGivesCoins()
    {
        await using var api = await TestApi.StartAsync("Coins:Starting=100", "Coins:DailyUpTo=1000");
        var token = await api.Client.SignInAsync();
        Assert.Equal("insufficient_coins", (await api.Client.GenerateAsync(token)).Code);
        Assert.Equal(100, await CoinsAsync(api, token));
    }

    private static async Task<long> CoinsAsync(TestApi api, string token) =>
        (await api.Client.PostAsync("/user/getUserData", new { }, token)).Number("availableTokens");

    private static IEnumerable<string> Moves(ApiAnswer history) =>
        history.Items.Select(item => $"{item["kind"]} {item["coins"]} {item["spent"]} {item["reference"]}");
}
