using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ChaturMail.Core.Language.Safety;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// Asks OpenAI's moderation endpoint (API reference, "Create moderation"): one HTTP request a check, no retries, and nothing but a plain
/// answer passes. Reasons hold the names of categories and statuses alone.
/// </summary>
public sealed class OpenAiModeration : IModeration, IDisposable
{
    /// <summary>The longest answer that is read, in bytes.</summary>
    public const int AnswerLimit = 256 * 1024;

    private const int LongestCategory = 40;
    private const int MostCategories = 20;

    private readonly ModerationOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly Uri _address;

    /// <summary>A client with its own connections. Keep one for the life of the process.</summary>
    /// <exception cref="ArgumentException"><see cref="ModerationOptions.Validate"/> has something to say.</exception>
    public OpenAiModeration(ModerationOptions options, TimeProvider time)
    {
        var problems = string.Join(' ', options.Validate());
        if (problems.Length > 0) throw new ArgumentException(problems, nameof(options));
        _options = options;
        _time = time;
        _address = new Uri(options.BaseAddress.AbsoluteUri.TrimEnd('/') + "/moderations");
        _http = new HttpClient(new SocketsHttpHandler
        {
            // A redirect would carry the key to another host; the ids of our traces are nobody else's business.
            AllowAutoRedirect = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", options.ApiKey.Trim());
    }

    /// <inheritdoc/>
    public async Task<ModerationResult> CheckAsync(string text, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            return await AskAsync(text, either.Token);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            return Unavailable(timeout.IsCancellationRequested ? $"did not answer within {_options.Timeout}" : $"broke the connection ({e.GetType().Name})");
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<ModerationResult> AskAsync(string text, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _address) { Content = Body(text) };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var header = response.Headers.TryGetValues("Retry-After", out var values) ? values.FirstOrDefault() : null;
            return new ModerationResult.Unavailable(
                $"The moderation answered {(int)response.StatusCode}.", FailureReader.RetryAfter(header, _time.GetUtcNow()));
        }

        using var body = new AnswerBody(AnswerLimit);
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        return await body.ReadAsync(stream, cancellation) ? Read(body.Bytes) : Unavailable($"answered with more than {AnswerLimit} bytes");
    }

    private ByteArrayContent Body(string text)
    {
        var body = new ArrayBufferWriter<byte>(2048);
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("model", _options.Model);
            json.WriteString("input", text);
            json.WriteEndObject();
        }

        return new ByteArrayContent(body.WrittenSpan.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    private static ModerationResult Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (FailureReader.Property(json.RootElement, "results") is not { ValueKind: JsonValueKind.Array } results
                || results.GetArrayLength() == 0) return Unavailable("answered 200 without a result");
            var flagged = new List<string>();
            var isFlagged = false;
            foreach (var result in results.EnumerateArray())
            {
                var verdict = FailureReader.Property(result, "flagged").ValueKind;
                if (verdict is not (JsonValueKind.True or JsonValueKind.False)) return Unavailable("answered 200 without a verdict");
                isFlagged |= verdict == JsonValueKind.True;
                flagged.AddRange(Categories(FailureReader.Property(result, "categories")));
            }

            return isFlagged ? new ModerationResult.Flagged(string.Join(", ", flagged.Distinct().Take(MostCategories))) : new ModerationResult.Passed();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Unavailable("answered 200, but not in JSON");
        }
    }

    /// <summary>Names of categories that are set, as far as they look like such: <c>violence/graphic</c>.</summary>
    private static List<string> Categories(JsonElement categories) => categories.ValueKind != JsonValueKind.Object ? [] :
        categories.EnumerateObject().Where(category => category.Value.ValueKind == JsonValueKind.True).Select(category => category.Name)
            .Where(name => name.Length <= LongestCategory && name.All(c => char.IsAsciiLetterLower(c) || c is '/' or '-' or '_')).ToList();

    private static ModerationResult.Unavailable Unavailable(string what) => new($"The moderation {what}.");
}
