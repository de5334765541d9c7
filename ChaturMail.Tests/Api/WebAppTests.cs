using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using ChaturMail.Api.Web;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>How the web app's files are served.</summary>
public sealed partial class WebAppTests(SignedInApiTests.OneApi one) : IClassFixture<SignedInApiTests.OneApi>, IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.None }) { BaseAddress = one.Api.Client.Http.BaseAddress };

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task ThePageIsAskedForEachTimeAndItsFilesAreKeptForGood()
    {
        using var page = await _http.GetAsync("/");
        Assert.Equal((HttpStatusCode.OK, "text/html", "no-cache"), (page.StatusCode, page.Content.Headers.ContentType?.MediaType, page.Headers.CacheControl?.ToString()));
        var files = Addresses().Matches(await page.Content.ReadAsStringAsync()).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(files.Count > 5, string.Join(' ', files));
        foreach (var address in files)
        {
            using var file = await _http.GetAsync(address);
            Assert.Equal((address, HttpStatusCode.OK, "public, max-age=31536000, immutable"), (address, file.StatusCode, file.Headers.CacheControl?.ToString()));
        }
    }

    [Fact]
    public async Task ThePolicyLetsInNothingButThePagesOwnFiles()
    {
        foreach (var address in new[] { "/", "/sw.js" })
        {
            using var answer = await _http.GetAsync(address);
            var policy = Assert.Single(answer.Headers.GetValues("Content-Security-Policy"));
            var rules = policy.Split("; ").Select(rule => rule.Split(' ', 2)).ToDictionary(rule => rule[0], rule => rule[1]);
            Assert.Equal("'none'", rules["default-src"]);
            Assert.Equal("'self'", rules["script-src"]);
            Assert.Equal("'self'", rules["style-src"]);
            Assert.Equal("'self'", rules["connect-src"]);
            Assert.Equal("'none'", rules["frame-ancestors"]);
            Assert.Equal("'script'", rules["require-trusted-types-for"]);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("*", policy, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("br", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("br;q=0, gzip", "gzip")]
    [InlineData("identity", null)]
    public async Task AFileIsCompressedAsTheBrowserTakesIt(string accepted, string? coding)
    {
        var address = await ScriptAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Add("Accept-Encoding", accepted);
        using var answer = await _http.SendAsync(request);
        Assert.Equal(coding, answer.Content.Headers.ContentEncoding.SingleOrDefault());
        Assert.Contains("Accept-Encoding", answer.Headers.Vary);
        await using var body = await answer.Content.ReadAsStreamAsync();
        await using var text = coding switch
        {
            "br" => new System.IO.Compression.BrotliStream(body, System.IO.Compression.CompressionMode.Decompress),
            "gzip" => new System.IO.Compression.GZipStream(body, System.IO.Compression.CompressionMode.Decompress),
            _ => body,
        };
        Assert.Equal(await _http.GetStringAsync(address), await new StreamReader(text).ReadToEndAsync());
    }

    [Fact]
    public async Task AFileThatTheBrowserHasIsNotSentAgain()
    {
        using var first = await _http.GetAsync("/");
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(Assert.IsType<EntityTagHeaderValue>(first.Headers.ETag));
        using var second = await _http.SendAsync(request);
        Assert.Equal((HttpStatusCode.NotModified, ""), (second.StatusCode, await second.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task AFileOfAnotherVersionIsServedButNotKept()
    {
        using var file = await _http.GetAsync(Version().Replace(await ScriptAsync(), "/app/0000000000000000/"));
        Assert.Equal((HttpStatusCode.OK, "no-store"), (file.StatusCode, file.Headers.CacheControl?.ToString()));
    }

    [Theory]
    [InlineData("GET", "/app/x/none.js")]
    [InlineData("GET", "/app/x/../appsettings.json")]
    [InlineData("GET", "/app/x/..%2fappsettings.json")]
    [InlineData("GET", "/app/x/%2e%2e/ChaturMail.Api.dll")]
    [InlineData("GET", "/app/")]
    [InlineData("GET", "/index.html")]
    [InlineData("POST", "/")]
    [InlineData("POST", "/sw.js")]
    public async Task WhatIsNoFileOfTheAppIsAnsweredByTheApi(string method, string address)
    {
        var answer = await one.Api.Client.SendAsync(new HttpMethod(method), address);
        Assert.Equal((404, "not_found"), (answer.HttpStatus, answer.Code));
    }

    [Fact]
    public void AFileThatADeveloperDidNotChangeStaysAsItWasCompressed()
    {
        using var folder = new TextFolder();
        folder.Write("changed.js", "old");
        folder.Write("same.js", "same");
        var first = WebFiles.Read(folder.Path);
        Assert.Same(first, WebFiles.Read(folder.Path, first));

        folder.Write("changed.js", "new");
        var second = WebFiles.Read(folder.Path, first);

        Assert.NotEqual(first.Version, second.Version);
        Assert.Same(first.Find("same.js"), second.Find("same.js"));
        Assert.NotSame(first.Find("changed.js"), second.Find("changed.js"));
    }

    [Fact]
    public async Task TheServiceWorkerKnowsEveryFileOfItsVersion()
    {
        var worker = await _http.GetStringAsync("/sw.js");
        var version = Version().Match(worker).Value;
        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");
        foreach (var file in Directory.EnumerateFiles(folder, "*.js", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Where(path => path != "sw.js"))
            Assert.Contains($"\"{version}{file.Replace('\\', '/')}\"", worker, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AllScriptsTogetherAreSmallerThan150KilobytesCompressed()
    {
        var worker = await _http.GetStringAsync("/sw.js");
        var bytes = 0L;
        foreach (var address in Scripts().Matches(worker).Select(match => match.Groups[1].Value))
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Headers.Add("Accept-Encoding", "br");
            using var answer = await _http.SendAsync(request);
            bytes += answer.Content.Headers.ContentLength!.Value;
        }

        Assert.InRange(bytes, 10_000, 150_000);
        TestContext.Current.SendDiagnosticMessage($"{bytes} bytes of script");
    }

    private async Task<string> ScriptAsync() => Scripts().Match(await _http.GetStringAsync("/sw.js")).Groups[1].Value;

    [GeneratedRegex("(?:src|href)=\"(/app/[^\"]+)\"")]
    private static partial Regex Addresses();

    [GeneratedRegex("\"(/app/[^\"]+\\.js)\"")]
    private static partial Regex Scripts();

    [GeneratedRegex("/app/[0-9a-f]{16}/")]
    private static partial Regex Version();
}
