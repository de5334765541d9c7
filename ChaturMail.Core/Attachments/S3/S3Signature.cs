using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Attachments.S3;

/// <summary>Who signs, and for where.</summary>
/// <param name="AccessKey">Id of the key.</param>
/// <param name="SecretKey">Its secret.</param>
/// <param name="Region">The store's region.</param>
internal sealed record S3Credentials(string AccessKey, string SecretKey, string Region);

/// <summary>
/// AWS Signature, version 4, for S3: in the query of an address (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html) and in a
/// request's headers (https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html).
/// </summary>
internal static class S3Signature
{
    private const string Algorithm = "AWS4-HMAC-SHA256";

    // What a client sends is not known when its address is signed; its length is.
    private const string AnyPayload = "UNSIGNED-PAYLOAD";

    /// <summary>An address that is good for one method, with the headers just so, until the time is over.</summary>
    /// <param name="address">Its path encoded as S3 wants it; without a query.</param>
    /// <param name="headers">Beside the host's, names in lower case.</param>
    /// <param name="query">More of the query, not encoded.</param>
    public static string Presign(
        HttpMethod method, Uri address, S3Credentials credentials, DateTimeOffset now, TimeSpan lifetime,
        IReadOnlyList<(string Name, string Value)> headers, IReadOnlyList<(string Name, string Value)> query)
    {
        var signed = headers.Append(("host", address.Authority)).ToList();
        List<(string Name, string Value)> all =
        [
            ("X-Amz-Algorithm", Algorithm), ("X-Amz-Credential", $"{credentials.AccessKey}/{ScopeOf(credentials, now)}"), ("X-Amz-Date", TimeOf(now)),
            ("X-Amz-Expires", ((int)lifetime.TotalSeconds).ToString(CultureInfo.InvariantCulture)), ("X-Amz-SignedHeaders", NamesOf(signed)), .. query,
        ];
        var canonical = string.Join('&', all.Select(pair => $"{Uri.EscapeDataString(pair.Name)}={Uri.EscapeDataString(pair.Value)}").Order(StringComparer.Ordinal));
        var signature = SignatureOf(method, address.AbsolutePath, canonical, signed, AnyPayload, credentials, now);
        return $"{address.GetLeftPart(UriPartial.Path)}?{canonical}&X-Amz-Signature={signature}";
    }

    /// <summary>Signs a request by its headers: the host's, the time's, the payload's digest, and those given.</summary>
    /// <param name="payload">SHA-256 of the body in lower-case hexadecimal digits.</param>
    /// <param name="headers">What else is signed and set, names in lower case.</param>
    public static void Sign(
        HttpRequestMessage request, string payload, S3Credentials credentials, DateTimeOffset now, params IReadOnlyList<(string Name, string Value)> headers)
    {
        var address = request.RequestUri!;
        List<(string Name, string Value)> added = [("x-amz-content-sha256", payload), ("x-amz-date", TimeOf(now)), .. headers];
        var signed = added.Append(("host", address.Authority)).ToList();
        var parts = address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Contains('=') ? part : part + "=");
        var signature = SignatureOf(
            request.Method, address.AbsolutePath, string.Join('&', parts.Order(StringComparer.Ordinal)), signed, payload, credentials, now);
        foreach (var (name, value) in added) request.Headers.TryAddWithoutValidation(name, value);
        request.Headers.TryAddWithoutValidation(
            "Authorization", $"{Algorithm} Credential={credentials.AccessKey}/{ScopeOf(credentials, now)},SignedHeaders={NamesOf(signed)},Signature={signature}");
    }

    private static string SignatureOf(
        HttpMethod method, string path, string query, IReadOnlyList<(string Name, string Value)> headers, string payload, S3Credentials credentials, DateTimeOffset now)
    {
        var lines = string.Concat(headers.OrderBy(header => header.Name, StringComparer.Ordinal).Select(header => $"{header.Name}:{header.Value.Trim()}\n"));
        var request = $"{method.Method}\n{path}\n{query}\n{lines}\n{NamesOf(headers)}\n{payload}";
        var text = $"{Algorithm}\n{TimeOf(now)}\n{ScopeOf(credentials, now)}\n{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(request)))}";
        var key = Encoding.UTF8.GetBytes("AWS4" + credentials.SecretKey);
        foreach (var part in new[] { DayOf(now), credentials.Region, "s3", "aws4_request", text }) key = HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(part));
        return Convert.ToHexStringLower(key);
    }

    private static string NamesOf(IEnumerable<(string Name, string Value)> headers) =>
        string.Join(';', headers.Select(header => header.Name).Order(StringComparer.Ordinal));

    private static string ScopeOf(S3Credentials credentials, DateTimeOffset now) => $"{DayOf(now)}/{credentials.Region}/s3/aws4_request";

    private static string DayOf(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string TimeOf(DateTimeOffset now) => now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
}
