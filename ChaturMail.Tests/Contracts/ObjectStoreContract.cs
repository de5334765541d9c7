using System.Net;
using System.Net.Http.Headers;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Attachments.Folder;
using ChaturMail.Core.Attachments.S3;
using ChaturMail.Core.Identity;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every object store does, and what nobody gets it to do, by the addresses that it gives.</summary>
public abstract class ObjectStoreContract : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly byte[] Bytes = [.. Enumerable.Range(0, 5000).Select(number => (byte)(number * 7))];
    private static int _keys;

    private readonly string _key = "uploads/" + Interlocked.Increment(ref _keys).ToString("x24", System.Globalization.CultureInfo.InvariantCulture);
    private readonly HttpClient _http = new();
    private IObjectStore _store = null!;

    /// <summary>The address that those of the store's own Api are relative to.</summary>
    protected abstract Uri Base { get; }

    /// <summary>False for the test's S3 server, whose buckets are open to who does not sign; those of a real one are private.</summary>
    protected virtual bool RefusesUnsigned => true;

    public abstract ValueTask StartAsync();

    public abstract ValueTask StopAsync();

    /// <summary>The store, with a clock of its own.</summary>
    protected abstract IObjectStore Open(TimeProvider time);

    public async ValueTask InitializeAsync()
    {
        await StartAsync();
        _store = Open(TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        _http.Dispose();
        (_store as IDisposable)?.Dispose();
        await StopAsync();
    }

    [Fact]
    public async Task WhatIsWrittenAtOneAddressIsReadAtAnother()
    {
        Assert.Null(await _store.OpenAsync(_key, default));

        Assert.Equal(HttpStatusCode.OK, await PutAsync(_store.SignUpload(_key, "image/png", Bytes.Length, Minute).Url));

        Assert.Equal(Bytes, await ReadAsync());
        using var answer = await _http.GetAsync(new Uri(Base, _store.SignDownload(_key, "image/png", "1.png", Minute).Url));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Bytes, await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(("image/png", "inline; filename=\"1.png\""), (answer.Content.Headers.ContentType?.ToString(), answer.Content.Headers.ContentDisposition?.ToString()));
        Assert.True(answer.Headers.CacheControl is { Private: true, MaxAge.TotalSeconds: 60 });
    }

    [Fact]
    public async Task TheServerWritesReplacesAndDeletes()
    {
        await _store.PutAsync(_key, "image/png", new byte[] { 1, 2, 3 }, default);
        await _store.PutAsync(_key, "image/png", Bytes, default);
        Assert.Equal(Bytes, await ReadAsync());

        await _store.DeleteAsync(_key, default);
        await _store.DeleteAsync(_key, default);

        Assert.Null(await _store.OpenAsync(_key, default));
        using var answer = await _http.GetAsync(new Uri(Base, _store.SignDownload(_key, "image/png", "1.png", Minute).Url));
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    [Fact]
    public async Task AnAddressIsGoodForOneTypeAndOneLength()
    {
        var address = _store.SignUpload(_key, "image/png", Bytes.Length, Minute).Url;
        Assert.NotEqual(HttpStatusCode.OK, await PutAsync(address, type: "text/html"));
        Assert.NotEqual(HttpStatusCode.OK, await PutAsync(address, Bytes[..^1]));
        Assert.NotEqual(HttpStatusCode.OK, await PutAsync(address, [.. Bytes, 1]));
        Assert.Null(await _store.OpenAsync(_key, default));
    }

    [Fact]
    public async Task AnAddressIsGoodForOneObjectAndOneMethodAndNothingInItIsChanged()
    {
        await _store.PutAsync(_key, "image/png", Bytes, default);
        var (upload, download) = (_store.SignUpload(_key, "image/png", 3, Minute).Url, _store.SignDownload(_key, "image/png", "1.png", Minute).Url);
        var other = _key[..^1] + (_key[^1] == '0' ? "1" : "0");
        string[] uploads =
        [
            download, upload.Replace(_key, other, StringComparison.Ordinal), upload.Replace(_key, "images" + _key[7..], StringComparison.Ordinal), Tampered(upload),
            .. RefusesUnsigned ? [upload[..upload.IndexOf('?', StringComparison.Ordinal)]] : Array.Empty<string>(),
        ];
        foreach (var address in uploads) Assert.NotEqual((address, HttpStatusCode.OK), (address, await PutAsync(address, [1, 2, 3])));
        string[] downloads = [upload, Tampered(download), download.Replace("image%2Fpng", "text%2Fhtml", StringComparison.Ordinal)];
        foreach (var address in downloads)
        {
            using var answer = await _http.GetAsync(new Uri(Base, address));
            Assert.NotEqual((address, HttpStatusCode.OK), (address, answer.StatusCode));
        }

        Assert.Equal(Bytes, await ReadAsync());
        Assert.Null(await _store.OpenAsync(other, default));

        static string Tampered(string address) => address[..^1] + (address[^1] == '0' ? '1' : '0');
    }

    [Fact]
    public async Task AnAddressEnds()
    {
        await _store.PutAsync(_key, "image/png", Bytes, default);
        var before = Open(new ManualTimeProvider(TimeProvider.System.GetUtcNow() - (2 * Minute)));
        using var answer = await _http.GetAsync(new Uri(Base, before.SignDownload(_key, "image/png", "1.png", Minute).Url));
        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.NotEqual(HttpStatusCode.OK, await PutAsync(before.SignUpload(_key, "image/png", 3, Minute).Url, [1, 2, 3]));
        Assert.Equal(Bytes, await ReadAsync());
        (before as IDisposable)?.Dispose();
    }

    private async Task<byte[]> ReadAsync()
    {
        await using var stream = await _store.OpenAsync(_key, default);
        using var into = new MemoryStream();
        await stream!.CopyToAsync(into);
        return into.ToArray();
    }

    private async Task<HttpStatusCode> PutAsync(string address, byte[]? bytes = null, string type = "image/png")
    {
        using var content = new ByteArrayContent(bytes ?? Bytes) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };
        using var answer = await _http.PutAsync(new Uri(Base, address), content);
        return answer.StatusCode;
    }
}

public sealed class FolderObjectStoreTests : ObjectStoreContract
{
    private TestApi _api = null!;

    protected override Uri Base => _api.Client.Http.BaseAddress!;

    public override async ValueTask StartAsync() => _api = await TestApi.StartAsync();

    public override ValueTask StopAsync() => _api.DisposeAsync();

    protected override IObjectStore Open(TimeProvider time) =>
        new FolderObjectStore(Path.Combine(_api.DataFolder, "attachments"), _api.App.Services.GetRequiredService<DerivedKeys>(), time);

    [Theory]
    [InlineData("../chaturmail.db")]
    [InlineData("uploads/../../chaturmail.db")]
    [InlineData("/etc/passwd")]
    [InlineData("uploads")]
    [InlineData("uploads/a/b")]
    [InlineData("uploads/a.part")]
    public void NoKeyLeadsOutOfTheFolder(string key) => Assert.Throws<ArgumentException>(() => Open(TimeProvider.System).SignDownload(key, "image/png", "a", TimeSpan.FromMinutes(1)));

    [Fact]
    public async Task WhatIsOpenedAsAPageRunsNothing()
    {
        var store = Open(TimeProvider.System);
        await store.PutAsync("images/a", "image/png", new byte[] { 1 }, default);
        using var answer = await _api.Client.Http.GetAsync(new Uri(store.SignDownload("images/a", "image/png", "a.png", TimeSpan.FromMinutes(1)).Url, UriKind.Relative));
        Assert.Equal("default-src 'none'; sandbox; frame-ancestors 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", answer.Headers.GetValues("X-Content-Type-Options").Single());
    }
}

public sealed class S3ObjectStoreTests : ObjectStoreContract
{
    private ObjectServer _server = null!;

    protected override Uri Base => new(_server.Options.Endpoint);

    protected override bool RefusesUnsigned => false;

    public override async ValueTask StartAsync() => _server = await ObjectServer.StartAsync();

    public override ValueTask StopAsync() => _server?.DisposeAsync() ?? ValueTask.CompletedTask;

    protected override IObjectStore Open(TimeProvider time) => new S3ObjectStore(_server.Options, time);

    [Fact]
    public async Task AStoreThatIsAwayOrRefusesIsToldAsSuch()
    {
        using var foreign = new S3ObjectStore(
            new AttachmentOptions { Endpoint = _server.Options.Endpoint, Bucket = "attachments", AccessKey = "S3RVER", SecretKey = "another", PathStyle = true }, TimeProvider.System);
        await Assert.ThrowsAsync<ObjectStoreException>(() => foreign.PutAsync("images/a", "image/png", new byte[] { 1 }, default));
        using var away = new S3ObjectStore(
            new AttachmentOptions { Endpoint = "http://127.0.0.1:9", Bucket = "attachments", AccessKey = "a", SecretKey = "b", PathStyle = true }, TimeProvider.System);
        await Assert.ThrowsAsync<ObjectStoreException>(() => away.OpenAsync("images/a", default));
    }
}
