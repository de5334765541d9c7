using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ChaturMail.AppHost;

/// <summary>A user with some emails, for a developer's first look. Written over the Api's own HTTP, by the development sign-in.</summary>
public static class DemoData
{
    /// <summary>The demo user's address; <c>dev:</c> and it is their ID token.</summary>
    public const string Address = "demo@example.com";

    /// <summary>The requests, as the app sends them.</summary>
    public static readonly IReadOnlyList<JsonObject> Emails =
    [
        Email("1", "Leave from 12 to 16 October", "annual leave, handover to Priya, back on Monday", "maria.lopez@example.com"),
        Email("2", "The office moves in May", "new address, lifts, parking from the first day", "all@example.com"),
        Email("3", "Application as a nurse", "six years of paediatrics, night shifts, start in March", "ward.four@example.com"),
    ];

    /// <summary>Signs in and has the emails written. A second time gives the same emails: each has an idempotency key.</summary>
    /// <param name="api">A client whose base address is an Api in Development.</param>
    /// <returns>How many of <see cref="Emails"/> are written or under way.</returns>
    /// <exception cref="HttpRequestException">The Api does not answer, or refuses the sign-in.</exception>
    public static async Task<int> SeedAsync(HttpClient api, CancellationToken cancellation)
    {
        using var signIn = await api.PostAsJsonAsync(
            "/auth/getJWTToken", new { email = Address, idToken = "dev:" + Address, loginMethod = "google", fcmToken = "demo" }, cancellation);
        signIn.EnsureSuccessStatusCode();
        var answer = await signIn.Content.ReadFromJsonAsync<JsonObject>(cancellation);
        var token = answer!["payload"]![0]!["token"]!.GetValue<string>();

        var written = 0;
        foreach (var email in Emails)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/email/generateEmail") { Content = JsonContent.Create(email) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            request.Headers.Add("Idempotency-Key", "demo-" + email["promptId"]);
            using var response = await api.SendAsync(request, cancellation);
            if (response.IsSuccessStatusCode) written++;
        }

        return written;
    }

    private static JsonObject Email(string promptId, string subject, string keywords, string toEmail) =>
        new() { ["promptId"] = promptId, ["subject"] = subject, ["keywords"] = keywords, ["toEmail"] = toEmail };
}
