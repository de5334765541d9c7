using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Firebase;
using ChaturMail.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Unit.Identity;

public sealed class FirebaseTokenVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000);

    private readonly ManualTimeProvider _time = new(Now);
    private readonly KeyServer _server = new();
    private readonly HttpClient _http;
    private readonly FirebaseTokenVerifier _verifier;

    public FirebaseTokenVerifierTests()
    {
        _http = new HttpClient(_server);
        _verifier = new FirebaseTokenVerifier(TestTokens.Project, new GoogleKeys(_http, _time, NullLogger<GoogleKeys>.Instance), _time);
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task AGoodTokenSaysWhoSignedIn() => Assert.Equal(
        new VerificationResult.Verified(new VerifiedIdentity("Zk3T9pQ0rXgJ5bN1mVwYc8LdA2f1", "asha.rao@example.com", "Asha Rao",
            "https://pictures.example.com/asha.png", 1_749_999_940, 1_750_003_540)
        { EmailVerified = true }),
        await VerifyAsync(Signed()));

    [Fact]
    public async Task TheKeysAreFetchedOverHttp()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var server = builder.Build();
        var requests = 0;
        server.MapGet("/keys", (HttpContext context) =>
        {
            Interlocked.Increment(ref requests);
            context.Response.Headers.CacheControl = "public, max-age=22000, must-revalidate, no-transform";
            context.Response.Headers.Age = "100";
            return Results.Text(TestTokens.JwkSet(TestTokens.Rfc7515Key, "k0", "k1"), "application/json");
        });
        await server.StartAsync();
        using var http = new HttpClient();
        var keys = new GoogleKeys(http, _time, NullLogger<GoogleKeys>.Instance, new Uri(server.Urls.Single() + "/keys"));
        var verifier = new FirebaseTokenVerifier(TestTokens.Project, keys, _time);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => verifier.VerifyAsync(Signed(), CancellationToken.None)));
        Assert.All(answers, answer => Assert.IsType<VerificationResult.Verified>(answer));
        Assert.Equal(1, requests);

        _time.Advance(TimeSpan.FromSeconds(21_899));
        Assert.IsType<VerificationResult.Verified>(await verifier.VerifyAsync(SignedAt(_time.GetUtcNow()), CancellationToken.None));
        Assert.Equal(1, requests);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<VerificationResult.Verified>(await verifier.VerifyAsync(SignedAt(_time.GetUtcNow()), CancellationToken.None));
        Assert.Equal(2, requests);

        await server.StopAsync();
        _time.Advance(TimeSpan.FromHours(25)); // The last good keys still serve, though nobody listens any more.
        Assert.IsType<VerificationResult.Verified>(await verifier.VerifyAsync(SignedAt(_time.GetUtcNow()), CancellationToken.None));
    }

    [Fact]
    public async Task ATokenOfAnotherKeyIsRefused()
    {
        using var forger = RSA.Create(2048);

        await AssertRejected("The signature is wrong.",
            TestTokens.Rs256(forger.ExportParameters(true), TestTokens.FirebaseClaims(Now)));
    }

    [Fact]
    public async Task AChangedTokenIsRefused()
    {
        var parts = Signed().Split('.');
        var other = TestTokens.Part(TestTokens.FirebaseClaims(Now, claims => claims["sub"] = "somebody-else"));

        await AssertRejected("The signature is wrong.", $"{parts[0]}.{other}.{parts[2]}");
        await AssertRejected("The signature is wrong.", $"{parts[0]}.{parts[1]}.");
    }

    [Fact]
    public async Task ATokenWithAlgNoneIsRefused() =>
        await AssertRejected("The token is not signed with RS256 (alg).", TestTokens.NotSigned(TestTokens.FirebaseClaims(Now)));

    [Fact]
    public async Task AnHs256TokenUnderThePublicKeyIsRefused()
    {
        using var rsa = RSA.Create(TestTokens.Rfc7515Key);

        await AssertRejected("The token is not signed with RS256 (alg).", TestTokens.Hs256(
            rsa.ExportSubjectPublicKeyInfoPem(), TestTokens.FirebaseClaims(Now), """{"alg":"HS256","kid":"k1","typ":"JWT"}"""));
    }

    [Theory]
    [InlineData("""{"alg":"RS256"}"""), InlineData("""{"alg":"RS256","kid":""}""")]
    public async Task ATokenThatNamesNoKeyIsRefused(string header)
    {
        await AssertRejected("The token names no key (kid).",
            TestTokens.Rs256(TestTokens.Rfc7515Key, TestTokens.FirebaseClaims(Now), header));
        Assert.Equal(0, _server.Requests);
    }

    [Fact]
    public async Task ATokenOfAnUnpublishedKeyIsRefused() => await AssertRejected("The token's key is not among the published ones (kid).",
        TestTokens.Rs256(TestTokens.Rfc7515Key, TestTokens.FirebaseClaims(Now), """{"alg":"RS256","kid":"k2"}"""));

    [Fact]
    public async Task AFloodOfUnknownKeyIdsFetchesTheKeysOnce()
    {
        var tokens = Enumerable.Range(0, 100).Select(each => TestTokens.Rs256(
            TestTokens.Rfc7515Key, TestTokens.FirebaseClaims(Now), $$"""{"alg":"RS256","kid":"bogus-{{each}}"}"""));
        foreach (var token in tokens) Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(token));

        Assert.Equal(1, _server.Requests);
        Assert.IsType<VerificationResult.Verified>(await VerifyAsync(Signed()));
    }

    [Fact]
    public async Task WithoutAnyKeysNothingCanBeTold()
    {
        _server.Unreachable = true;

        Assert.IsType<VerificationResult.Unavailable>(await VerifyAsync(Signed()));
    }

    [Fact]
    public async Task ATokenThatItsClaimsRuleOutFetchesNoKeys()
    {
        _server.Unreachable = true;

        await AssertRejected("The token has expired (exp).", SignedAt(Now.AddHours(-2)));
        Assert.Equal(0, _server.Requests);
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("a.b.c"), InlineData("dev:asha.rao@example.com"), InlineData("null")]
    public async Task WhatIsNoTokenIsRefused(string? token) => await AssertRejected("The token is not a compact JWS.", token!);

    [Fact]
    public void AVerifierNeedsAProject() => Assert.Throws<ArgumentException>(() => new EmulatorTokenVerifier(" ", _time));

    private static string Signed(Action<JsonObject>? change = null) =>
        TestTokens.Rs256(TestTokens.Rfc7515Key, TestTokens.FirebaseClaims(Now, change));

    private static string SignedAt(DateTimeOffset now) => TestTokens.Rs256(TestTokens.Rfc7515Key, TestTokens.FirebaseClaims(now));

    private Task<VerificationResult> VerifyAsync(string token) => _verifier.VerifyAsync(token, CancellationToken.None);

    private async Task AssertRejected(string reason, string token) =>
        Assert.Equal(new VerificationResult.Rejected(reason), await VerifyAsync(token));
}
