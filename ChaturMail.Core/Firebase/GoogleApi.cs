using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using ChaturMail.Core.Identity;
using Google.Apis.Auth.OAuth2.Responses;

namespace ChaturMail.Core.Firebase;

/// <summary>What came of a call of a REST service of Google's.</summary>
public abstract record GoogleAnswer
{
    private GoogleAnswer() { }

    /// <summary>A success.</summary>
    /// <param name="Body">The JSON object in the answer.</param>
    public sealed record Success(JsonElement Body) : GoogleAnswer;

    /// <summary>The service refused or failed (https://cloud.google.com/apis/design/errors#http_mapping).</summary>
    /// <param name="Status">HTTP status.</param>
    /// <param name="Code">A code such as <c>USER_NOT_FOUND</c>, <c>UNREGISTERED</c> or <c>PERMISSION_DENIED</c>; empty when there is none.</param>
    public sealed record Refused(int Status, string Code) : GoogleAnswer
    {
        /// <summary>For the log, without anything of a user's.</summary>
        public string Reason => Code.Length > 0 ? $"HTTP {Status} {Code}" : $"HTTP {Status}";
    }

    /// <summary>There was no answer, or none that can be read, or no access token.</summary>
    /// <param name="Reason">For the log, without anything of a user's or of the service account's.</param>
    public sealed record None(string Reason) : GoogleAnswer;
}

/// <summary>Calls REST services of Google's with an access token. Fails with values. Safe for concurrent use.</summary>
/// <param name="http">Not disposed here.</param>
/// <param name="accessToken">Gives the bearer token of a call.</param>
public sealed partial class GoogleApi(HttpClient http, Func<CancellationToken, Task<string>> accessToken, TimeProvider time)
{
    /// <summary>The most bytes of an answer that are read; those asked for here have a few hundred.</summary>
    public const int MaxResponseBytes = 64 * 1024;

    /// <summary>How long a call may take in all, the fetching of an access token included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Posts <paramref name="body"/> as JSON.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was cancelled.</exception>
    public async Task<GoogleAnswer> PostAsync(Uri address, object body, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address);
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await accessToken(either.Token));
            request.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var content = await ReadAsync(response.Content, either.Token);
            if (!response.IsSuccessStatusCode) return new GoogleAnswer.Refused((int)response.StatusCode, content is { } error ? ErrorCode(error) : "");
            return content is { } success ? new GoogleAnswer.Success(success) : new GoogleAnswer.None("the answer is too large or no JSON object");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new GoogleAnswer.None($"no answer within {Timeout}");
        }
        catch (TokenResponseException e)
        {
            return new GoogleAnswer.None($"no access token: {Code().Match(e.Error?.Error ?? "").Value}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException)
        {
            // InvalidOperationException: Google's client was given no access token.
            return new GoogleAnswer.None(e.GetType().Name);
        }
    }

    private static async Task<JsonElement?> ReadAsync(HttpContent content, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[MaxResponseBytes + 1];
        var length = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
        if (length > MaxResponseBytes) return null;
        using var document = StrictJson.ParseObject(buffer.AsMemory(0, length));
        return document?.RootElement.Clone();
    }

    // FCM names its code in the details, the Identity Toolkit in the message ("WEAK_PASSWORD : …"); every service has a status.
    // Only what looks like a code is taken: a message may quote what was sent.
    private static string ErrorCode(JsonElement body)
    {
        if (!body.TryGetProperty("error"u8, out var error) || error.ValueKind != JsonValueKind.Object) return "";
        if (error.TryGetProperty("details"u8, out var details) && details.ValueKind == JsonValueKind.Array)
        {
            foreach (var detail in details.EnumerateArray().Where(detail => detail.ValueKind == JsonValueKind.Object))
                if (CodeIn(detail, "errorCode"u8) is { Length: > 0 } code) return code;
        }

        return CodeIn(error, "message"u8) is { Length: > 0 } message ? message : CodeIn(error, "status"u8);
    }

    private static string CodeIn(JsonElement owner, ReadOnlySpan<byte> name) =>
        StrictJson.TryReadText(owner, name, out var text) && text is not null ? Code().Match(text).Value : "";

    [GeneratedRegex(@"\A([A-Z]+(_[A-Z]+)*|[a-z]+(_[a-z]+)+)(?=\z| : )", RegexOptions.CultureInvariant)]
    private static partial Regex Code();
}
