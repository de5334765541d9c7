using System.Net;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>AdMob's callbacks as they come over the wire, and what becomes of them.</summary>
public sealed class AdRewardTests : IAsyncLifetime
{
    private readonly AdMobSigner _signer = new(3335741209);
    private AdMobKeyServer _keys = null!;
    private TestApi _api = null!;
    private string _token = null!;
    private string _uid = null!;

    public async ValueTask InitializeAsync()
    {
        _keys = await AdMobKeyServer.StartAsync(_signer);
        _api = await StartAsync();
        (_token, _uid) = await SignInAsync(_api);
    }

    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync();
        await _keys.DisposeAsync();
        _signer.Dispose();
    }

    [Fact]
    public async Task ARewardCountsOnceAndIsFoundInTheCoinHistory()
    {
        var query = _signer.Sign(Fields("18fa792de1bca816048293fc71035638"));

        for (var i = 0; i < 3; i++) Assert.Equal(200, await SendAsync(_api, query));
        var again = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => SendAsync(_api, query)));

        Assert.All(again, status => Assert.Equal(200, status));
        Assert.Equal(10_050, await CoinsAsync(_api, _token));
        var history = await _api.Client.PostAsync("/user/getCoinHistory", new { }, _token);
        Assert.Equal(["reward 50 18fa792de1bca816048293fc71035638", "grant 10000 signup"], Moves(history));
        Assert.Equal(1, _keys.Requests);
    }

    [Fact]
    public async Task WhatIsNotGooglesWordIsRefusedInTheEnvelope()
    {
        var query = _signer.Sign(Fields("t1"));
        using var stranger = new AdMobSigner(3335741209);
        string[] bad = ["", "a=b", query.Replace("user_id=", "user_id=x", StringComparison.Ordinal), query.Replace("%", "%25", StringComparison.Ordinal) + "0", stranger.Sign(Fields("t1"))];
        foreach (var text in bad)
        {
            using var response = await _api.Client.Http.GetAsync(new Uri("/ads/reward?" + text, UriKind.Relative));
            var answer = await ApiAnswer.ReadAsync(response);
            Assert.Equal((403, "reward_not_verified"), (answer.HttpStatus, answer.Code));
        }

        Assert.Equal(10_000, await CoinsAsync(_api, _token));
        Assert.DoesNotContain(_api.Log.Lines, line => line.Contains(_uid, StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatWillNeverCountIsAnsweredWith200AndGivesNothing()
    {
        var now = TimeProvider.System.GetUtcNow();
        string[] fields =
        [
            AdMobSigner.Fields("nobody", "t1", now), AdMobSigner.Fields("", "t2", now), AdMobSigner.Fields(_uid, "t3", now, adUnit: "666"),
            // As Google's own tester sends it.
            $"ad_network=5450213213286189855&ad_unit=1234567890&timestamp={now.ToUnixTimeMilliseconds()}&transaction_id=123456789",
        ];
        foreach (var text in fields) Assert.Equal(200, await SendAsync(_api, _signer.Sign(text)));

        Assert.Equal(10_000, await CoinsAsync(_api, _token));
        Assert.Equal(4, _api.Log.Lines.Count(line => line.Contains("was not counted", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task AUserHasAsManyRewardsADayAsTheSettingAllowsAndAnotherHasTheirOwn()
    {
        await using var api = await StartAsync("Ads:MostADay=3", "Ads:Coins=0", "Ads:MostCoins=7");
        var (token, uid) = await SignInAsync(api);
        var (other, otherUid) = await SignInAsync(api, "bo.ek@example.com");
        var now = TimeProvider.System.GetUtcNow();

        // At midnight the day may change in between: then up to six would count.
        var statuses = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => SendAsync(api, _signer.Sign(AdMobSigner.Fields(uid, $"t{i}", now, amount: 5)))));
        await SendAsync(api, _signer.Sign(AdMobSigner.Fields(otherUid, "of another", now, amount: 5000)));

        Assert.All(statuses, status => Assert.Equal(200, status));
        Assert.InRange(await CoinsAsync(api, token), 10_015, 10_030);
        Assert.Equal(10_000, await CoinsAsync(api, other));
        await SendAsync(api, _signer.Sign(AdMobSigner.Fields(otherUid, "of-another", now, amount: 5000)));
        Assert.Equal(10_007, await CoinsAsync(api, other));
    }

    [Fact]
    public async Task WithoutTheKeysGoogleIsAskedToComeAgain()
    {
        _keys.Status = HttpStatusCode.InternalServerError;
        var query = _signer.Sign(Fields("t1"));
        Assert.Equal(503, await SendAsync(_api, query));
        Assert.Equal(10_000, await CoinsAsync(_api, _token));
    }

    [Fact]
    public async Task TheRouteIsNotThereUnlessItIsSwitchedOn()
    {
        await using var api = await TestApi.StartAsync();
        Assert.Equal(404, await SendAsync(api, _signer.Sign(Fields("t1"))));
    }

    [Theory]
    [InlineData("Ads:AdUnits", "Ads:Enabled=true")]
    [InlineData("Ads:AdUnits", "Ads:AdUnits=ca-app-pub-1/many")]
    [InlineData("Ads:Coins", "Ads:Coins=-1")]
    [InlineData("Ads:MostCoins", "Ads:MostCoins=0")]
    [InlineData("Ads:MostADay", "Ads:MostADay=0")]
    [InlineData("Ads:KeysAddress", "Ads:KeysAddress=keys")]
    [InlineData("Coins:Daily", "Coins:Daily=-1")]
    [InlineData("Coins:DailyUpTo", "Coins:DailyUpTo=-1")]
    public void ASettingThatCannotWorkIsNamed(string named, params string[] settings) => StartupTests.AssertRefused(named, settings);

    private Task<TestApi> StartAsync(params string[] settings) => TestApi.StartAsync(
        ["Ads:Enabled=true", "Ads:AdUnits=ca-app-pub-0000000000000000/1234567890", "Ads:KeysAddress=" + _keys.Address, .. settings]);

    private string Fields(string transaction) => AdMobSigner.Fields(_uid, transaction, TimeProvider.System.GetUtcNow());

    private static async Task<(string Token, string Uid)> SignInAsync(TestApi api, string email = "asha.rao@example.com")
    {
        var token = await api.Client.SignInAsync(email);
        return (token, (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid"));
    }

    private static async Task<int> SendAsync(TestApi api, string query) =>
        (await api.Client.SendAsync(HttpMethod.Get, "/ads/reward?" + query)).HttpStatus;

    private static async Task<long> CoinsAsync(TestApi api, string token) =>
        (await api.Client.PostAsync("/user/getUserData", new { }, token)).Number("availableTokens");

    private static IEnumerable<string> Moves(ApiAnswer history) => history.Items.Select(item => $"{item["kind"]} {item["coins"]} {item["reference"]}");
}
