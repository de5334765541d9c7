using System.Net.Sockets;
using System.Text;
using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Whatever is sent, the answer is the envelope with a stable code, and nothing is lost.</summary>
public sealed class BadInputTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    private static readonly string[] Routes =
    [
        "/user/getUserData", "/prompt/getAllPrompts", "/tutorials/getAllTutorials", "/email/generateEmail", "/email/streamEmail",
        "/email/getGeneratedEmails", "/email/deleteGeneratedEmail", "/email/regenerateEmail", "/email/getEmailVersions", "/email/updateEmail",
        "/misc/getBannerImage", "/misc/submitFeedback", "/prompt/savePrompt", "/prompt/getMyPrompts", "/prompt/deletePrompt",
        "/user/getSpending", "/misc/getModels",
    ];

    [Theory]
    [InlineData("{")]
    [InlineData("{\"subject\":")]
    [InlineData("{'subject':1}")]
    [InlineData("not json")]
    [InlineData("{}}")]
    [InlineData("{\"a\":1,}")]
    [InlineData("<xml/>")]
    public async Task MalformedJsonIs400OnEveryRoute(string body)
    {
        foreach (var route in Routes)
        {
            var answer = await Client.PostTextAsync(route, body, Token);
            Assert.Equal((400, "malformed_json", route), (answer.HttpStatus, answer.Code, route));
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("7")]
    [InlineData("[{\"id\":\"1\"}]")]
    public async Task ABodyThatIsNoObjectIs400OnEveryRoute(string body)
    {
        foreach (var route in Routes)
        {
            var answer = await Client.PostTextAsync(route, body, Token);
            Assert.Equal((400, "invalid_field", route), (answer.HttpStatus, answer.Code, route));
        }
    }

    [Theory]
    [InlineData("/email/deleteGeneratedEmail", "id")]
    [InlineData("/email/regenerateEmail", "id")]
    [InlineData("/email/regenerateEmail", "rewrite")]
    [InlineData("/email/getEmailVersions", "id")]
    [InlineData("/email/getEmailVersions", "cursor")]
    [InlineData("/email/updateEmail", "id")]
    [InlineData("/email/updateEmail", "generatedEmail")]
    [InlineData("/email/generateEmail", "tone")]
    [InlineData("/email/generateEmail", "context")]
    [InlineData("/email/generateEmail", "subject")]
    [InlineData("/email/generateEmail", "keywords")]
    [InlineData("/email/generateEmail", "promptId")]
    [InlineData("/email/generateEmail", "toEmail")]
    [InlineData("/email/streamEmail", "subject")]
    [InlineData("/misc/submitFeedback", "subject")]
    [InlineData("/email/getGeneratedEmails", "cursor")]
    [InlineData("/email/getGeneratedEmails", "search")]
    [InlineData("/auth/getJWTToken", "idToken")]
    public async Task AnOperatorOrAnotherTypeInPlaceOfATextIs400(string route, string field)
    {
        foreach (var value in new[] { """{"$ne":null}""", """["a"]""", "1", "true", """{"$gt":""}""" })
        {
            var answer = await Client.PostTextAsync(route, $$"""{"{{field}}":{{value}}}""", Token);
            Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
            Assert.Contains($"'{field}'", answer.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("subject")]
    [InlineData("keywords")]
    [InlineData("promptId")]
    [InlineData("toEmail")]
    public async Task GeneratingWantsAllFourFieldsNotEmpty(string field)
    {
        foreach (var value in new[] { null, "", "   " })
        {
            var body = ApiClient.Leave.DeepClone().AsObject();
            body[field] = value;
            var answer = await Client.PostAsync("/email/generateEmail", body, Token);
            Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
            Assert.Contains($"'{field}'", answer.Message, StringComparison.Ordinal);
        }

        await ExpectNothingChargedAsync();
    }

    [Theory]
    [InlineData("subject", Limits.Subject)]
    [InlineData("keywords", Limits.Keywords)]
    [InlineData("toEmail", Limits.EmailAddress)]
    [InlineData("promptId", Limits.Id)]
    public async Task AFieldLongerThanItsLimitIs400(string field, int limit)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        body[field] = new string('x', limit + 1);

        var answer = await Client.PostAsync("/email/generateEmail", body, Token);

        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains($"{limit} characters", answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(", ,")]
    [InlineData("a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a")]
    public async Task KeywordsAreOneToFifty(string keywords)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        body["keywords"] = keywords;
        var answer = await Client.PostAsync("/email/generateEmail", body, Token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
    }

    [Theory]
    [InlineData("99")]
    [InlineData("__proto__")]
    [InlineData("01")]
    public async Task AnUnknownPromptIs400AndTheServerGoesOn(string promptId)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        body["promptId"] = promptId;

        var answer = await Client.PostAsync("/email/generateEmail", body, Token);

        Assert.Equal((400, "unknown_prompt"), (answer.HttpStatus, answer.Code));
        await ExpectNothingChargedAsync();
    }

    [Theory]
    [InlineData("1")]
    [InlineData("not-an-id")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzz")]
    [InlineData("'; DROP TABLE emails; --")]
    public async Task AMalformedIdIs400(string id)
    {
        var answer = await Client.PostAsync("/email/deleteGeneratedEmail", new { id }, Token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
    }

    [Theory]
    [InlineData("""{"limit":0}""")]
    [InlineData("""{"limit":101}""")]
    [InlineData("""{"limit":-1}""")]
    [InlineData("""{"limit":1.5}""")]
    [InlineData("""{"limit":"10"}""")]
    [InlineData("""{"limit":99999999999}""")]
    [InlineData("""{"cursor":"?"}""")]
    [InlineData("""{"cursor":""}""")]
    [InlineData("""{"cursor":"MTIzNDU2"}""")]
    public async Task APageThatCannotBeIs400(string body)
    {
        var answer = await Client.PostTextAsync("/email/getGeneratedEmails", body, Token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
    }

    [Fact]
    public async Task AFieldThatStandsTwiceIs400()
    {
        var answer = await Client.PostTextAsync("/email/deleteGeneratedEmail", """{"id":"6b018b08c371b1bcac5105a3","id":"6b018b08c371b1bcac5105a4"}""", Token);
        Assert.Equal(400, answer.HttpStatus);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00\\ud800")]
    public async Task HalfASurrogatePairIs400OrTakenButNever500(string escape)
    {
        var answer = await Client.PostTextAsync("/misc/submitFeedback", $$"""{"subject":"{{escape}} feedback text","message":"long enough text"}""", Token);
        Assert.Contains(answer.HttpStatus, new[] { 200, 400 });
    }

    // %s is a text that no field may hold: half a surrogate pair, which is no text, or a NUL.
    [Theory]
    [InlineData("/email/generateEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","senderName":"%s"}""")]
    [InlineData("/email/generateEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","recipientName":"%s"}""")]
    [InlineData("/email/generateEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","signature":"%s"}""")]
    [InlineData("/email/generateEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","instructions":"%s"}""")]
    [InlineData("/email/generateEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","context":"%s"}""")]
    [InlineData("/email/generateEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","language":"%s"}""")]
    [InlineData("/email/generateEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","model":"%s"}""")]
    [InlineData("/email/generateEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","tone":"%s"}""")]
    [InlineData("/email/generateEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","length":"%s"}""")]
    [InlineData("/email/generateEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","placeholders":{"%s":"x"}}""")]
    [InlineData("/email/streamEmail", """{"subject":"a","keywords":"b","promptId":"1","toEmail":"c@d.example","signature":"%s"}""")]
    [InlineData("/email/regenerateEmail", """{"id":"6b018b08c371b1bcac5105a3","rewrite":"%s"}""")]
    [InlineData("/email/getEmailVersions", """{"id":"%s"}""")]
    [InlineData("/email/getEmailVersions", """{"id":"6b018b08c371b1bcac5105a3","cursor":"%s"}""")]
    [InlineData("/email/updateEmail", """{"id":"6b018b08c371b1bcac5105a3","subject":"%s"}""")]
    [InlineData("/prompt/savePrompt", """{"title":"%s","guidance":"a"}""")]
    [InlineData("/prompt/savePrompt", """{"title":"a","guidance":"%s"}""")]
    [InlineData("/prompt/savePrompt", """{"title":"a","guidance":"{b}","placeholders":["%s"]}""")]
    [InlineData("/prompt/savePrompt", """{"title":"a","guidance":"b","example":{"subject":"a","keywords":"b","email":"%s"}}""")]
    [InlineData("/prompt/savePrompt", """{"id":"%s","title":"a","guidance":"b"}""")]
    [InlineData("/prompt/getMyPrompts", """{"cursor":"%s"}""")]
    [InlineData("/prompt/deletePrompt", """{"id":"%s"}""")]
    [InlineData("/email/generateEmail", """{"%s":"a"}""")]
    public async Task WhatIsNoTextIs400InEveryFieldAndChargesNothing(string route, string body)
    {
        foreach (var escape in new[] { "\\ud800", "\\udc00\\ud800", "a\\u0000b" })
        {
            var answer = await Client.PostTextAsync(route, body.Replace("%s", escape, StringComparison.Ordinal), Token);
            Assert.Equal((400, escape), (answer.HttpStatus, escape));
            Assert.True(answer.Message.Length < 300);
        }

        await ExpectNothingChargedAsync();
    }

    [Fact]
    public async Task AnAnswerDoesNotRepeatALongNameThatWasSent()
    {
        var (name, body) = (new string('n', 100_000), ApiClient.Leave.DeepClone().AsObject());
        body["placeholders"] = new System.Text.Json.Nodes.JsonObject { [name] = "a", [name + " "] = "b" };

        var answer = await Client.PostAsync("/email/generateEmail", body, Token);

        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.InRange(answer.Message.Length, 1, 300);
    }

    [Fact]
    public async Task DeepNestingIs400()
    {
        var body = "{\"subject\":" + string.Concat(Enumerable.Repeat("[", 20_000)) + string.Concat(Enumerable.Repeat("]", 20_000)) + "}";
        Assert.Equal(400, (await Client.PostTextAsync("/misc/submitFeedback", body, Token)).HttpStatus);
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/xml")]
    [InlineData("application/json; charset=klingon")]
    [InlineData("application/json; charset=utf-16")]
    public async Task AnotherContentTypeIs415(string contentType)
    {
        foreach (var route in Routes)
        {
            var answer = await Client.PostTextAsync(route, "{}", Token, contentType);
            Assert.Equal((415, "unsupported_media_type"), (answer.HttpStatus, answer.Code));
        }
    }

    [Theory]
    [InlineData("subject", "a\u0000b")]
    [InlineData("subject", "a\r\nBcc: b@example.com")]
    [InlineData("toEmail", "a@example.com\nb")]
    [InlineData("keywords", "a\u001bb")]
    public async Task ControlCharactersAre400(string field, string value)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        body[field] = value;
        var answer = await Client.PostAsync("/email/generateEmail", body, Token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
    }

    [Fact]
    public async Task ACompressedBodyIs415()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/user/getUserData") { Content = new StringContent("{}", Encoding.UTF8, "application/json") };
        request.Content.Headers.ContentEncoding.Add("gzip");
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Token);
        using var response = await Client.Http.SendAsync(request);
        Assert.Equal(415, (await ApiAnswer.ReadAsync(response)).HttpStatus);
    }

    [Fact]
    public async Task AnUnknownRouteIs404()
    {
        var answer = await Client.PostAsync("/email/nothing", new { }, Token);
        Assert.Equal((404, "not_found"), (answer.HttpStatus, answer.Code));
        Assert.Equal((404, "not_found"), ((await Client.SendAsync(HttpMethod.Get, "/nothing")).HttpStatus, answer.Code));
    }

    [Fact]
    public async Task AnotherMethodIs405()
    {
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Patch })
        {
            var answer = await Client.SendAsync(method, "/user/getUserData");
            Assert.Equal((405, "method_not_allowed"), (answer.HttpStatus, answer.Code));
        }
    }

    [Fact]
    public async Task ABodyOver256KbIs413BeforeItIsRead()
    {
        // The head announces a large body, of which nothing is ever sent: the answer comes all the same.
        using var socket = new TcpClient();
        await socket.ConnectAsync(Client.Http.BaseAddress!.Host, Client.Http.BaseAddress.Port);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /misc/submitFeedback HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {Token}\r\nContent-Type: application/json\r\nContent-Length: {Limits.BodyBytes + 1}\r\n\r\n"));
        using var reader = new StreamReader(stream);
        var answer = await reader.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(10));

        Assert.StartsWith("HTTP/1.1 413", answer, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"body_too_large\"", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AChunkedBodyOver256KbIs413()
    {
        // White space is good JSON as far as it goes, so that only the size can be wrong.
        using var content = new StreamContent(new MemoryStream(Enumerable.Repeat((byte)' ', Limits.BodyBytes + 1).ToArray()));
        content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/misc/submitFeedback") { Content = content };
        request.Headers.TransferEncodingChunked = true;
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + Token);
        using var response = await Client.Http.SendAsync(request);
        var answer = await ApiAnswer.ReadAsync(response);
        Assert.Equal((413, "body_too_large"), (answer.HttpStatus, answer.Code));
    }

    [Fact]
    public async Task AnExceptionIs500WithoutAWordOfIt()
    {
        await using var api = await TestApi.StartAsync(s => s.AddSingleton<IFeedbackStore, BrokenFeedback>());
        var token = await api.Client.SignInAsync();

        var answer = await api.Client.PostAsync("/misc/submitFeedback", new { subject = "A secret text", message = "A secret message" }, token);

        Assert.Equal((500, "internal_error"), (answer.HttpStatus, answer.Code));
        Assert.DoesNotContain("broken", answer.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(api.Log.Lines, line => line.Contains("InvalidOperationException", StringComparison.Ordinal));
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains("secret", StringComparison.Ordinal));
    }

    [Fact]
    public void EveryErrorCodeStandsOnceInTheTable() =>
        Assert.Equal(ApiError.All.Count, ApiError.All.Select(e => e.Code).Distinct().Count());

    private async Task ExpectNothingChargedAsync() =>
        Assert.Equal(10_000, (await Client.PostAsync("/user/getUserData", new { }, Token)).Number("availableTokens"));

    private sealed class BrokenFeedback : IFeedbackStore
    {
        public Task<bool> AddAsync(FeedbackMessage message, CancellationToken cancellation) =>
            throw new InvalidOperationException("broken by " + message.Message);

        public Task<IReadOnlyList<FeedbackMessage>> ListAsync(int limit, EmailCursor? after, CancellationToken cancellation) =>
            throw new NotSupportedException();

        public Task<bool> DeleteAsync(string id, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
