using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChaturMail.Tests.Support;

/// <summary>An answer, read as strictly as the app reads it: every one is the envelope.</summary>
public sealed record ApiAnswer(int HttpStatus, int Status, string Message, IReadOnlyList<JsonObject>? Payload, string? Code, string? NextCursor, HttpResponseHeaders Headers)
{
    /// <summary>The only item of the payload.</summary>
    public JsonObject Item => Assert.Single(Items);

    /// <summary>The payload. Where there is none the test says what was answered instead.</summary>
    public IReadOnlyList<JsonObject> Items
    {
        get
        {
            Assert.True(Payload is not null, $"{HttpStatus} {Code}: {Message}");
            return Payload;
        }
    }

    public string Text(string field) => Item[field]!.GetValue<string>();

    public long Number(string field) => Item[field]!.GetValue<long>();

    public static async Task<ApiAnswer> ReadAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync();
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var root = JsonNode.Parse(bytes)!.AsObject();
        Assert.Equal(["status", "message", "payload"], root.Select(p => p.Key).Take(3));
        Assert.Empty(root.Select(p => p.Key).Except(["status", "message", "payload", "code", "nextCursor"]));
        var status = root["status"]!.GetValue<int>();
        var message = root["message"]!.GetValue<string>();
        Assert.NotEmpty(message);
        var payload = root["payload"]?.AsArray().Select(item => item!.AsObject()).ToList();
        Assert.False(payload is { Count: 0 }, "payload is never an empty list");
        Assert.Contains(status, new[] { 0, 1 });
        var code = root["code"]?.GetValue<string>();
        Assert.Equal(status == 0, code is not null);
        Assert.Equal(status == 1, (int)response.StatusCode is 200 or 202 && code is null);
        // A sign-in that waits for a code says how to go on.
        if (status == 0 && code is not ("second_factor_required" or "email_verification_required")) Assert.Null(payload);
        return new ApiAnswer((int)response.StatusCode, status, message, payload, code, root["nextCursor"]?.GetValue<string>(), response.Headers);
    }
}

/// <summary>Talks to an Api as the app does.</summary>
public sealed class ApiClient(Uri address) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = address, Timeout = TimeSpan.FromSeconds(60) };

    public HttpClient Http => _http;

    public static readonly JsonObject Leave = new()
    {
        ["subject"] = "Leave request for 12-16 October",
        ["keywords"] = "annual leave, handover to Priya",
        ["promptId"] = "1",
        ["toEmail"] = "maria.lopez@northwind.example",
    };

    public Task<ApiAnswer> PostAsync(string route, object body, string? token = null, CancellationToken cancellation = default) =>
        PostTextAsync(route, body as string ?? JsonSerializer.Serialize(body), token, cancellation: cancellation);

    public async Task<ApiAnswer> PostTextAsync(
        string route, string body, string? token = null, string contentType = "application/json; charset=UTF-8", CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        using var response = await _http.SendAsync(request, cancellation);
        return await ApiAnswer.ReadAsync(response);
    }

    public async Task<ApiAnswer> SendAsync(HttpMethod method, string route)
    {
        using var request = new HttpRequestMessage(method, route);
        using var response = await _http.SendAsync(request);
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>Signs in by the development sign-in and gives the session token.</summary>
    public async Task<string> SignInAsync(string email = "asha.rao@example.com")
    {
        var answer = await PostAsync("/auth/getJWTToken", SignInBody(email));
        Assert.Equal(200, answer.HttpStatus);
        return answer.Text("token");
    }

    /// <summary>Signs in with an identity provider's token.</summary>
    public async Task<string> SignInWithAsync(string idToken) => (await PostAsync(
        "/auth/getJWTToken", new { email = "any@example.com", idToken, loginMethod = "password", fcmToken = "fcm" })).Text("token");

    public static object SignInBody(string email) => new { email, idToken = "dev:" + email, loginMethod = "google", fcmToken = "fcm" };

    public Task<ApiAnswer> GenerateAsync(string token, CancellationToken cancellation = default) =>
        PostAsync("/email/generateEmail", Leave, token, cancellation);

    public async Task<ApiAnswer> GenerateWithKeyAsync(string token, string key, object? body = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/email/generateEmail")
        {
            Content = new StringContent(JsonSerializer.Serialize(body ?? Leave), Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        using var response = await _http.SendAsync(request);
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>Reads the whole history, page by page.</summary>
    public async Task<IReadOnlyList<JsonObject>> HistoryAsync(string token)
    {
        var all = new List<JsonObject>();
        string? cursor = null;
        do
        {
            var page = await PostAsync("/email/getGeneratedEmails", cursor is null ? new { limit = 100 } : new { limit = 100, cursor }, token);
            all.AddRange(page.Payload ?? []);
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return all;
    }

    public void Dispose() => _http.Dispose();
}
