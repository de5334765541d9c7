using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Regenerating an email, the chain of its versions, and the user's own edits.</summary>
public sealed class EmailVersionTests : IAsyncLifetime
{
    private readonly RecordingModel _model = new();
    private TestApi _api = null!;
    private string _token = "";
    private string _root = "";

    public async ValueTask InitializeAsync()
    {
        _api = await TestApi.StartAsync(services => services.AddSingleton<ILanguageModel>(_model));
        _token = await _api.Client.SignInAsync();
        var body = ApiClient.Leave.DeepClone().AsObject();
        (body["tone"], body["length"], body["senderName"], body["context"]) = ("friendly", "short", "Asha", "Dear Asha, when?");
        _root = (await PostAsync("/email/generateEmail", body)).Text("id");
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task AbsentFieldsAreTheParentsAndOthersAreTheRequests()
    {
        var email = (await RegenerateAsync(new { id = _root, tone = (string?)null, subject = "Another subject", senderName = "", promptId = "2" })).Item;

        var (first, second) = (_model.Requests[0], _model.Requests[1]);
        Assert.Equal(("2", "Another subject"), (second.Prompt.Id, second.Subject));
        Assert.Equal(first.Keywords, second.Keywords);
        Assert.Equal(first.ToEmail, second.ToEmail);
        Assert.Equal(new EmailOptions { Tone = EmailTone.Friendly, Length = EmailLength.Short, Context = "Dear Asha, when?" }, second.Options);
        Assert.Null(second.Rewrite);
        Assert.NotEqual(first.Seed, second.Seed);
        Assert.Equal((_root, 2, "2"), (email["parentId"]!.GetValue<string>(), email["version"]!.GetValue<int>(), email["promptId"]!.GetValue<string>()));
        Assert.Equal(9500, (await PostAsync("/user/getUserData", new { })).Number("availableTokens"));
        Assert.Equal(2, (await _api.Client.HistoryAsync(_token)).Count);
    }

    [Theory]
    [InlineData("shorten", RewriteKind.Shorten, null)]
    [InlineData("elaborate", RewriteKind.Elaborate, null)]
    [InlineData("formalize", RewriteKind.Formalize, null)]
    [InlineData("soften", RewriteKind.Soften, null)]
    [InlineData("fixGrammar", RewriteKind.FixGrammar, null)]
    [InlineData("translate:pt-br", RewriteKind.Translate, "pt-BR")]
    public async Task ARewriteWorksOnTheTextAsItStands(string rewrite, RewriteKind kind, string? language)
    {
        await PostAsync("/email/updateEmail", new { id = _root, generatedEmail = "Dear Maria,\n\nmy own words.\n\nAsha" });

        Assert.Equal(200, (await RegenerateAsync(new { id = _root, rewrite })).HttpStatus);

        var request = _model.Requests[1];
        Assert.Equal(new Rewrite(kind, language, "Dear Maria,\n\nmy own words.\n\nAsha"), request.Rewrite);
        Assert.Equal(language ?? "en", request.Language);
        // What the rewrite is about is not held to what was asked of the parent; the rest is.
        Assert.Equal(kind == RewriteKind.Elaborate ? null : EmailLength.Short, request.Options.Length);
        Assert.Equal(kind is RewriteKind.Formalize or RewriteKind.Soften ? null : EmailTone.Friendly, request.Options.Tone);
    }

    [Fact]
    public async Task ATranslatedEmailStaysInItsLanguageWhenItIsRewrittenAgain()
    {
        var translated = (await RegenerateAsync(new { id = _root, rewrite = "translate:de" })).Text("id");
        await RegenerateAsync(new { id = translated, rewrite = "soften", tone = "formal" });

        Assert.Equal(("de", EmailTone.Formal), (_model.Requests[2].Language, _model.Requests[2].Options.Tone));
    }

    [Theory]
    [InlineData("""{"rewrite":"improve"}""", "'rewrite'")]
    [InlineData("""{"rewrite":"Shorten"}""", "'rewrite'")]
    [InlineData("""{"rewrite":"translate"}""", "'rewrite'")]
    [InlineData("""{"rewrite":"translate:"}""", "'rewrite'")]
    [InlineData("""{"rewrite":"translate:zz-zz-9"}""", "'rewrite'")]
    [InlineData("""{"rewrite":"0"}""", "'rewrite'")]
    [InlineData("""{"subject":""}""", "'subject'")]
    [InlineData("""{"tone":"rude"}""", "'tone'")]
    [InlineData("""{"variants":4}""", "'variants'")]
    [InlineData("""{"id":null}""", "'id'")]
    [InlineData("""{"id":"1"}""", "'id'")]
    public async Task AFieldThatIsNotValidIs400AndNothingIsCharged(string fields, string named)
    {
        var body = JsonNode.Parse(fields)!.AsObject();
        if (!body.ContainsKey("id")) body["id"] = _root;

        var answer = await RegenerateAsync(body);

        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains(named, answer.Message, StringComparison.Ordinal);
        Assert.Single(_model.Requests);
    }

    [Fact]
    public async Task WhatIsUnknownIsSaidByItsOwnCode()
    {
        Assert.Equal((400, "unknown_prompt"), Code(await RegenerateAsync(new { id = _root, promptId = "99" })));
        Assert.Equal((400, "unknown_model"), Code(await RegenerateAsync(new { id = _root, model = "gpt-99" })));
        Assert.Equal((404, "email_not_found"), Code(await RegenerateAsync(new { id = "6b018b08c371b1bcac5105a3" })));
    }

    [Fact]
    public async Task AnothersEmailIsAsIfItDidNotExist()
    {
        var stranger = await _api.Client.SignInAsync("stranger@example.com");
        foreach (var (route, body) in new (string, object)[]
            { ("regenerateEmail", new { id = _root }), ("getEmailVersions", new { id = _root }), ("updateEmail", new { id = _root, subject = "Mine" }) })
        {
            Assert.Equal((404, "email_not_found"), Code(await _api.Client.PostAsync("/email/" + route, body, stranger)));
        }

        Assert.Single(_model.Requests);
    }

    [Fact]
    public async Task AnEmailOfTheOldBackendIsRegeneratedAndOneOfAnUnknownTemplateIsNot()
    {
        var (old, odd) = ("5f018b08c371b1bcac510501", "5f018b08c371b1bcac510502");
        using (var store = new SqliteSession($"Data Source={Path.Combine(_api.DataFolder, "chaturmail.db")};Pooling=False"))
        {
            foreach (var (id, prompt) in new[] { (old, "1"), (odd, "77") })
                store.Execute(
                    "INSERT INTO emails (id, user_id, prompt_id, subject, keywords, text, to_email, coins, created_on) "
                    + "SELECT $1, uid, $2, 'Old', 'one, two', 'Old text', 'maria@example.com', 250, 1600000000 FROM users", id, prompt);
        }

        var email = (await RegenerateAsync(new { id = old, rewrite = "shorten" })).Item;
        Assert.Equal((old, 2), (email["parentId"]!.GetValue<string>(), email["version"]!.GetValue<int>()));
        Assert.Equal("Old text", _model.Requests[1].Rewrite!.Draft);
        Assert.Equal((400, "unknown_prompt"), Code(await RegenerateAsync(new { id = odd })));
        Assert.Equal(2, (await VersionsAsync(old)).Count);
    }

    [Fact]
    public async Task RegenerationsAtOnceHaveVersionsOfTheirOwnAndVariantsTooAndTheKeyKeepsThemToOne()
    {
        var answers = await Task.WhenAll(
            RegenerateAsync(new { id = _root, variants = 3 }), RegenerateAsync(new { id = _root }), RegenerateAsync(new { id = _root, variants = 2 }));
        var versions = answers.SelectMany(answer => answer.Items).Select(email => email["version"]!.GetValue<int>());
        Assert.Equal([2, 3, 4, 5, 6, 7], versions.Order());

        var first = await WithKeyAsync(new { id = _root, rewrite = "soften" });
        await PostAsync("/email/updateEmail", new { id = _root, generatedEmail = "Edited in between." });
        var again = await WithKeyAsync(new { id = _root, rewrite = "soften" });
        Assert.Equal(first.Text("id"), again.Text("id"));
        Assert.Equal((409, "idempotency_conflict"), Code(await WithKeyAsync(new { id = _root, rewrite = "shorten" })));
        Assert.Equal((409, "idempotency_conflict"), Code(await _api.Client.GenerateWithKeyAsync(_token, "key")));
    }

    [Fact]
    public async Task ARequestThatIsSentAgainTakesNoNumberOfItsOwn()
    {
        var first = await WithKeyAsync(new { id = _root, variants = 2 });
        for (var i = 0; i < 3; i++) Assert.Equal(first.Items.Select(Number), (await WithKeyAsync(new { id = _root, variants = 2 })).Items.Select(Number));

        Assert.Equal([2, 3], first.Items.Select(Number));
        Assert.Equal(4, Number((await RegenerateAsync(new { id = _root })).Item));

        static int Number(JsonObject email) => email["version"]!.GetValue<int>();
    }

    [Fact]
    public async Task AParentsModelThatIsGoneIsLeftOutAndOneThatIsAskedForIsNot()
    {
        SetOptions(_root, """{"tone":"formal","model":"gone"}""");

        Assert.Equal(200, (await RegenerateAsync(new { id = _root, rewrite = "shorten" })).HttpStatus);

        Assert.Equal(new EmailOptions { Tone = EmailTone.Formal }, _model.Requests[1].Options);
        Assert.Equal((400, "unknown_model"), Code(await RegenerateAsync(new { id = _root, model = "gone" })));
    }

    [Fact]
    public async Task AParentsValuesForPlaceholdersThatItsPromptLostAreLeftOutAndOnesThatAreSentAreNot()
    {
        var prompt = (await PostAsync("/prompt/savePrompt", OwnPromptTests.Dunning)).Text("id");
        var parent = (await PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(prompt))).Text("id");
        await PostAsync("/prompt/savePrompt", new { id = prompt, title = "Dunning", guidance = "Ask {Client}.", placeholders = new[] { "Client" } });

        var email = await RegenerateAsync(new { id = parent, rewrite = "shorten" });

        Assert.Equal((200, """{"Client":"Northwind"}"""), (email.HttpStatus, email.Item["options"]!["placeholders"]!.ToJsonString()));
        Assert.Equal((400, "invalid_field"), Code(await RegenerateAsync(new { id = parent, placeholders = new { client = "Northwind", amount = "1" } })));
        // One that the prompt got since has no value yet.
        await PostAsync("/prompt/savePrompt", new { id = prompt, title = "Dunning", guidance = "Ask {client} {when}.", placeholders = new[] { "client", "when" } });
        Assert.Contains("placeholders.when", (await RegenerateAsync(new { id = parent })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheVersionsAreListedFromAnyOfThemWithWhatChanged()
    {
        var second = (await RegenerateAsync(new { id = _root })).Text("id");
        await PostAsync("/email/updateEmail", new { id = second, generatedEmail = "Dear Maria,\n\nmine.\n\nAsha" });
        var third = (await RegenerateAsync(new { id = second, rewrite = "soften" })).Text("id");

        foreach (var id in new[] { _root, second, third })
        {
            var versions = await VersionsAsync(id);
            Assert.Equal([_root, second, third], versions.Select(version => version["id"]!.GetValue<string>()));
            Assert.Equal([null, "Dear Maria,\n\nHello number 2.\n\nAsha", null], versions.Select(version => version["originalEmail"]?.GetValue<string>()));
            Assert.Null(versions[0]["diff"]);
            for (var i = 1; i < versions.Count; i++)
            {
                Assert.Equal(Text(versions[i - 1]), Side(versions[i], "insert"));
                Assert.Equal(Text(versions[i]), Side(versions[i], "delete"));
            }
        }

        static string Text(JsonObject version) => version["generatedEmail"]!.GetValue<string>();

        static string Side(JsonObject version, string without) => string.Concat(version["diff"]!.AsArray()
            .Where(part => part!["op"]!.GetValue<string>() != without).Select(part => part!["text"]!.GetValue<string>()));
    }

    [Fact]
    public async Task VersionsArePagedAndComparedAcrossPages()
    {
        for (var i = 0; i < 4; i++) await RegenerateAsync(new { id = _root });

        var whole = await VersionsAsync(_root);
        var paged = new List<JsonObject>();
        string? cursor = null;
        do
        {
            var page = await PostAsync("/email/getEmailVersions", new { id = _root, limit = 2, cursor });
            Assert.InRange(page.Items.Count, 1, 2);
            paged.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(whole.Select(version => version.ToJsonString()), paged.Select(version => version.ToJsonString()));
        foreach (var bad in new[] { "0", "-1", "x", "99999999999" })
            Assert.Equal((400, "invalid_field"), Code(await PostAsync("/email/getEmailVersions", new { id = _root, cursor = bad })));
        foreach (var bad in new[] { 0, Limits.Versions + 1 })
            Assert.Equal((400, "invalid_field"), Code(await PostAsync("/email/getEmailVersions", new { id = _root, limit = bad })));
    }

    [Fact]
    public async Task DeletingAVersionLeavesTheOthers()
    {
        var second = (await RegenerateAsync(new { id = _root })).Text("id");
        var third = (await RegenerateAsync(new { id = _root })).Text("id");

        Assert.Equal(200, (await PostAsync("/email/deleteGeneratedEmail", new { id = _root })).HttpStatus);

        Assert.Equal([second, third], (await VersionsAsync(third)).Select(version => version["id"]!.GetValue<string>()));
        Assert.Equal(4, (await RegenerateAsync(new { id = second })).Item["version"]!.GetValue<int>());
        Assert.Equal((404, "email_not_found"), Code(await PostAsync("/email/getEmailVersions", new { id = _root })));
    }

    [Fact]
    public async Task AnEditIsSavedAsItIsButForWhatCannotBeSeen()
    {
        const string Text = "  Dear Maria,\r\n\r\n\tmy \"own\" words \u0000\u202e\u200band 👨‍👩‍👧.\n\n";
        var email = (await PostAsync("/email/updateEmail", new { id = _root, generatedEmail = Text, toEmail = " new@example.com " })).Item;

        Assert.Equal("  Dear Maria,\n\n\tmy \"own\" words and 👨‍👩‍👧.\n\n", email["generatedEmail"]!.GetValue<string>());
        Assert.Equal(("new@example.com", "Leave request for 12-16 October"), (email["toEmailId"]!.GetValue<string>(), email["subject"]!.GetValue<string>()));
        Assert.True(email["editedOn"]!.GetValue<long>() > 0);
        Assert.True(JsonNode.DeepEquals(email, Assert.Single(await _api.Client.HistoryAsync(_token))));
        Assert.Equal("Dear Maria,\n\nHello number 1.\n\nAsha", Assert.Single(await VersionsAsync(_root))["originalEmail"]!.GetValue<string>());
    }

    [Fact]
    public async Task AnEditThatStartedFromAnotherIs409AndSavesNothing()
    {
        var first = await PostAsync("/email/updateEmail", new { id = _root, generatedEmail = "First.", ifEditedOn = 0 });
        var late = await PostAsync("/email/updateEmail", new { id = _root, generatedEmail = "Late.", ifEditedOn = 0 });
        Assert.Equal((409, "edit_conflict"), Code(late));

        var second = await PostAsync("/email/updateEmail", new { id = _root, generatedEmail = "Second.", ifEditedOn = first.Number("editedOn") });
        Assert.Equal((200, "Second."), (second.HttpStatus, second.Text("generatedEmail")));
        Assert.Equal(200, (await PostAsync("/email/updateEmail", new { id = _root, generatedEmail = "Last wins." })).HttpStatus);
    }

    [Theory]
    [InlineData("{}", "generatedEmail")]
    [InlineData("""{"generatedEmail":""}""", "generatedEmail")]
    [InlineData("""{"generatedEmail":" \u200b\n"}""", "generatedEmail")]
    [InlineData("""{"subject":" "}""", "subject")]
    [InlineData("""{"toEmail":""}""", "toEmail")]
    [InlineData("""{"subject":"a\nb"}""", "subject")]
    [InlineData("""{"subject":"a","ifEditedOn":"0"}""", "ifEditedOn")]
    public async Task AnEditOfNothingOrOfTheWrongKindIs400(string fields, string named)
    {
        var body = JsonNode.Parse(fields)!.AsObject();
        body["id"] = _root;
        var answer = await PostAsync("/email/updateEmail", body);
        Assert.Equal((400, "invalid_field"), Code(answer));
        Assert.Contains($"'{named}'", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEditHasTheLimitThatIsStated()
    {
        Assert.Equal(200, (await PostAsync("/email/updateEmail", new { id = _root, generatedEmail = new string('x', Limits.GeneratedEmail) })).HttpStatus);
        Assert.Equal((400, "invalid_field"), Code(await PostAsync("/email/updateEmail", new { id = _root, generatedEmail = new string('x', Limits.GeneratedEmail + 1) })));
    }

    private static (int, string?) Code(ApiAnswer answer) => (answer.HttpStatus, answer.Code);

    private Task<ApiAnswer> PostAsync(string route, object body) => _api.Client.PostAsync(route, body, _token);

    private Task<ApiAnswer> RegenerateAsync(object body) => PostAsync("/email/regenerateEmail", body);

    private void SetOptions(string id, string options)
    {
        using var store = new SqliteSession($"Data Source={Path.Combine(_api.DataFolder, "chaturmail.db")};Pooling=False");
        store.Execute("UPDATE emails SET options = $2 WHERE id = $1", id, options);
    }

    private async Task<IReadOnlyList<JsonObject>> VersionsAsync(string id) => (await PostAsync("/email/getEmailVersions", new { id })).Items;

    private async Task<ApiAnswer> WithKeyAsync(object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/email/regenerateEmail")
        {
            Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + _token);
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "key");
        using var response = await _api.Client.Http.SendAsync(request);
        return await ApiAnswer.ReadAsync(response);
    }
}
