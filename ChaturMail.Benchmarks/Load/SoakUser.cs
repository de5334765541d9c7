using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ChaturMail.Benchmarks.Load;

/// <summary>What an Api says: the envelope, and the two fields of its item that matter here.</summary>
/// <param name="HttpStatus">0 when no answer came.</param>
/// <param name="Code">An error's code, else empty.</param>
/// <param name="Id">The email's id, else empty.</param>
internal sealed record SoakAnswer(int HttpStatus, string Code, string Id);

/// <summary>What an account says.</summary>
internal sealed record Account(string Uid, long Available, long Used, long Emails);

/// <summary>A signed-in user of an Api.</summary>
internal sealed class SoakUser
{
    private readonly HttpClient _http;
    private readonly string _token;

    private SoakUser(HttpClient http, string token) => (_http, _token) = (http, token);

    /// <summary>Signs in by the development sign-in.</summary>
    public static async Task<SoakUser> SignInAsync(HttpClient http, string email, CancellationToken cancellation)
    {
        var body = JsonSerializer.Serialize(new { email, idToken = "dev:" + email, loginMethod = "google", fcmToken = "load" });
        using var json = await ReadAsync(http, Request("/auth/getJWTToken", body, null), cancellation);
        return new SoakUser(http, json.RootElement.GetProperty("payload")[0].GetProperty("token").GetString()!);
    }

    /// <summary>The session token.</summary>
    public string Token => _token;

    /// <summary>Sends a request and gives what the read makes of its item.</summary>
    /// <exception cref="HttpRequestException">It was not done.</exception>
    public async Task<T> PostAsync<T>(string route, object body, Func<JsonElement, T> read, CancellationToken cancellation)
    {
        using var json = await ReadAsync(_http, Request(route, JsonSerializer.Serialize(body), _token), cancellation);
        return read(json.RootElement.GetProperty("payload")[0]);
    }

    /// <summary>The account's coins.</summary>
    public async Task<Account> AccountAsync(CancellationToken cancellation)
    {
        using var json = await ReadAsync(_http, Request("/user/getUserData", "{}", _token), cancellation);
        var user = json.RootElement.GetProperty("payload")[0];
        return new Account(
            user.GetProperty("uid").GetString()!, user.GetProperty("availableTokens").GetInt64(), user.GetProperty("usedTokens").GetInt64(),
            user.GetProperty("generatedEmailCount").GetInt64());
    }

    /// <summary>What an email of this template costs.</summary>
    public async Task<int> CostAsync(string promptId, CancellationToken cancellation)
    {
        using var json = await ReadAsync(_http, Request("/prompt/getAllPrompts", "{}", _token), cancellation);
        return json.RootElement.GetProperty("payload").EnumerateArray()
            .Single(prompt => prompt.GetProperty("id").GetString() == promptId).GetProperty("maxTokens").GetInt32();
    }

    /// <summary>Asks for an email. A connection that breaks, or <paramref name="cancellation"/>, is an answer of status 0.</summary>
    public async Task<SoakAnswer> GenerateAsync(string body, string key, CancellationToken cancellation)
    {
        try
        {
            using var request = Request("/email/generateEmail", body, _token);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            using var response = await _http.SendAsync(request, cancellation);
            using var json = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            var (root, payload) = (json.RootElement, json.RootElement.GetProperty("payload"));
            return new SoakAnswer(
                (int)response.StatusCode,
                root.TryGetProperty("code", out var code) ? code.GetString()! : "",
                payload.ValueKind == JsonValueKind.Array ? payload[0].GetProperty("id").GetString()! : "");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or JsonException)
        {
            return new SoakAnswer(0, "", "");
        }
    }

    /// <summary>The body of a request for an email.</summary>
    public static string Body(string subject) => JsonSerializer.Serialize(new
    {
        subject,
        keywords = "project, progress, next week, thirty minutes",
        promptId = "1",
        toEmail = "okafor@northwind.example",
    });

    private static HttpRequestMessage Request(string route, string body, string? token)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return request;
    }

    private static async Task<JsonDocument> ReadAsync(HttpClient http, HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            using var response = await http.SendAsync(request, cancellation);
            response.EnsureSuccessStatusCode();
            return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
        }
    }
}
