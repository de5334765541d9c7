using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ChaturMail.Core.Identity.Firebase;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Unit.Identity;

public sealed class GoogleKeysTests : IDisposable
{
    private readonly ManualTimeProvider _time = new(1_750_000_000);
    private readonly KeyServer _server = new();
    private readonly HttpClient _http;
    private readonly GoogleKeys _keys;

    public GoogleKeysTests()
    {
        _http = new HttpClient(_server);
        _keys = new GoogleKeys(_http, _time, NullLogger<GoogleKeys>.Instance);
    }

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task APublishedKeyIsFoundAndKept()
    {
        for (var round = 0; round < 3; round++)
        {
            var found = Assert.IsType<KeyLookup.Found>(await FindAsync("k1"));
            Assert.Equal(TestTokens.Rfc7515Key.Modulus, found.Key.Modulus);
            Assert.Null(found.Key.D);
        }

        Assert.Equal([GoogleKeys.DefaultAddress], _server.Asked);
    }

    [Theory]
    [InlineData("public, max-age=19800, must-revalidate", 0, 19_800), InlineData("max-age=19800", 600, 19_200)]
    [InlineData("max-age=5", 0, 60), InlineData("max-age=100", 90, 60), InlineData("max-age=100", 9_000, 60), InlineData(null, 0, 60)]
    [InlineData("no-store", 0, 60), InlineData("no-cache, max-age=3600", 0, 60), InlineData("max-age=31536000", 0, 86_400)]
    public async Task TheKeysAreKeptAsLongAsTheHeadersSayFromAMinuteToADay(string? cacheControl, int age, int seconds)
    {
        _server.CacheControl = cacheControl;
        if (age > 0) _server.Age = TimeSpan.FromSeconds(age);
        await FindAsync("k1");

        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        await FindAsync("k1");
        Assert.Equal(1, _server.Requests);
        _time.Advance(TimeSpan.FromSeconds(1));
        await FindAsync("k1");
        Assert.Equal(2, _server.Requests);
    }

    [Fact]
    public async Task ManyWhoAskAtOnceCauseOneRequest()
    {
        var gate = new TaskCompletionSource();
        _server.Gate = gate.Task;
        var asking = Enumerable.Range(0, 50).Select(_ => Task.Run(() => FindAsync("k1"))).ToList();
        await Task.Delay(50);
        gate.SetResult();

        Assert.All(await Task.WhenAll(asking), answer => Assert.IsType<KeyLookup.Found>(answer));
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task ANewKeyIsFetchedWhenATokenFirstNamesIt()
    {
        await FindAsync("k1");
        _time.Advance(TimeSpan.FromMinutes(10));
        _server.Body = TestTokens.JwkSet(TestTokens.Rfc7515Key, "k2");

        Assert.IsType<KeyLookup.Found>(await FindAsync("k2"));
        Assert.IsType<KeyLookup.Unknown>(await FindAsync("k1"));
    }

    [Fact]
    public async Task AFloodOfUnknownKeyIdsFetchesTheKeysOnceAMinute()
    {
        await FindAsync("k1");
        for (var second = 0; second < 180; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            for (var each = 0; each < 10; each++) Assert.IsType<KeyLookup.Unknown>(await FindAsync($"bogus-{second}-{each}"));
            Assert.IsType<KeyLookup.Found>(await FindAsync("k1"));
        }

        Assert.Equal(1 + 3, _server.Requests);
    }

    [Fact]
    public async Task AFloodOfUnknownKeyIdsAtTheStartFetchesTheKeysOnce()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 500).Select(each => Task.Run(() => FindAsync($"bogus-{each}"))));

        Assert.All(answers, answer => Assert.IsType<KeyLookup.Unknown>(answer));
        Assert.Equal(1, _server.Requests);
    }

    [Fact]
    public async Task AKnownKeyDoesNotWaitForAFetchThatAnUnknownOneCaused()
    {
        await FindAsync("k1");
        _time.Advance(TimeSpan.FromMinutes(2));
        var gate = new TaskCompletionSource();
        _server.Gate = gate.Task;
        var unknown = FindAsync("bogus");

        Assert.IsType<KeyLookup.Found>(await FindAsync("k1"));
        Assert.False(unknown.IsCompleted);
        gate.SetResult();
        Assert.IsType<KeyLookup.Unknown>(await unknown);
    }

    [Fact]
    public async Task TheLastGoodKeysServeADayLongerWhenGoogleIsOutOfReach()
    {
        _server.CacheControl = "max-age=3600";
        await FindAsync("k1");
        _server.Unreachable = true;

        _time.Advance(TimeSpan.FromHours(25) - TimeSpan.FromSeconds(1));
        Assert.IsType<KeyLookup.Found>(await FindAsync("k1"));
        Assert.IsType<KeyLookup.Unavailable>(await FindAsync("k2")); // It may be new, who can tell.
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.IsType<KeyLookup.Unavailable>(await FindAsync("k1"));
    }

    [Fact]
    public async Task AFailureIsNotRepeatedWithinTenSeconds()
    {
        _server.Unreachable = true;
        for (var round = 0; round < 20; round++) Assert.IsType<KeyLookup.Unavailable>(await FindAsync("k1"));
        Assert.Equal(1, _server.Requests);

        _server.Unreachable = false;
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.IsType<KeyLookup.Found>(await FindAsync("k1"));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError, null), InlineData(HttpStatusCode.NotFound, null), InlineData(HttpStatusCode.OK, "")]
    [InlineData(HttpStatusCode.OK, "<html>"), InlineData(HttpStatusCode.OK, "{}"), InlineData(HttpStatusCode.OK, """{"keys":{}}""")]
    [InlineData(HttpStatusCode.OK, """{"keys":[]}"""), InlineData(HttpStatusCode.OK, """{"keys":[null,7,{"kty":"EC","kid":"k1"}]}""")]
    [InlineData(HttpStatusCode.OK, """{"keys":[],"keys":[]}"""), InlineData(HttpStatusCode.NoContent, "")]
    public async Task AnAnswerWithoutKeysIsAFailure(HttpStatusCode status, string? body)
    {
        await FindAsync("k1");
        _time.Advance(TimeSpan.FromHours(6));
        _server.Status = status;
        _server.Body = body ?? _server.Body;

        Assert.IsType<KeyLookup.Found>(await FindAsync("k1")); // The last good ones.
        Assert.Equal(2, _server.Requests);
    }

    [Fact]
    public async Task AnAnswerThatIsTooLargeIsAFailure()
    {
        var keys = _server.Body;
        _server.Body = keys + new string(' ', GoogleKeys.MaxResponseBytes - keys.Length + 1);
        Assert.IsType<KeyLookup.Unavailable>(await FindAsync("k1"));

        _time.Advance(TimeSpan.FromSeconds(10));
        _server.Body = keys + new string(' ', GoogleKeys.MaxResponseBytes - keys.Length);
        Assert.IsType<KeyLookup.Found>(await FindAsync("k1"));
    }

    [Fact]
    public async Task AServerThatDoesNotAnswerIsGivenUp()
    {
        _server.Gate = new TaskCompletionSource().Task;
        var keys = new GoogleKeys(_http, _time, NullLogger<GoogleKeys>.Instance) { Timeout = TimeSpan.FromMilliseconds(50) };

        Assert.IsType<KeyLookup.Unavailable>(await keys.FindAsync("k1", CancellationToken.None));
    }

    [Fact]
    public async Task WhoStopsWaitingDoesNotStopTheFetchForTheOthers()
    {
        var gate = new TaskCompletionSource();
        _server.Gate = gate.Task;
        using var impatience = new CancellationTokenSource();
        var impatient = _keys.FindAsync("k1", impatience.Token).AsTask();
        var patient = FindAsync("k1");
        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        gate.SetResult();
        Assert.IsType<KeyLookup.Found>(await patient);
        Assert.Equal(1, _server.Requests);
    }

    [Theory]
    [InlineData("kty", "\"EC\""), InlineData("kty", "null"), InlineData("use", "\"enc\""), InlineData("alg", "\"RS512\"")]
    [InlineData("n", "\"\"")]
    [InlineData("n", "\"AQAB\""), InlineData("n", "7"), InlineData("n", "\"====\""), InlineData("e", "\"AQ\""), InlineData("e", "\"AQAA\"")]
    [InlineData("e", "\"\""), InlineData("e", "\"AAAA\""), InlineData("e", "\"AQABAQAB\""), InlineData("kid", "\"\"")]
    [InlineData("kid", "7")]
    public async Task AKeyThatIsNotWellFormedIsLeftOut(string member, string json)
    {
        var broken = TestTokens.Jwk(TestTokens.Rfc7515Key, "broken");
        broken[member] = JsonNode.Parse(json);
        _server.Body = new JsonObject { ["keys"] = new JsonArray(broken, TestTokens.Jwk(TestTokens.Rfc7515Key, "k1")) }.ToJsonString();

        Assert.IsType<KeyLookup.Unknown>(await FindAsync("broken"));
        Assert.IsType<KeyLookup.Found>(await FindAsync("k1"));
    }

    [Fact]
    public async Task AKeyOfFewerThan2048BitsIsLeftOut()
    {
        using var small = RSA.Create(1024);
        var padded = TestTokens.Rfc7515Key with { Modulus = [.. new byte[256], .. small.ExportParameters(false).Modulus!] };
        _server.Body = new JsonObject
        {
            ["keys"] = new JsonArray(TestTokens.Jwk(small.ExportParameters(false), "small"), TestTokens.Jwk(padded, "padded"),
                TestTokens.Jwk(TestTokens.Rfc7515Key, "k1")),
        }.ToJsonString();

        Assert.IsType<KeyLookup.Unknown>(await FindAsync("small"));
        Assert.IsType<KeyLookup.Unknown>(await FindAsync("padded"));
        Assert.IsType<KeyLookup.Found>(await FindAsync("k1"));
    }

    [Fact]
    public async Task TwoKeysOfOneIdAreBothLeftOut()
    {
        _server.Body = TestTokens.JwkSet(TestTokens.Rfc7515Key, "twice", "k1", "twice");

        Assert.IsType<KeyLookup.Unknown>(await FindAsync("twice"));
        Assert.IsType<KeyLookup.Found>(await FindAsync("k1"));
    }

    private Task<KeyLookup> FindAsync(string keyId) => _keys.FindAsync(keyId, CancellationToken.None).AsTask();
}
