using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;
using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Encrypted bodies through the whole Api.</summary>
public sealed class EncryptedBodyTests(EncryptedBodyTests.OneApi one) : IClassFixture<EncryptedBodyTests.OneApi>
{
    private static readonly object Feedback = new { subject = "A subject nobody may read", message = "A message nobody may read" };

    private readonly TestApi _api = one.Api;

    private readonly EncryptedClient _client = one.Client;

    private readonly string _token = one.Token;

    [Fact]
    public async Task RequestsAndAnswersGoEncryptedFromSignInToTheHistory()
    {
        var token = (await _client.PostAsync("/auth/getJWTToken", ApiClient.SignInBody("maria.lopez@example.com"))).Text("token");
        Assert.Equal("maria.lopez@example.com", (await _client.PostAsync("/user/getUserData", new { }, token)).Text("email"));
        var email = await _client.PostAsync("/email/generateEmail", ApiClient.Leave, token);
        var history = await _client.PostAsync("/email/getGeneratedEmails", new { limit = 1 }, token);

        Assert.Equal((200, email.Text("generatedEmail")), (history.HttpStatus, history.Text("generatedEmail")));
    }

    [Fact]
    public async Task EveryRouteIsAnsweredEncrypted()
    {
        foreach (var (i, route) in ApiRoutes.All(_api.App).Index())
        {
            // A user for each: some routes end a session or an account.
            var reply = await _client.SendAsync(_client.Make(route, new { }, await _api.Client.SignInAsync($"user{i}@example.com")));
            Assert.True(reply.IsEncrypted || reply.Answer.Code == "not_admin", $"{route}: {reply.Answer.HttpStatus} {reply.Answer.Code}");
        }
    }

    [Fact]
    public async Task PlainRequestsAreAnsweredInTheClearAsBefore() =>
        Assert.Equal(200, (await _api.Client.PostAsync("/misc/submitFeedback", Feedback, _token)).HttpStatus);

    [Fact]
    public async Task TheFailuresOfAnOpenedRequestAreEncrypted()
    {
        await using var api = await TestApi.StartAsync(s => s.AddSingleton<IFeedbackStore, BrokenFeedback>(), "Encryption:PrivateKey=" + EncryptedClient.PrivateKey);
        var token = await api.Client.SignInAsync();
        var client = await EncryptedClient.OpenAsync(api.Client);

        Assert.Equal((400, "malformed_json"), Coded(await client.PostAsync("/misc/submitFeedback", "{", token)));
        Assert.Equal((400, "malformed_json"), Coded(await client.PostAsync("/misc/submitFeedback", "\u0000", token)));
        Assert.Equal((400, "invalid_field"), Coded(await client.PostAsync("/misc/submitFeedback", new { subject = 1 }, token)));
        Assert.Equal((400, "invalid_field"), Coded(await client.PostAsync("/misc/submitFeedback", "[]", token)));
        Assert.Equal((404, "email_not_found"), Coded(await client.PostAsync("/email/deleteEmail", new { id = "6b018b08c371b1bcac5105a3" }, token)));
        Assert.Equal((200, "no_emails"), Coded(await client.PostAsync("/email/getGeneratedEmails", new { }, token)));
        Assert.Equal((500, "internal_error"), Coded(await client.PostAsync("/misc/submitFeedback", Feedback, token)));
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains("nobody may read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatIsRefusedBeforeItIsOpenedIsToldInTheClear()
    {
        var request = _client.Make("/user/getUserData", new { });
        await ExpectRefusalAsync(401, "not_authenticated", request);
        await ExpectRefusalAsync(413, "body_too_large", request with { Token = _token }, new string('a', Limits.BodyBytes + 1));
        using var chunked = EncryptedClient.Message(request with { Token = _token }, new string('a', Limits.BodyBytes + 1));
        chunked.Headers.TransferEncodingChunked = true;
        using var response = await _api.Client.Http.SendAsync(chunked);
        Assert.Equal((413, "body_too_large"), Coded(await ApiAnswer.ReadAsync(response)));
    }

    [Fact]
    public async Task ALargeBodyWithinTheLimitIsTaken()
    {
        // White space around the JSON: five sixths of the body's limit once it is encoded.
        var answer = await _client.PostAsync("/user/getUserData", "{}" + new string(' ', 160_000), _token);
        Assert.Equal(200, answer.HttpStatus);

        using var chunked = EncryptedClient.Message(_client.Make("/user/getUserData", new { }, _token));
        chunked.Headers.TransferEncodingChunked = true;
        using var response = await _api.Client.Http.SendAsync(chunked);
        Assert.Equal((200, "application/jose"), ((int)response.StatusCode, response.Content.Headers.ContentType?.ToString()));
    }

    [Fact]
    public async Task StrangersAreLimitedBeforeTheirBodiesAreOpened()
    {
        await using var api = await TestApi.StartAsync("Encryption:PrivateKey=" + EncryptedClient.PrivateKey, "RateLimits:PerAddress=5");
        var client = await EncryptedClient.OpenAsync(api.Client);
        var request = client.Make("/auth/getJWTToken", new { }, change: header => header["enc"] = "A128GCM");

        for (var i = 0; i < 4; i++) Assert.Equal((400, "encryption_failed"), Coded((await client.SendAsync(request)).Answer));
        var limited = await client.SendAsync(client.Make("/auth/getJWTToken", new { }));

        Assert.Equal((429, "too_many_requests", false), (limited.Answer.HttpStatus, limited.Answer.Code, limited.IsEncrypted));
    }

    [Fact]
    public async Task WhateverIsSentAsAJweIsRefusedInTheEnvelope()
    {
        var random = new Random(int.TryParse(Environment.GetEnvironmentVariable("CHATURMAIL_TEST_SEED"), out var seed) ? seed : 20261121);
        var request = _client.Make("/misc/submitFeedback", Feedback, _token);
        string[] pieces = [.. request.Text.Split('.'), "", ".", "..", "e30", "bnVsbA", "{}", "=", "\u0000", "é", new string('A', 70_000), request.Text];
        for (var i = 0; i < 300; i++)
        {
            var text = string.Join(random.Next(4) == 0 ? "" : ".", Enumerable.Range(0, random.Next(8)).Select(_ => pieces[random.Next(pieces.Length)]));
            if (text == request.Text || text.Length > Limits.BodyBytes) continue;
            await ExpectRefusalAsync(400, "encryption_failed", request, text);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task AChangedCharacterInAnyPartIs400(int part)
    {
        var request = _client.Make("/misc/submitFeedback", Feedback, _token);
        var parts = request.Text.Split('.');
        foreach (var at in new[] { 0, parts[part].Length / 2 })
        {
            var changed = parts[part].ToCharArray();
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            var reply = await _client.SendAsync(request, string.Join('.', parts.Select((text, i) => i == part ? new string(changed) : text)));
            Assert.Equal((400, false), (reply.Answer.HttpStatus, reply.IsEncrypted));
            // Another letter may make another key id, or another time, of the header.
            if (part > 0) Assert.Equal("encryption_failed", reply.Answer.Code);
        }

        // None of them has used the number up.
        Assert.Equal(200, (await _client.SendAsync(request)).Answer.HttpStatus);
    }

    [Theory]
    [InlineData("alg", "\"dir\"")]
    [InlineData("alg", "\"RSA-OAEP\"")]
    [InlineData("enc", "\"A128CBC-HS256\"")]
    [InlineData("zip", "\"DEF\"")]
    [InlineData("crit", "[\"path\"]")]
    [InlineData("kid", "null")]
    [InlineData("iat", "null")]
    [InlineData("iat", "\"now\"")]
    [InlineData("jti", "null")]
    [InlineData("jti", "\"\"")]
    [InlineData("jti", "7")]
    [InlineData("jti", "\"a b\"")]
    [InlineData("jti", "\"12345678901234567890123456789012345678901234567890123456789012345\"")]
    [InlineData("path", "null")]
    [InlineData("path", "\"/misc/submitFeedback/\"")]
    [InlineData("path", "\"/email/deleteEmail\"")]
    [InlineData("ath", "null")]
    [InlineData("ath", "\"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\"")]
    public async Task AHeaderThatIsNotAsItMustBeIs400(string member, string value) => await ExpectRefusalAsync(
        400, "encryption_failed", _client.Make("/misc/submitFeedback", Feedback, _token, header => header[member] = JsonNode.Parse(value)));

    [Theory]
    [InlineData(-301)]
    [InlineData(+330)]
    [InlineData(-86_400_000)]
    public async Task ARequestOfAnotherTimeIs400(int seconds) => await ExpectRefusalAsync(
        400, "encryption_not_fresh", _client.Make("/misc/submitFeedback", Feedback, _token, header => header["iat"] = header["iat"]!.GetValue<long>() + seconds));

    [Fact]
    public async Task AnUnknownKeyIsToldSoThatTheClientFetchesTheNewOne() => await ExpectRefusalAsync(
        400, "unknown_encryption_key", _client.Make("/misc/submitFeedback", Feedback, _token, header => header["kid"] = "another"));

    [Fact]
    public async Task ARequestIsGoodOnce()
    {
        var request = _client.Make("/misc/submitFeedback", new { subject = "Sent four times", message = "A message nobody may read" }, _token);
        Assert.Equal(200, (await _client.SendAsync(request)).Answer.HttpStatus);

        for (var i = 0; i < 3; i++)
        {
            var again = await _client.SendAsync(request);
            Assert.Equal((400, "encryption_not_fresh", true), (again.Answer.HttpStatus, again.Answer.Code, again.IsEncrypted));
        }

        Assert.Single(await _api.App.Services.GetRequiredService<IFeedbackStore>().ListAsync(1000, default), message => message.Subject == "Sent four times");
    }

    [Fact]
    public async Task OfOneRequestSentManyTimesAtOnceOneIsTaken()
    {
        var request = _client.Make("/misc/submitFeedback", Feedback, _token);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => _client.SendAsync(request)));

        Assert.Equal((1, 19), (replies.Count(r => r.Answer.HttpStatus == 200), replies.Count(r => r.Answer.Code == "encryption_not_fresh")));
    }

    [Fact]
    public async Task WhoCatchesARequestCannotSendItElsewhereNorWithAnotherToken()
    {
        var other = await _api.Client.SignInAsync("somebody.else@example.com");
        var request = _client.Make("/user/getUserData", new { }, _token);

        await ExpectRefusalAsync(400, "encryption_failed", request, route: "/user/deleteUser");
        await ExpectRefusalAsync(400, "encryption_failed", request, token: other);
        // Nor has it used the number up, and the same number with another token is another one.
        Assert.Equal(200, (await _client.SendAsync(request)).Answer.HttpStatus);
        Assert.Equal(200, (await _client.SendAsync(_client.Make("/user/getUserData", new { }, other, header => header["jti"] = request.Id) with { Id = request.Id })).Answer.HttpStatus);
    }

    [Fact]
    public async Task AnIdempotencyKeyWorksBehindTheEncryption()
    {
        var first = await _client.PostAsync("/email/generateEmail", ApiClient.Leave, _token, ("Idempotency-Key", "k"));
        var again = await _client.PostAsync("/email/generateEmail", ApiClient.Leave, _token, ("Idempotency-Key", "k"));
        var plain = await _api.Client.GenerateWithKeyAsync(_token, "k");

        Assert.Equal((first.Text("id"), first.Text("id")), (again.Text("id"), plain.Text("id")));
    }

    [Fact]
    public async Task EveryEventOfAStreamIsEncryptedNamedAndNumbered()
    {
        var request = _client.Make("/email/streamEmail", ApiClient.Leave, _token);
        using var message = EncryptedClient.Message(request);
        using var response = await _api.Client.Http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.MediaType);

        var (events, text) = (new List<string>(), "");
        await foreach (var item in SseParser.Create(await response.Content.ReadAsStreamAsync()).EnumerateAsync())
        {
            var (header, data) = EncryptedClient.Decrypt(item.Data, request.ContentKey);
            events.Add(item.EventType);
            Assert.Equal((item.EventType, events.Count, request.Id), (header["event"]!.GetValue<string>(), header["seq"]!.GetValue<int>(), header["jti"]!.GetValue<string>()));
            if (item.EventType == "delta") text += JsonNode.Parse(data)!["text"]!.GetValue<string>();
            if (item.EventType == "email") Assert.Equal(text, JsonNode.Parse(data)!["payload"]![0]!["generatedEmail"]!.GetValue<string>());
        }

        Assert.Equal(("accepted", "email"), (events[0], events[^1]));
        Assert.Contains("delta", events);
        Assert.Equal((400, "invalid_field"), Coded(await _client.PostAsync("/email/streamEmail", new { }, _token)));
    }

    [Fact]
    public async Task BodiesThatAreRefusedLeaveNothingInMemory()
    {
        var request = _client.Make("/misc/submitFeedback", Feedback, _token);
        var parts = request.Text.Split('.');
        var large = string.Join('.', parts[0], parts[1], parts[2], new string('A', Limits.BodyBytes - 1024), parts[4]);
        await ExpectRefusalAsync(400, "encryption_failed", request, large);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = 0; i < 200; i++) await ExpectRefusalAsync(400, "encryption_failed", request, large);

        // 200 of them are 52 MB; other tests of this process make and drop a little meanwhile.
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 40_000_000);
    }

    private static (int, string?) Coded(ApiAnswer answer) => (answer.HttpStatus, answer.Code);

    private async Task ExpectRefusalAsync(int status, string code, EncryptedRequest request, string? text = null, string? route = null, string? token = null)
    {
        var reply = await _client.SendAsync(request, text, route, token);
        Assert.Equal((status, code, false), (reply.Answer.HttpStatus, reply.Answer.Code, reply.IsEncrypted));
    }

    /// <summary>What all of them are sent to: a request more or less changes nothing for the others.</summary>
    public sealed class OneApi : IAsyncLifetime
    {
        internal TestApi Api { get; private set; } = null!;

        internal EncryptedClient Client { get; private set; } = null!;

        internal string Token { get; private set; } = "";

        public async ValueTask InitializeAsync()
        {
            Api = await TestApi.StartAsync("Encryption:PrivateKey=" + EncryptedClient.PrivateKey);
            Token = await Api.Client.SignInAsync();
            Client = await EncryptedClient.OpenAsync(Api.Client);
        }

        public ValueTask DisposeAsync() => Api.DisposeAsync();
    }

    private sealed class BrokenFeedback : IFeedbackStore
    {
        public Task<bool> AddAsync(FeedbackMessage message, CancellationToken cancellation) =>
            throw new InvalidOperationException("broken by " + message.Message);

        public Task<IReadOnlyList<FeedbackMessage>> ListAsync(int limit, EmailCursor? after, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<bool> DeleteAsync(string id, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
