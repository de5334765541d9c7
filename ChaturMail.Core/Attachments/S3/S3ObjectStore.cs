using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;

namespace ChaturMail.Core.Attachments.S3;

/// <summary>
/// <see cref="IObjectStore"/> on anything that speaks S3's REST interface (AWS, MinIO …). It wants the permissions s3:GetObject, s3:PutObject and
/// s3:DeleteObject on the objects, and s3:ListBucket on the bucket, without which the store says of an object that is missing that it is forbidden.
/// </summary>
public sealed class S3ObjectStore : IObjectStore, IDisposable
{
    private static readonly string NoPayload = Convert.ToHexStringLower(SHA256.HashData([]));

    private readonly AttachmentOptions _options;
    private readonly S3Credentials _credentials;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    /// <summary>The store that the options name.</summary>
    public S3ObjectStore(AttachmentOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _time) = (options, time);
        _credentials = new S3Credentials(options.AccessKey, options.SecretKey, options.Region);
        // Less than a request has; nothing is followed, for a signature is good for one host.
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(15), AllowAutoRedirect = false })
        {
            Timeout = TimeSpan.FromSeconds(20),
        };
    }

    /// <inheritdoc/>
    public SignedAddress SignUpload(string key, string contentType, long bytes, TimeSpan lifetime) => Presign(
        HttpMethod.Put, key, lifetime, [("content-length", bytes.ToString(CultureInfo.InvariantCulture)), ("content-type", contentType)], []);

    /// <inheritdoc/>
    public SignedAddress SignDownload(string key, string contentType, string fileName, TimeSpan lifetime) => Presign(
        HttpMethod.Get, key, lifetime, [],
        [
            ("response-cache-control", string.Create(CultureInfo.InvariantCulture, $"private, max-age={(int)lifetime.TotalSeconds}")),
            ("response-content-disposition", $"inline; filename=\"{fileName}\""), ("response-content-type", contentType),
        ]);

    /// <inheritdoc/>
    public async Task PutAsync(string key, string contentType, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, AddressOf(_options.ServerAddress, key)) { Content = new ReadOnlyMemoryContent(bytes) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var response = await SendAsync(request, Convert.ToHexStringLower(SHA256.HashData(bytes.Span)), cancellation);
        if (response.StatusCode != HttpStatusCode.OK) throw Refused(response);
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, AddressOf(_options.ServerAddress, key));
        var response = await SendAsync(request, NoPayload, cancellation);
        if (response.StatusCode == HttpStatusCode.OK) return await response.Content.ReadAsStreamAsync(cancellation);
        using (response) return response.StatusCode == HttpStatusCode.NotFound ? null : throw Refused(response);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, AddressOf(_options.ServerAddress, key));
        using var response = await SendAsync(request, NoPayload, cancellation);
        if (response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.OK or HttpStatusCode.NotFound)) throw Refused(response);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private SignedAddress Presign(
        HttpMethod method, string key, TimeSpan lifetime, IReadOnlyList<(string, string)> headers, IReadOnlyList<(string, string)> query)
    {
        var now = _time.GetUtcNow();
        return new SignedAddress(
            S3Signature.Presign(method, AddressOf(_options.ClientAddress, key), _credentials, now, lifetime, headers, query), now + lifetime);
    }

    // https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
    private Uri AddressOf(Uri endpoint, string key) => _options.PathStyle
        ? new Uri(endpoint, $"/{_options.Bucket}/{key}")
        : new Uri($"{endpoint.Scheme}://{_options.Bucket}.{endpoint.Authority}/{key}");

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, string payload, CancellationToken cancellation)
    {
        S3Signature.Sign(request, payload, _credentials, _time.GetUtcNow());
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        }
        catch (Exception e) when (e is HttpRequestException || e is OperationCanceledException && !cancellation.IsCancellationRequested)
        {
            throw new ObjectStoreException("The object store did not answer.", e);
        }
    }

    // Not its words: they may repeat the address with its signature.
    private static ObjectStoreException Refused(HttpResponseMessage response) => new($"The object store answered with {(int)response.StatusCode}.");
}
