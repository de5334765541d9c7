using System.Security.Cryptography;
using ChaturMail.Core.Ads;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Unit.Ads;

public sealed class RewardVerifierTests : IDisposable
{
    // A key that Google has published for years, and callbacks that its servers signed with it.
    private const string GooglesKey =
        """{"keys":[{"keyId":3335741209,"base64":"MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+nzvoGqvDeB9+SzE6igTl7TyK4JBbglwir9oTcQta8NuG26ZpZFxt+F2NDk7asTE6/2Yc8i1ATcGIqtuS5hv0Q=="}]}""";

    private readonly ManualTimeProvider _time = new(1_795_263_240);
    private readonly KeyServer _server = new();
    private readonly AdMobSigner _signer = new(3335741209);
    private readonly HttpClient _http;
    private readonly RewardVerifier _verifier;

    public RewardVerifierTests()
    {
        _server.Body = AdMobSigner.KeysJson(_signer.Published);
        _http = new HttpClient(_server);
        _verifier = new RewardVerifier(new AdMobKeys(_http, _time, NullLogger<AdMobKeys>.Instance, new Uri("https://keys.example/")), _time);
    }

    private string Fields => AdMobSigner.Fields("u1", "18fa792de1bca816048293fc71035638", _time.GetUtcNow());

    public void Dispose()
    {
        _http.Dispose();
        _signer.Dispose();
    }

    [Theory]
    [InlineData(
        "ad_network=5450213213286189855&ad_unit=1234567890&timestamp=1588756506292&transaction_id=123456789&signature=MEQCIA54vhOTh9NjebJJZM6Pvgcz1UMd6Jn3G6WQ8czPoEPdAiBwXX1aOG4Cz219vH_VPXicw5K9w8XqOmWHYmQgKtJmsA&key_id=3335741209",
        1588756506292, "", 0)]
    [InlineData(
        "ad_network=5450213213286189855&ad_unit=1234567890&custom_data=%7B%22SuperPowers%22%3A%205%7D&reward_amount=1&reward_item=Battle%20Pass&timestamp=1624634818272&transaction_id=123456789&user_id=wNX0mXZaz5hEPWBE6StRdv4cmPk2&signature=MEQCIDhLm6-M98N4YEhPE2owusFjXS1Z7RLagfGiiEqyGyDBAiARo3sevcsrTZEPV8ZG1xBwIiPpuSt4Ege5ZBwH9hyjbQ&key_id=3335741209",
        1624634818272, "wNX0mXZaz5hEPWBE6StRdv4cmPk2", 1)]
    public async Task ACallbackThatGoogleSentIsVerified(string query, long sentAt, string uid, long amount)
    {
        _server.Body = GooglesKey;
        var at = DateTimeOffset.FromUnixTimeMilliseconds(sentAt);
        _time.Set(at.AddHours(1));

        Assert.Equal(new AdReward("1234567890", uid, "123456789", amount, at), await VerifiedAsync(query));

        await RefusedAsync(query.Replace("1234567890", "1234567891", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ACallbackSaysWhoEarnedWhat() => Assert.Equal(
        new AdReward("1234567890", "u1", "18fa792de1bca816048293fc71035638", 10, _time.GetUtcNow()), await VerifiedAsync(_signer.Sign(Fields)));

    [Theory]
    [InlineData("ad_network"), InlineData("ad_unit"), InlineData("custom_data"), InlineData("reward_amount"), InlineData("reward_item")]
    [InlineData("timestamp"), InlineData("transaction_id"), InlineData("user_id"), InlineData("signature"), InlineData("key_id")]
    public async Task AFieldThatWasTamperedWithIsNoticed(string field)
    {
        var good = _signer.Sign(Fields);
        await VerifiedAsync(good);
        var parts = good.Split('&').ToDictionary(part => part.Split('=')[0], part => part.Split('=')[1]);
        // In the middle of a value: a signature that differs in its last bits alone would not be one.
        var value = parts[field];
        var middle = value.Length / 2;
        var other = value[..middle] + (value[middle] == '1' ? '2' : '1') + value[(middle + 1)..];

        await RefusedAsync(good.Replace($"{field}={value}", $"{field}={other}", StringComparison.Ordinal));
        await RefusedAsync(good.Replace($"{field}={value}", $"{field}=", StringComparison.Ordinal));
        await RefusedAsync(good.Replace($"{field}={value}", $"{field}={value}{value}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task FieldsInAnotherOrderAddedOrMissingAreRefused()
    {
        var good = _signer.Sign(Fields);
        var parts = good.Split('&');
        await RefusedAsync(string.Join('&', parts[1], parts[0], string.Join('&', parts[2..])));
        await RefusedAsync(string.Join('&', [.. parts[..^2], parts[^1], parts[^2]]));
        await RefusedAsync(string.Join('&', parts[..^1]));
        await RefusedAsync(string.Join('&', parts[..^2]));
        await RefusedAsync(good + "&user_id=u2");
        await RefusedAsync("user_id=u2&" + good);
        await RefusedAsync(good.Replace("&signature=", "&user_id=u2&signature=", StringComparison.Ordinal));
        await RefusedAsync("");
        await RefusedAsync(new string('a', 5000) + "&" + good);
        for (var i = 0; i < parts.Length; i++) await RefusedAsync(string.Join('&', parts.Where((_, at) => at != i)));
    }

    [Fact]
    public async Task EscapesAreUndoneOnceAndAnyOthersOfTheSameTextAreTheSame()
    {
        var text = Fields.Replace("custom_data=none", "custom_data=Zoë 100%25", StringComparison.Ordinal);
        var signature = _signer.Signature(text);
        var query = $"{Escaped(text)}&signature={signature}&key_id={_signer.KeyId}";

        var reward = await VerifiedAsync(query);

        Assert.Equal(reward, await VerifiedAsync(query.Replace("coins", "%63oins", StringComparison.Ordinal)));
        await RefusedAsync(query.Replace("%", "%25", StringComparison.Ordinal));
        await RefusedAsync($"{text}&signature={signature}&key_id={_signer.KeyId}");
        foreach (var broken in new[] { "%", "%2", "%zz", "%+1", "% 1", "\u00e9", "%ff" })
            await RefusedAsync($"{broken}{query}");
    }

    [Fact]
    public async Task AValueThatHoldsAnAmpersandCannotPassForAField()
    {
        // The app's user chooses custom_data; Google signs it.
        var forged = Fields.Replace("custom_data=none", "custom_data=x%26user_id%3Du2%26reward_amount%3D9999", StringComparison.Ordinal);

        await RefusedAsync(_signer.Sign(forged));
        await RefusedAsync(_signer.Sign(Fields.Replace("&user_id=u1", "%26user_id=u1&user_id=u2", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("transaction_id=18fa792de1bca816048293fc71035638", "transaction_id=a%20b")]
    [InlineData("transaction_id=18fa792de1bca816048293fc71035638", "transaction_id=")]
    [InlineData("timestamp=1795263240000", "timestamp=soon")]
    [InlineData("timestamp=1795263240000", "timestamp=-1795263240000")]
    [InlineData("timestamp=1795263240000", "timestamp=999999999999999999999")]
    [InlineData("user_id=u1", "user_id=%FF")]
    public async Task WhatGoogleWouldNotSendIsRefusedThoughItIsSigned(string field, string instead) =>
        await RefusedAsync($"{Fields.Replace(field, instead, StringComparison.Ordinal)}&signature={_signer.Signature(Uri.UnescapeDataString(Fields.Replace(field, instead, StringComparison.Ordinal)))}&key_id={_signer.KeyId}");

    [Fact]
    public async Task ACallbackOlderThanADayIsRefusedInMillisecondsAndMicroseconds()
    {
        var query = _signer.Sign(Fields);
        var micro = _signer.Sign(Fields.Replace("timestamp=1795263240000", "timestamp=1795263240000123", StringComparison.Ordinal));
        _time.Advance(RewardVerifier.Oldest);
        await VerifiedAsync(query);
        await VerifiedAsync(micro);
        _time.Advance(TimeSpan.FromSeconds(1));

        await RefusedAsync(query);
        await RefusedAsync(micro);
    }

    [Fact]
    public async Task ANewKeyIsFetchedOnceAMinuteAtMostAndAnOldOneIsNotGoodAnyMore()
    {
        await VerifiedAsync(_signer.Sign(Fields));
        using var younger = new AdMobSigner(7);
        _server.Body = AdMobSigner.KeysJson(younger.Published);
        for (var i = 0; i < 5; i++) await RefusedAsync(younger.Sign(Fields));
        Assert.Equal(1, _server.Requests);
        _time.Advance(TimeSpan.FromMinutes(1));

        await VerifiedAsync(younger.Sign(Fields));
        await RefusedAsync(_signer.Sign(Fields));
        Assert.Equal(2, _server.Requests);
    }

    [Fact]
    public async Task WhileTheKeyServerIsAwayKeysServeForADayAndNoLonger()
    {
        _server.CacheControl = "max-age=3600";
        await VerifiedAsync(_signer.Sign(Fields));
        _server.Unreachable = true;
        _time.Advance(TimeSpan.FromHours(24) - TimeSpan.FromSeconds(1));
        await VerifiedAsync(_signer.Sign(Fields));
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.IsType<RewardVerification.Unavailable>(await _verifier.VerifyAsync(_signer.Sign(Fields), default));
    }

    [Fact]
    public async Task KeysOfAnotherKindAndIdsThatStandTwiceAreLeftOut()
    {
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var twice = new AdMobSigner(8);
        var other = new { keyId = 9, base64 = Convert.ToBase64String(p384.ExportSubjectPublicKeyInfo()) };
        _server.Body = AdMobSigner.KeysJson(_signer.Published, other, twice.Published, twice.Published, new { keyId = "10", base64 = "AAAA" }, "none");

        await VerifiedAsync(_signer.Sign(Fields));
        await RefusedAsync(twice.Sign(Fields));
        await RefusedAsync($"{Fields}&signature={_signer.Signature(Fields)}&key_id=9");
    }

    [Theory]
    [InlineData("{}"), InlineData("no json"), InlineData("""{"keys":[]}"""), InlineData("""{"keys":[{"keyId":1,"base64":"AAAA"}]}""")]
    public async Task AnAnswerWithoutAKeyIsNoAnswer(string body)
    {
        _server.Body = body;
        Assert.IsType<RewardVerification.Unavailable>(await _verifier.VerifyAsync(_signer.Sign(Fields), default));
    }

    private static string Escaped(string text) => string.Join('&', text.Split('&').Select(
        field => string.Join('=', field.Split('=', 2).Select(Uri.EscapeDataString))));

    private async Task<AdReward> VerifiedAsync(string query) =>
        Assert.IsType<RewardVerification.Verified>(await _verifier.VerifyAsync(query, default)).Reward;

    private async Task RefusedAsync(string query) => Assert.IsType<RewardVerification.Refused>(await _verifier.VerifyAsync(query, default));
}
