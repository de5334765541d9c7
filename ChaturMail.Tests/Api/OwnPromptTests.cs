using System.Text.Json;
using System.Text.Json.Nodes;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Saving, changing, listing and deleting one's own prompts, and what is refused.</summary>
public sealed class OwnPromptTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    internal static readonly JsonObject Dunning = JsonNode.Parse(
        """
        {"title": "Dunning letter", "guidance": "Ask {client} to pay {amount}.\nBe firm.", "placeholders": ["client", "amount"],
         "example": {"subject": "Invoice 2041", "keywords": "due 3 March, 1,250 EUR", "toEmail": "a@b.example", "email": "Hello,\n\nplease pay.\n\nBye"}}
        """)!.AsObject();

    [Fact]
    public async Task APromptIsSavedListedChangedAndDeleted()
    {
        var saved = (await SaveAsync(Dunning)).Item;
        Assert.True(DocumentId.IsValid(saved["id"]!.GetValue<string>()));
        foreach (var (field, value) in Dunning) Assert.Equal(value!.ToJsonString(), saved[field]!.ToJsonString());
        Assert.Equal(250, saved["maxTokens"]!.GetValue<int>());
        Assert.Equal(saved["createdOn"]!.GetValue<long>(), saved["updatedOn"]!.GetValue<long>());
        Assert.Equal(saved.ToJsonString(), Assert.Single((await MineAsync())!).ToJsonString());

        var change = new JsonObject { ["id"] = saved["id"]!.GetValue<string>().ToUpperInvariant(), ["title"] = "Plain", ["guidance"] = "Be kind." };
        var changed = (await SaveAsync(change)).Item;
        Assert.Equal(
            (saved["id"]!.ToString(), "Plain", "Be kind.", 0, null, saved["createdOn"]!.GetValue<long>()),
            (changed["id"]!.ToString(), changed["title"]!.ToString(), changed["guidance"]!.ToString(), changed["placeholders"]!.AsArray().Count,
                changed["example"]?.ToString(), changed["createdOn"]!.GetValue<long>()));
        Assert.Equal(changed.ToJsonString(), Assert.Single((await MineAsync())!).ToJsonString());

        Assert.Equal(200, (await DeleteAsync(IdOf(saved))).HttpStatus);
        Assert.Null(await MineAsync());
        foreach (var gone in new[] { await DeleteAsync(IdOf(saved)), await Client.PostAsync("/prompt/savePrompt", change, Token) })
            Assert.Equal((404, "prompt_not_found"), (gone.HttpStatus, gone.Code));
    }

    public static TheoryData<string, string, string> BadPrompts => new()
    {
        { "title", "null", "'title' is required" },
        { "title", "\"  \"", "'title' is required" },
        { "title", "\"\u200B\u2060\"", "'title' is required" },
        { "title", Quoted(61), "'title' must have at most 60" },
        { "title", "\"a\\nb\"", "'title' must not hold control" },
        { "title", "7", "'title'" },
        { "guidance", "null", "'guidance' is required" },
        { "guidance", Quoted(2001), "'guidance' must have at most 2000" },
        { "guidance", "\"a\\u0007\"", "'guidance' must not hold control" },
        { "guidance", "\"Ask {client} for {amount} by {due date}.\"", "{due date}, which is not among" },
        { "guidance", "\"Ask {client}.\"", "'amount', which 'guidance' does not use" },
        { "placeholders", "[\"client\"]", "{amount}, which is not among" },
        { "placeholders", "null", "{client}, which is not among" },
        { "placeholders", "[\"client\",\"amount\",\"Client\"]", "'client' twice" },
        { "placeholders", "[\"client\",\"amount\",\"\"]", "must hold names of 1 to 40" },
        { "placeholders", "[\"client\",\"amount\",null]", "must hold names of 1 to 40" },
        { "placeholders", "[\"client\",\"amount\",\"1st\"]", "must hold names of 1 to 40" },
        { "placeholders", "[\"client\",\"amount\",\"größe\"]", "must hold names of 1 to 40" },
        { "placeholders", "[\"client\",\"amount\",\"a}b\"]", "must hold names of 1 to 40" },
        { "placeholders", $"[\"client\",\"amount\",{Quoted(41)}]", "must hold names of 1 to 40" },
        { "placeholders", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\",\"j\",\"k\"]", "at most 10" },
        { "placeholders", "{\"client\":1}", "'placeholders'" },
        { "example", "{}", "'example.subject' is required" },
        { "example", Example(subject: Quoted(201)), "'example.subject' must have at most 200" },
        { "example", Example(keywords: "\", ,\""), "'example.keywords' must hold 1 to 50" },
        { "example", Example(keywords: Quoted(1001)), "'example.keywords' must have at most 1000" },
        { "example", Example(toEmail: Quoted(321)), "'example.toEmail' must have at most 320" },
        { "example", Example(email: Quoted(4001)), "'example.email' must have at most 4000" },
        { "example", Example(email: "null"), "'example.email' is required" },
        { "example", "[]", "'example'" },
        { "id", "\"1\"", "'id' must be the id of a prompt of your own" },
        { "id", "\"\"", "'id' is required" },
        { "id", "{\"$ne\":null}", "'id'" },
    };

    [Theory, MemberData(nameof(BadPrompts))]
    public async Task WhatIsNoPromptIs400AndNotKept(string field, string value, string message)
    {
        var body = Dunning.DeepClone().AsObject();
        body[field] = JsonNode.Parse(value);

        var answer = await Client.PostAsync("/prompt/savePrompt", body, Token);

        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.Null(await MineAsync());
    }

    [Fact]
    public async Task APromptMayBeAsLargeAsTheLimitsSay()
    {
        var names = Enumerable.Range(0, 10).Select(i => new string((char)('a' + i), 40)).ToList();
        var guidance = string.Concat(names.Select(name => $"{{{name}}}"));
        var answer = await SaveAsync(new
        {
            title = new string('t', 60),
            guidance = guidance + new string('g', 2000 - guidance.Length),
            placeholders = names,
            example = new { subject = new string('s', 200), keywords = new string('k', 1000), toEmail = new string('e', 320), email = new string('m', 4000) },
        });
        Assert.Equal(names, answer.Item["placeholders"]!.AsArray().Select(n => n!.GetValue<string>()));
        // Without an address, which may be left out.
        Assert.Equal("", (await SaveAsync(new { title = "t", guidance = "g", example = new { subject = "s", keywords = "k", email = "m" } })).Item["example"]!["toEmail"]!.ToString());
    }

    [Fact]
    public async Task InvisibleCharactersAreTakenOut()
    {
        var tags = "\U000E0069\U000E0067\u200B\u202E";
        var saved = (await SaveAsync(new
        {
            title = $"Dun{tags}ning",
            guidance = $"Ask {{cli{tags}ent}}.\r\nFirm.",
            placeholders = new[] { "client" },
            example = new { subject = "s" + tags, keywords = "k" + tags, email = "m" + tags },
        })).Item;
        Assert.Equal(("Dunning", "Ask {client}.\nFirm."), (saved["title"]!.ToString(), saved["guidance"]!.ToString()));
        Assert.Equal("""{"subject":"s","keywords":"k","toEmail":"","email":"m"}""", saved["example"]!.ToJsonString());
    }

    [Fact]
    public async Task FiftyPromptsAreTheMostHoweverManyAreSavedAtOnce()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => Client.PostAsync("/prompt/savePrompt", Dunning, Token)));

        Assert.Equal(50, answers.Count(a => a.HttpStatus == 200));
        Assert.All(answers.Where(a => a.HttpStatus != 200), a => Assert.Equal((409, "too_many_prompts"), (a.HttpStatus, a.Code)));
        var all = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Client.PostAsync("/prompt/getMyPrompts", cursor is null ? new { limit = 20 } : new { limit = 20, cursor }, Token);
            all.AddRange(page.Items.Select(IdOf));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(50, all.Distinct().Count());
        // A change needs no room.
        Assert.Equal(200, (await Client.PostAsync("/prompt/savePrompt", new { id = all[0], title = "t", guidance = "g" }, Token)).HttpStatus);
    }

    [Fact]
    public async Task AnotherUsersPromptIsAsIfItDidNotExist()
    {
        var id = IdOf((await SaveAsync(Dunning)).Item);
        var other = await Client.SignInAsync("other@example.com");
        var change = Dunning.DeepClone().AsObject();
        change["id"] = id;

        foreach (var refused in new[] { await Client.PostAsync("/prompt/savePrompt", change, other), await Client.PostAsync("/prompt/deletePrompt", new { id }, other) })
            Assert.Equal((404, "prompt_not_found"), (refused.HttpStatus, refused.Code));
        Assert.Equal("unknown_prompt", (await Client.PostAsync("/email/generateEmail", EmailBy(id), other)).Code);
        Assert.Null((await Client.PostAsync("/prompt/getMyPrompts", new { }, other)).Payload);
        Assert.DoesNotContain((await Client.PostAsync("/prompt/getAllPrompts", new { }, other)).Items, p => IdOf(p) == id);
        Assert.Equal(200, (await Client.PostAsync("/email/generateEmail", EmailBy(id), Token)).HttpStatus);
    }

    [Theory]
    [InlineData("{\"limit\":0}", "'limit' must be 1 to 100")]
    [InlineData("{\"limit\":101}", "'limit' must be 1 to 100")]
    [InlineData("{\"cursor\":\"x\"}", "'cursor' must be")]
    public async Task APageThatCannotBeIs400(string body, string message)
    {
        var answer = await Client.PostAsync("/prompt/getMyPrompts", body, Token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> BadValues => new()
    {
        { "null", "'placeholders.client' is required" },
        { "{}", "'placeholders.client' is required" },
        { "{\"client\":\"Northwind\"}", "'placeholders.amount' is required" },
        { "{\"client\":\"Northwind\",\"amount\":null}", "'placeholders.amount' is required" },
        { "{\"client\":\"Northwind\",\"amount\":\" \u200B \"}", "'placeholders.amount' is required" },
        { $"{{\"client\":\"Northwind\",\"amount\":{Quoted(201)}}}", "'placeholders.amount' must have at most 200" },
        { "{\"client\":\"North\\nwind\",\"amount\":\"5\"}", "'placeholders.client' must not hold control" },
        { "{\"client\":\"Northwind\",\"amount\":\"5\",\"due date\":\"1\"}", "a name that the prompt does not have" },
        { "{\"client\":\"Northwind\",\"amount\":\"5\",\"Client\":\"1\"}", "'Client' twice" },
        { "{\"client\":\"Northwind\",\"amount\":5}", "'placeholders" },
        { "[\"Northwind\"]", "'placeholders'" },
        { "\"Northwind\"", "'placeholders'" },
    };

    [Theory, MemberData(nameof(BadValues))]
    public async Task EveryPlaceholderWantsAValueAndNoOtherIsTaken(string values, string message)
    {
        var body = EmailBy(IdOf((await SaveAsync(Dunning)).Item));
        body["placeholders"] = JsonNode.Parse(values);

        var answer = await Client.PostAsync("/email/generateEmail", body, Token);

        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
        Assert.Equal(10_000, (await Client.PostAsync("/user/getUserData", new { }, Token)).Number("availableTokens"));
    }

    [Fact]
    public async Task ABuiltInTemplateTakesNoValues()
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        body["placeholders"] = new JsonObject { ["client"] = "Northwind" };
        var refused = await Client.PostAsync("/email/generateEmail", body, Token);
        Assert.Equal((400, "invalid_field"), (refused.HttpStatus, refused.Code));
        body["placeholders"] = new JsonObject();
        Assert.Equal(200, (await Client.PostAsync("/email/generateEmail", body, Token)).HttpStatus);
    }

    [Fact]
    public async Task TheOfflineComposerWritesByAnOwnPromptAndSaysWhatItCannotDo()
    {
        var id = IdOf((await SaveAsync(Dunning)).Item);

        var email = await Client.PostAsync("/email/generateEmail", EmailBy(id), Token);

        Assert.Equal((200, id, 250L), (email.HttpStatus, email.Text("promptId"), email.Number("tokens")));
        Assert.Contains("480 EUR", email.Text("generatedEmail"), StringComparison.Ordinal);
        Assert.Contains(OfflineComposer.GuidanceUnread, email.Message, StringComparison.Ordinal);
        Assert.Equal(9750, (await Client.PostAsync("/user/getUserData", new { }, Token)).Number("availableTokens"));

        await DeleteAsync(id);
        var refused = await Client.PostAsync("/email/generateEmail", EmailBy(id), Token);
        Assert.Equal((400, "unknown_prompt"), (refused.HttpStatus, refused.Code));
    }

    [Fact]
    public async Task ErasingTheAccountErasesItsPrompts()
    {
        var id = IdOf((await SaveAsync(Dunning)).Item);
        await Client.PostAsync("/email/generateEmail", EmailBy(id), Token);

        await Client.PostAsync("/user/deleteUser", new { }, Token);
        var again = await Client.SignInAsync(Email);

        Assert.Null((await Client.PostAsync("/prompt/getMyPrompts", new { }, again)).Payload);
        Assert.DoesNotContain((await Client.PostAsync("/prompt/getAllPrompts", new { }, again)).Items, p => IdOf(p) == id);
        Assert.Equal("unknown_prompt", (await Client.PostAsync("/email/generateEmail", EmailBy(id), again)).Code);
    }

    /// <summary>A request for an email by <see cref="Dunning"/>.</summary>
    internal static JsonObject EmailBy(string promptId) => new()
    {
        ["subject"] = "Invoice 2077",
        ["keywords"] = "due 12 October, 480 EUR",
        ["promptId"] = promptId,
        ["toEmail"] = "maria.lopez@northwind.example",
        ["placeholders"] = new JsonObject { ["Client"] = "Northwind", ["amount"] = "480 EUR" },
    };

    internal static string IdOf(JsonObject item) => item["id"]!.GetValue<string>();

    private static string Quoted(int length) => JsonSerializer.Serialize(new string('x', length));

    private static string Example(string subject = "\"s\"", string keywords = "\"k\"", string toEmail = "\"t\"", string email = "\"e\"") =>
        $$"""{"subject":{{subject}},"keywords":{{keywords}},"toEmail":{{toEmail}},"email":{{email}}}""";

    private async Task<ApiAnswer> SaveAsync(object prompt)
    {
        var answer = await Client.PostAsync("/prompt/savePrompt", prompt, Token);
        Assert.Equal((200, "The prompt was saved."), (answer.HttpStatus, answer.Message));
        return answer;
    }

    private async Task<IReadOnlyList<JsonObject>?> MineAsync() => (await Client.PostAsync("/prompt/getMyPrompts", new { }, Token)).Payload;

    private Task<ApiAnswer> DeleteAsync(string id) => Client.PostAsync("/prompt/deletePrompt", new { id }, Token);
}
