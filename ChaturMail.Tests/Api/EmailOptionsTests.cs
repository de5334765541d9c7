using System.Text.Json.Nodes;
using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What may be asked of an email beyond its four fields, and how it reaches the model.</summary>
public sealed class EmailOptionsTests(EmailOptionsTests.OneApi one) : IClassFixture<EmailOptionsTests.OneApi>, IAsyncLifetime
{
    private readonly RecordingModel _model = one.Model;
    private readonly TestApi _api = one.Api;
    private string _token = "";

    // The class has one Api, each test a user of its own, and the model knows of no test before it.
    public async ValueTask InitializeAsync()
    {
        _model.Forget();
        _token = await _api.Client.SignInAsync(one.NextAddress());
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task EveryOptionReachesTheModelAndStandsInTheEmailButForTheMailThatIsAnswered()
    {
        var asked = new JsonObject
        {
            ["tone"] = "apologetic",
            ["length"] = "medium",
            ["language"] = "pt-br",
            ["senderName"] = " Asha ",
            ["recipientName"] = "Dona Maria",
            ["signature"] = "Asha Rao\nCompras",
            ["instructions"] = "Mention the weather.\nBe kind.",
            ["context"] = "Dear Asha,\n\nwhen?",
            ["model"] = "composer",
        };
        var answer = await PostAsync(asked);

        Assert.Equal(200, answer.HttpStatus);
        var request = Assert.Single(_model.Requests);
        Assert.Equal(
            new EmailOptions
            {
                Tone = EmailTone.Apologetic,
                Length = EmailLength.Medium,
                Language = "pt-BR",
                SenderName = "Asha",
                RecipientName = "Dona Maria",
                Signature = "Asha Rao\nCompras",
                Instructions = "Mention the weather.\nBe kind.",
                Context = "Dear Asha,\n\nwhen?",
                Model = "composer",
            }, request.Options);
        Assert.Equal(("pt-BR", "Asha"), (request.Language, request.SenderName));
        asked.Remove("context");
        (asked["senderName"], asked["language"]) = ("Asha", "pt-BR");
        Assert.True(JsonNode.DeepEquals(asked, answer.Item["options"]), answer.Item["options"]!.ToJsonString());
        Assert.True(JsonNode.DeepEquals(answer.Item, Assert.Single(await _api.Client.HistoryAsync(_token))));
    }

    [Fact]
    public async Task NullAndTheEmptyStringMeanAbsent()
    {
        foreach (var value in new[] { null, "", "  " })
        {
            var nothing = new JsonObject { ["variants"] = null };
            foreach (var field in new[] { "language", "senderName", "recipientName", "signature", "instructions", "context", "model" }) nothing[field] = value;
            foreach (var field in new[] { "tone", "length" }) nothing[field] = value?.Trim();
            var answer = await PostAsync(nothing);
            Assert.Equal(200, answer.HttpStatus);
            Assert.Null(answer.Item["options"]);
        }

        Assert.All(_model.Requests, request => Assert.Equal(EmailOptions.None, request.Options));
    }

    public static TheoryData<string, string, string> Refused => new()
    {
        { "tone", "\"rude\"", "neutral, formal, friendly, persuasive, apologetic, enthusiastic" },
        { "tone", "\"Formal\"", "formal" },
        { "tone", "\"1\"", "formal" },
        { "length", "\"80\"", "short, medium, long" },
        { "length", "\"tiny\"", "short, medium, long" },
        { "language", "\"zz-zz-9\"", "BCP 47" },
        { "language", "\"English\"", "BCP 47" },
        { "language", $"\"{new string('e', 36)}\"", "35" },
        { "senderName", $"\"{new string('x', Limits.PersonName + 1)}\"", "80 characters" },
        { "senderName", "\"Asha\\nRao\"", "control characters" },
        { "recipientName", $"\"{new string('x', Limits.PersonName + 1)}\"", "80 characters" },
        { "signature", $"\"{new string('x', Limits.Signature + 1)}\"", "500 characters" },
        { "signature", "\"1\\n2\\n3\\n4\\n5\\n6\\n7\\n8\\n9\\n10\\n11\"", "10 lines" },
        { "signature", "\"a\\u0007b\"", "control characters" },
        { "instructions", $"\"{new string('x', Limits.Instructions + 1)}\"", "1000 characters" },
        { "context", $"\"{new string('x', Limits.ContextBytes + 1)}\"", "8192 bytes" },
        { "context", $"\"{new string('ü', Limits.ContextBytes / 2 + 1)}\"", "8192 bytes" },
        { "variants", "0", "1 to 3" },
        { "variants", "4", "1 to 3" },
        { "variants", "-1", "1 to 3" },
        { "variants", "1.5", "wrong type" },
        { "variants", "\"2\"", "wrong type" },
        { "tone", "1", "wrong type" },
        { "context", "[\"a\"]", "wrong type" },
        { "model", $"\"{new string('x', Limits.ModelName + 1)}\"", "64 characters" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task AValueThatIsNotAllowedIs400AndNamesTheFieldAndWhatIs(string field, string json, string allowed)
    {
        var answer = await PostAsync(new JsonObject { [field] = JsonNode.Parse(json) });

        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains($"'{field}'", answer.Message, StringComparison.Ordinal);
        Assert.Contains(allowed, answer.Message, StringComparison.Ordinal);
        Assert.Empty(_model.Requests);
    }

    [Fact]
    public async Task ValuesAtTheirLimitsAreTaken()
    {
        var answer = await PostAsync(new JsonObject
        {
            ["senderName"] = new string('x', Limits.PersonName),
            ["recipientName"] = new string('x', Limits.PersonName),
            ["signature"] = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10",
            ["instructions"] = new string('x', Limits.Instructions),
            ["context"] = new string('ü', Limits.ContextBytes / 2),
            ["variants"] = Limits.Variants,
        });

        Assert.Equal((200, Limits.Variants), (answer.HttpStatus, answer.Items.Count));
    }

    [Fact]
    public async Task AModelThatIsNotThereIs400()
    {
        var answer = await PostAsync(new JsonObject { ["model"] = "gpt-99" });
        Assert.Equal((400, "unknown_model"), (answer.HttpStatus, answer.Code));
        Assert.Empty(_model.Requests);
    }

    [Fact]
    public async Task WhatAReaderCannotSeeIsTakenOutOfEveryText()
    {
        var body = new JsonObject();
        foreach (var field in new[] { "subject", "keywords", "toEmail", "senderName", "recipientName", "signature", "instructions", "context" })
            body[field] = "\u200bwo\U000E0041\u202erd\u2066\n"[..^(field is "subject" ? 0 : 1)];
        body["subject"] = "wo\u200brd\u2028two\n";

        var email = (await PostAsync(body)).Item;

        var request = Assert.Single(_model.Requests);
        Assert.Equal(("word two", "word", "word"), (request.Subject, Assert.Single(request.Keywords), request.ToEmail));
        Assert.Equal(new EmailOptions { SenderName = "word", RecipientName = "word", Signature = "word", Instructions = "word", Context = "word" }, request.Options);
        Assert.Equal(("word two", "word", "word"), (Text("subject"), Text("keywords"), Text("toEmailId")));

        string Text(string field) => email[field]!.GetValue<string>();
    }

    [Theory]
    [InlineData("subject")]
    [InlineData("keywords")]
    [InlineData("toEmail")]
    public async Task ATextOfNothingThatCanBeSeenIsMissing(string field)
    {
        var answer = await PostAsync(new JsonObject { [field] = "\u200b\U000E0041 \u202e" });
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains($"'{field}' is required", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OptionsAreAPartOfWhatAnIdempotencyKeyIsBoundTo()
    {
        var formal = Body(new JsonObject { ["tone"] = "formal" });
        var first = await _api.Client.GenerateWithKeyAsync(_token, "key", formal);

        Assert.Equal(first.Text("id"), (await _api.Client.GenerateWithKeyAsync(_token, "key", formal)).Text("id"));
        Assert.Equal("idempotency_conflict", (await _api.Client.GenerateWithKeyAsync(_token, "key", Body(new JsonObject { ["tone"] = "friendly" }))).Code);
        Assert.Equal("idempotency_conflict", (await _api.Client.GenerateWithKeyAsync(_token, "key")).Code);
        Assert.Single(_model.Requests);
    }

    public sealed class OneApi : IAsyncLifetime
    {
        private int _users;

        internal RecordingModel Model { get; } = new();

        internal TestApi Api { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Api = await TestApi.StartAsync(services => services.AddSingleton<ILanguageModel>(Model));

        public ValueTask DisposeAsync() => Api.DisposeAsync();

        internal string NextAddress() => $"asha.rao.{Interlocked.Increment(ref _users)}@example.com";
    }

    private Task<ApiAnswer> PostAsync(JsonObject options) => _api.Client.PostAsync("/email/generateEmail", Body(options), _token);

    private static JsonObject Body(JsonObject options)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        foreach (var (name, value) in options) body[name] = value?.DeepClone();
        return body;
    }
}
