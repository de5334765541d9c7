using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>The keys of encrypted bodies: given out, replaced, required, missing.</summary>
public sealed class EncryptionKeyTests
{
    private const string Production = "environment=Production";
    private const string SessionKey = "JWT_KEY=kJ8vQ2mZx7Lr4Tn9Wb3Yc6Hd1Fg5Ps0A";
    private const string Project = "PROJECT_ID=p";

    private static readonly string First = "Encryption:PrivateKey=" + EncryptedClient.PrivateKey;

    [Fact]
    public async Task WithoutAKeyInProductionItIsOffAndSaysSo()
    {
        await using var api = await TestApi.StartAsync(Production, SessionKey, Project);

        var key = await api.Client.PostAsync("/misc/getPublicKey", new { });
        Assert.Equal((404, "encryption_unavailable"), (key.HttpStatus, key.Code));
        var body = await api.Client.PostTextAsync("/auth/getJWTToken", "a.b.c.d.e", null, "application/jose");
        Assert.Equal((415, "unsupported_media_type"), (body.HttpStatus, body.Code));
    }

    [Fact]
    public async Task TheKeyIsAJwkWithoutItsPrivateHalfAndWithTheTime()
    {
        await using var api = await TestApi.StartAsync(Production, SessionKey, Project, First);

        var key = (await api.Client.PostAsync("/misc/getPublicKey", new { })).Item;

        Assert.Equal(["kty", "n", "e", "kid", "alg", "use", "fetchAgainAfter", "now"], key.Select(member => member.Key));
        Assert.Equal(("RSA", "RSA-OAEP-256", "enc", 86_400), (key["kty"]!.GetValue<string>(), key["alg"]!.GetValue<string>(), key["use"]!.GetValue<string>(), key["fetchAgainAfter"]!.GetValue<int>()));
        Assert.InRange(key["now"]!.GetValue<long>() - TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(), -60, 60);
    }

    [Fact]
    public async Task InDevelopmentAKeyIsMadeAndKept()
    {
        await using var api = await TestApi.StartAsync();
        Assert.False(File.Exists(Path.Combine(api.DataFolder, "encryption.key")));
        var client = await EncryptedClient.OpenAsync(api.Client);
        Assert.Equal(200, (await client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("a@example.com"))).HttpStatus);

        await using var another = await TestApi.StartAsync("DATA_DIR=" + api.DataFolder);
        Assert.Equal(client.KeyId, (await EncryptedClient.OpenAsync(another.Client)).KeyId);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(api.DataFolder, "encryption.key")));
    }

    [Fact]
    public async Task AReplacedKeyIsGoodAsLongAsItIsAPreviousOne()
    {
        EncryptedClient old;
        await using (var before = await TestApi.StartAsync(First)) old = await EncryptedClient.OpenAsync(before.Client);
        var (next, body) = ("Encryption:PrivateKey=" + EncryptedClient.OtherPrivateKey, ApiClient.SignInBody("a@example.com"));

        await using var during = await TestApi.StartAsync(next, "Encryption:PreviousKeys=" + EncryptedClient.PrivateKey);
        await using var after = await TestApi.StartAsync(next);
        var current = await EncryptedClient.OpenAsync(during.Client);

        Assert.NotEqual(old.KeyId, current.KeyId);
        Assert.Equal(current.KeyId, (await EncryptedClient.OpenAsync(after.Client)).KeyId);
        Assert.Equal(200, (await old.SendAsync(old.Make("/auth/getJWTToken", body), to: during.Client)).Answer.HttpStatus);
        Assert.Equal(200, (await current.PostAsync("/auth/getJWTToken", body)).HttpStatus);
        Assert.Equal("unknown_encryption_key", (await old.SendAsync(old.Make("/auth/getJWTToken", body), to: after.Client)).Answer.Code);
        // The key that a message names is the one that it is opened with.
        Assert.Equal("encryption_failed", (await old.SendAsync(old.Make("/auth/getJWTToken", body, change: h => h["kid"] = current.KeyId), to: during.Client)).Answer.Code);
    }

    [Fact]
    public async Task WhereItIsRequiredEveryRouteButTheKeysRefusesAPlainBody()
    {
        await using var api = await TestApi.StartAsync("Encryption:Required=true", "Admin:SecondFactor=false");
        var client = await EncryptedClient.OpenAsync(api.Client);
        var token = (await client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("a@example.com"))).Text("token");
        // An operator, so that no route refuses for another reason.
        var uid = (await client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        await api.App.Services.GetRequiredService<IUserStore>().SetAdminAsync(uid, true, default);
        await api.App.Services.GetRequiredService<UserCache>().ChangedAsync(uid);

        foreach (var route in ApiRoutes.All(api.App).Where(route => route != "/misc/getPublicKey"))
        {
            foreach (var contentType in new[] { "application/json", "application/json; charset=utf-8" })
            {
                var answer = await api.Client.PostTextAsync(route, "{}", token, contentType);
                Assert.True(answer.Code is "encryption_required", $"{route}: {answer.HttpStatus} {answer.Code}");
            }
        }

        Assert.Equal(200, (await client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
        using var health = await api.Client.Http.GetAsync(new Uri("/health", UriKind.Relative));
        Assert.Equal(200, (int)health.StatusCode);
    }

    [Fact]
    public async Task WithoutTheMemoryOfWhatWasReceivedNothingIsTaken()
    {
        RedisServer.RequireInstalled();
        await using var api = await TestApi.StartAsync(First, "REDIS_CACHE_IP=127.0.0.1", $"REDIS_CACHE_PORT={ProductProcess.FreePort()}");
        var client = await EncryptedClient.OpenAsync(api.Client);

        var answer = await client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("a@example.com"));

        Assert.Equal((503, "store_unavailable"), (answer.HttpStatus, answer.Code));
        Assert.NotNull(answer.Headers.RetryAfter);
        Assert.Equal(200, (await api.Client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("a@example.com"))).HttpStatus);
    }

    [Theory]
    [InlineData("Encryption:PrivateKey", "Encryption:PrivateKey=emVicmE=")]
    [InlineData("Encryption:PreviousKeys", "Encryption:PreviousKeys=emVicmE=")]
    [InlineData("Encryption:ReplayWindow", "Encryption:ReplayWindow=00:00:01")]
    [InlineData("Encryption:Required", Production, SessionKey, Project, "Encryption:Required=true")]
    public void ASettingThatCannotWorkIsNamed(string named, params string[] settings) => StartupTests.AssertRefused(named, settings);
}
