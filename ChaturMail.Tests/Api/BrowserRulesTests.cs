using System.Net;
using System.Text;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>What the answers tell browsers and proxies, and what is believed of what they say.</summary>
public sealed class BrowserRulesTests
{
    [Fact]
    public async Task EveryAnswerSaysThatItIsNoPageAndNothingToKeep()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        HttpRequestMessage[] requests =
        [
            Post("/user/getUserData", "{}", token), Post("/user/getUserData", "{}"), Post("/user/getUserData", "{", token), Post("/none", "{}"),
            Post("/user/getUserData", new string('a', 300_000), token), new(HttpMethod.Get, "/user/getUserData"), new(HttpMethod.Get, "/health"), new(HttpMethod.Get, "/alive"),
            Post("/email/streamEmail", ApiClient.Leave.ToJsonString(), token), new(HttpMethod.Get, "/ads/reward?a=b"), new(HttpMethod.Get, "/icons/none.svg"),
            new(HttpMethod.Post, "/user/getUserData") { Content = new StringContent("a.b.c.d.e", Encoding.UTF8, "application/jose") },
            new(HttpMethod.Post, "/misc/getPublicKey") { Content = new StringContent("{}", Encoding.UTF8, "text/plain") },
        ];
        foreach (var request in requests)
        {
            using var answer = await api.Client.Http.SendAsync(request);
            var asked = $"{request.Method} {request.RequestUri} {(int)answer.StatusCode}";
            Assert.Equal((asked, "nosniff"), (asked, One(answer, "X-Content-Type-Options")));
            Assert.Equal((asked, "default-src 'none'; frame-ancestors 'none'"), (asked, One(answer, "Content-Security-Policy")));
            Assert.Equal((asked, "no-referrer"), (asked, One(answer, "Referrer-Policy")));
            Assert.Equal((asked, "same-origin"), (asked, One(answer, "Cross-Origin-Resource-Policy")));
            Assert.Contains("no-store", One(answer, "Cache-Control"), StringComparison.Ordinal);
            Assert.Contains("camera=()", One(answer, "Permissions-Policy"), StringComparison.Ordinal);
            Assert.Null(One(answer, "Server"));
            Assert.Null(One(answer, "X-Powered-By"));
            Assert.Null(One(answer, "Set-Cookie"));
            // Not by https, so nothing is said about it.
            Assert.Null(One(answer, "Strict-Transport-Security"));
        }
    }

    [Fact]
    public async Task IconsMayBeKeptAndDrawnByAnyPage()
    {
        await using var api = await TestApi.StartAsync();
        using var answer = await api.Client.Http.GetAsync(new Uri("/icons/request.svg", UriKind.Relative));
        Assert.Equal(("image/svg+xml", "public, max-age=86400"), (answer.Content.Headers.ContentType?.ToString(), One(answer, "Cache-Control")));
        Assert.Equal(("cross-origin", "*", "nosniff"), (One(answer, "Cross-Origin-Resource-Policy"), One(answer, "Access-Control-Allow-Origin"), One(answer, "X-Content-Type-Options")));
        // An icon that somebody opens as a page runs nothing.
        Assert.Equal("default-src 'none'; frame-ancestors 'none'", One(answer, "Content-Security-Policy"));
    }

    [Fact]
    public async Task TheApiPageOfDevelopmentMayShowItself()
    {
        await using var api = await TestApi.StartAsync();
        using var page = await api.Client.Http.GetAsync(new Uri("/docs/index.html", UriKind.Relative));
        Assert.Contains("script-src 'self'", One(page, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", One(page, "Content-Security-Policy"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpsIsToBeKeptToWhereATrustedProxyHasIt()
    {
        await using var trusting = await TestApi.StartAsync("Proxies:Trusted=127.0.0.0/8");
        await using var trustingNobody = await TestApi.StartAsync();
        Assert.Equal("max-age=31536000; includeSubDomains", await StrictAsync(trusting));
        Assert.Null(await StrictAsync(trustingNobody));

        static async Task<string?> StrictAsync(TestApi api)
        {
            using var request = Post("/user/getUserData", "{}");
            request.Headers.Add("X-Forwarded-Proto", "https");
            using var answer = await api.Client.Http.SendAsync(request);
            return One(answer, "Strict-Transport-Security");
        }
    }

    // A secret and what a client sends must never be compressed together (BREACH).
    [Fact]
    public async Task NothingIsCompressed()
    {
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        foreach (var (method, path) in new[] { (HttpMethod.Post, "/prompt/getAllPrompts"), (HttpMethod.Get, "/icons/request.svg"), (HttpMethod.Get, "/health") })
        {
            using var request = new HttpRequestMessage(method, path);
            if (method == HttpMethod.Post) request.Content = new StringContent("{}", Encoding.UTF8, "application/json");
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
            request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, deflate, br, zstd");
            using var answer = await api.Client.Http.SendAsync(request);
            Assert.Equal((HttpStatusCode.OK, 0), (answer.StatusCode, answer.Content.Headers.ContentEncoding.Count));
        }
    }

    [Fact]
    public async Task ABrowsersQuestionIsAnsweredForNamedOriginsAndNeverWithCredentials()
    {
        await using var open = await TestApi.StartAsync();
        await using var closed = await TestApi.StartAsync("Cors:Origins=https://app.example, https://other.example");
        Assert.Equal(("*", null), await AskAsync(open, "https://any.example"));
        Assert.Equal(("https://other.example", null), await AskAsync(closed, "https://other.example"));
        foreach (var foreign in new[] { "https://any.example", "null", "https://app.example.evil.example", "http://app.example", "https://app.example:444" })
            Assert.Equal((null, null), await AskAsync(closed, foreign));

        static async Task<(string? Origin, string? Credentials)> AskAsync(TestApi api, string origin)
        {
            using var question = new HttpRequestMessage(HttpMethod.Options, "/user/getUserData");
            question.Headers.TryAddWithoutValidation("Origin", origin);
            question.Headers.Add("Access-Control-Request-Method", "POST");
            question.Headers.Add("Access-Control-Request-Headers", "authorization, content-type");
            using var answer = await api.Client.Http.SendAsync(question);
            return (One(answer, "Access-Control-Allow-Origin"), One(answer, "Access-Control-Allow-Credentials"));
        }
    }

    [Theory]
    // The proxy's word about the last hop counts, and what the client put before it does not.
    [InlineData("127.0.0.0/8", "203.0.113.1, 192.0.2.1", "203.0.113.2, 192.0.2.1", 429)]
    [InlineData("127.0.0.0/8", "203.0.113.1, 192.0.2.1", "203.0.113.1, 192.0.2.2", 401)]
    // Over two proxies, both trusted, the client is the hop before them.
    [InlineData("127.0.0.0/8,10.0.0.0/8", "192.0.2.1, 10.1.1.1", "192.0.2.2, 10.1.1.1", 401)]
    [InlineData("127.0.0.0/8,10.0.0.0/8", "192.0.2.1, 10.1.1.1", "192.0.2.1, 10.1.1.2", 429)]
    // Nobody is trusted, or somebody else.
    [InlineData("", "192.0.2.1", "192.0.2.2", 429)]
    [InlineData("10.0.0.0/8", "192.0.2.1", "192.0.2.2", 429)]
    // One subscriber has 2^64 addresses of IPv6, which count as one.
    [InlineData("127.0.0.0/8", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", 429)]
    [InlineData("127.0.0.0/8", "2001:db8:1:2::1", "2001:db8:1:3::1", 401)]
    [InlineData("127.0.0.0/8", "192.0.2.1", "::ffff:192.0.2.1", 429)]
    public async Task AnAddressIsWhatATrustedProxySaysItIs(string trusted, string first, string second, int expected)
    {
        await using var api = await TestApi.StartAsync("RateLimits:PerAddress=1", "Proxies:Trusted=" + trusted);
        Assert.Equal(401, await FromAsync(first));
        Assert.Equal(expected, await FromAsync(second));

        async Task<int> FromAsync(string forwarded)
        {
            using var request = Post("/user/getUserData", "{}");
            request.Headers.Add("X-Forwarded-For", forwarded);
            using var answer = await api.Client.Http.SendAsync(request);
            return (int)answer.StatusCode;
        }
    }

    [Fact]
    public async Task AProbeTellsNothingButHealth()
    {
        await using var api = await TestApi.StartAsync();
        foreach (var probe in new[] { "/health", "/alive" })
            Assert.Equal("Healthy", await api.Client.Http.GetStringAsync(new Uri(probe, UriKind.Relative)));
    }

    private static HttpRequestMessage Post(string path, string body, string? token = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        return request;
    }

    private static string? One(HttpResponseMessage answer, string header) =>
        answer.Headers.TryGetValues(header, out var values) || answer.Content.Headers.TryGetValues(header, out values) ? string.Join(", ", values) : null;
}
