using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.EndToEnd;

/// <summary>
/// The whole product as processes, on a real Redis, with a model that answers well, badly and not at all: every route is sent good and bad
/// input with a marker in everything that a user can give, Redis goes away and comes back, and the marker is looked for in all that
/// the processes print and send to a collector. Routes that are added later are found by themselves, by the Api's own description.
/// </summary>
public sealed class PlantedMarkerTests
{
    private const string Marker = "zqxmarker";

    // What requests call the things that users give, of every route; a route takes what it knows.
    private static readonly string[] TextFields =
    [
        "email", "idToken", "loginMethod", "fcmToken", "device", "password", "currentPassword", "newPassword", "code", "challenge", "name", "id", "uid", "cursor",
        "search", "subject", "keywords", "promptId", "toEmail", "senderName", "recipientName", "signature", "instructions", "context", "language", "model",
        "rewrite", "generatedEmail", "title", "guidance", "message", "reason", "target", "imageData", "slug", "htmlContent", "description", "method", "user_id",
        "partyId", "userId", "inviteId", "token", "role",
        "text", "note", "emailId", "suggestionId", "state", "at", "timeZone",
        "clientId", "conversationId",
        "recurrence",
    ];

    [Fact]
    public async Task NothingThatAUserGivesReachesLogsTracesOrMetrics()
    {
        await using var collector = await OtlpCollector.StartAsync();
        var calls = 0;
        await using var topology = await RedisTopology.PrepareAsync(
            200, call => ModelAnswerOf(Interlocked.Increment(ref calls))(call),
            [.. collector.Environment, ("Queue__MaxAttempts", "2"), ("Queue__FirstRetry", "00:00:00.010"), ("Generation__Wait", "00:00:05"),
                ("Worker__JobTimeout", "00:00:02"), ("OpenAI__Timeout", "00:00:01"), ("RateLimits__PerUser", "0"), ("RateLimits__PerAddress", "0"), ("RateLimits__ExportsPerUser", "0"), ("RateLimits__MessagesPerUser", "0"), ("Privacy__FormerAccounts", "00:00:00"),
                ("Admin__SecondFactor", "false"), ("Ads__Enabled", "true"), ("Ads__AdUnits", "1"), ("Ads__KeysAddress", "http://127.0.0.1:9/")]);
        await topology.StartApiAsync();
        var worker = topology.StartWorker();
        var client = topology.Client;
        var secrets = new List<string> { Marker };
        var token = await SignInAsync(client, secrets);

        await UseAsync(client, token, secrets);
        // As an operator, so that the operators' routes do not just refuse.
        await topology.MakeOperatorAsync(secrets[^2]);
        await SendEverythingAsync(client, token);
        // The account went with one of the routes.
        token = await SignInAsync(client, secrets);

        await topology.Redis.KillAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => SendAsync(client, "/email/generateEmail", Email(i).ToJsonString(), token)));
        await SendAsync(client, "/user/getUserData", "{}", token);
        await topology.Redis.RestartAsync();
        await Eventually.TrueAsync(async () => await topology.DepthAsync() is { Waiting: 0, Held: 0 });

        await SendAsync(client, "/user/deleteUser", "{}", token);
        topology.Api.Terminate();
        worker.Terminate();
        await topology.ExpectOrderlyEndAsync(topology.Api);
        await topology.ExpectOrderlyEndAsync(worker);

        // It was a run in which much was said.
        var printed = string.Join('\n', topology.Api.Lines.Concat(worker.Lines));
        Assert.Contains("A sign-in was refused", printed, StringComparison.Ordinal);
        Assert.Contains("failed for good", printed, StringComparison.Ordinal);
        Assert.Contains("connection to Redis failed", printed, StringComparison.Ordinal);
        foreach (var kind in new[] { "/v1/traces", "/v1/metrics", "/v1/logs" }) Assert.NotEmpty(collector.Received(kind));
        foreach (var secret in secrets.Distinct())
        {
            AssertAbsent(secret, printed, "what the processes print");
            foreach (var kind in new[] { "/v1/traces", "/v1/metrics", "/v1/logs" }) AssertAbsent(secret, collector.Received(kind), kind);
        }
    }

    // In turn: an answer, errors of each kind that quote the request, one that is no JSON, one that never comes.
    private static ScriptedAnswer ModelAnswerOf(int call) => (call % 9) switch
    {
        1 => Answers.Error(400, "invalid_request_error", message: "Cannot write about " + Marker),
        4 => Answers.Error(500, "server_error", message: Marker),
        5 => Answers.Raw(200, "application/json", Encoding.UTF8.GetBytes("{\"choices\": " + Marker)),
        7 => Answers.Hang(),
        _ => Answers.Text($"Dear Maria,\n\nthis is about {Marker}.\n\nBye"),
    };

    private static async Task<string> SignInAsync(ApiClient client, List<string> secrets)
    {
        var answer = await client.PostAsync(
            "/auth/getJWTToken", new { email = Marker + "@example.com", idToken = $"dev:{Marker}@example.com", loginMethod = Marker, fcmToken = Marker, device = Marker });
        var token = answer.Text("token");
        secrets.Add(token);
        secrets.Add((await client.PostAsync("/user/getUserData", new { }, token)).Text("uid"));
        return token;
    }

    // What a user does, so that the fields are not merely refused.
    private static async Task UseAsync(ApiClient client, string token, List<string> secrets)
    {
        var prompt = await client.PostAsync("/prompt/savePrompt", new { title = Marker, guidance = Marker + " {name}", placeholders = new[] { "name" } }, token);
        Assert.Equal(200, prompt.HttpStatus);
        var party = await client.PostAsync("/party/createParty", new { name = Marker }, token);
        Assert.Equal(200, party.HttpStatus);
        await client.PostAsync("/prompt/sharePrompt", new { id = prompt.Text("id"), partyId = party.Text("id") }, token);
        var invite = (await client.PostAsync("/party/createInvite", new { id = party.Text("id") }, token)).Text("token");
        await SendAsync(client, "/party/acceptInvite", JsonSerializer.Serialize(new { token = invite }), token);
        // The last but one is the uid.
        secrets.Insert(0, invite);
        await SendAsync(client, "/misc/submitFeedback", JsonSerializer.Serialize(new { subject = Marker + " subject", message = Marker + " message" }), token);
        var topic = new { partyId = party.Text("id"), title = Marker };
        var topicId = (await client.PostAsync("/topic/createTopic", topic, token)).Text("id");
        var draft = new { id = topicId, version = 0, toEmail = Marker + "@example.com", subject = Marker, text = Marker };
        Assert.Equal(200, (await client.PostAsync("/topic/saveDraft", draft, token)).HttpStatus);
        var suggestion = new { id = topicId, version = 1, text = "Not " + Marker, note = Marker };
        Assert.Equal(200, (await client.PostAsync("/topic/suggestChange", suggestion, token)).HttpStatus);
        await client.PostAsync("/topic/requestApproval", new { id = topicId, version = 1, approvers = new[] { secrets[^2] } }, token);
        for (var i = 0; i < 12; i++)
        {
            var body = Email(i);
            if (i % 3 == 2) (body["promptId"], body["placeholders"]) = (prompt.Text("id"), new JsonObject { ["name"] = Marker });
            await SendAsync(client, i % 4 == 3 ? "/email/streamEmail" : "/email/generateEmail", body.ToJsonString(), token, Marker + i.ToString(CultureInfo.InvariantCulture));
        }

        foreach (var email in (await client.HistoryAsync(token)).Take(3))
        {
            var id = email["id"]!.GetValue<string>();
            await SendAsync(client, "/email/updateEmail", JsonSerializer.Serialize(new { id, generatedEmail = Marker, subject = Marker }), token);
            await SendAsync(client, "/email/regenerateEmail", JsonSerializer.Serialize(new { id, rewrite = "soften" }), token);
            await SendAsync(client, "/email/regenerateEmail", JsonSerializer.Serialize(new { id, instructions = Marker }), token);
            await SendAsync(client, "/email/getEmailVersions", JsonSerializer.Serialize(new { id }), token);
        }

        var group = (await client.PostAsync("/conversation/createGroup", new { name = Marker }, token)).Text("id");
        var sent = await client.PostAsync("/message/sendMessage", new { conversationId = group, clientId = Marker, text = Marker }, token);
        await SendAsync(client, "/message/editMessage", JsonSerializer.Serialize(new { id = sent.Text("id"), text = Marker + " edited" }), token);
        await SendAsync(client, "/message/searchMessages", JsonSerializer.Serialize(new { text = Marker }), token);

        Assert.Contains(await client.HistoryAsync(token), email => email["generatedEmail"]!.GetValue<string>().Contains(Marker, StringComparison.Ordinal));
        secrets.Add("Bearer " + token);
    }

    // Every route, signed in and not, with every field as a text, as an object, cut off, and with rubbish where the token belongs.
    private static async Task SendEverythingAsync(ApiClient client, string token)
    {
        var description = JsonNode.Parse(await client.Http.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)))!;
        var routes = description["paths"]!.AsObject().Select(path => path.Key).ToList();
        Assert.Contains("/user/exportData", routes);
        var texts = new JsonObject(TextFields.Select(field => KeyValuePair.Create(field, (JsonNode?)JsonValue.Create(Marker + "@example.com")))).ToJsonString();
        var operators = new JsonObject(TextFields.Select(field => KeyValuePair.Create(field, (JsonNode?)new JsonObject { ["$ne" + Marker] = Marker }))).ToJsonString();
        string[] bodies = [texts, operators, texts[..^9], $"\"{Marker}\"", $"{{\"{Marker}\": \"{Marker}\", \"{Marker}\": 1}}", "{}"];
        // Last, for whoever they delete or sign out cannot try the others.
        foreach (var route in routes.OrderBy(route => route.Contains("delete", StringComparison.OrdinalIgnoreCase) || route.Contains("logout", StringComparison.Ordinal)))
        {
            foreach (var body in bodies) await SendAsync(client, route, body, token, Marker);
            await SendAsync(client, route, texts, null);
            await SendAsync(client, route, texts, Marker + ".Bearer." + Marker);
            await SendAsync(client, route, texts, TestTokens.NotSigned($$"""{"email":"{{Marker}}","uid":"{{Marker}}"}"""));
        }

        foreach (var address in new[] { $"/health?user={Marker}", $"/icons/request.svg?{Marker}={Marker}", $"/ads/reward?user_id={Marker}&transaction_id={Marker}&key_id=1&signature={Marker}" })
            using (await client.Http.GetAsync(new Uri(address, UriKind.Relative))) { }
    }

    private static JsonObject Email(int number) => new()
    {
        ["subject"] = $"{Marker} {number}",
        ["keywords"] = Marker + ", two",
        ["promptId"] = "1",
        ["toEmail"] = Marker + ".recipient@example.com",
        ["senderName"] = Marker,
        ["recipientName"] = Marker,
        ["signature"] = Marker,
        ["instructions"] = Marker,
        ["context"] = Marker,
    };

    // Whatever the answer is: some are refused, some are no envelope.
    private static async Task SendAsync(ApiClient client, string route, string body, string? token, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        request.Headers.TryAddWithoutValidation("User-Agent", Marker);
        request.Headers.TryAddWithoutValidation("Last-Event-ID", Marker);
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", Marker);
        using var response = await client.Http.SendAsync(request);
        await response.Content.ReadAsByteArrayAsync();
    }

    private static void AssertAbsent(string secret, string text, string where)
    {
        var at = text.IndexOf(secret, StringComparison.OrdinalIgnoreCase);
        if (at >= 0) Assert.Fail($"{where} holds {secret}: …{text[Math.Max(0, at - 200)..Math.Min(text.Length, at + 100)]}…");
    }
}
