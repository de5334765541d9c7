using System.Text.Json.Nodes;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Every route of the app, read as strictly as the app reads it.</summary>
public sealed class ContractTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    [Theory]
    [InlineData("/auth/getJWTToken")]
    [InlineData("/user/getJWTToken")]
    public async Task SigningInGivesAToken(string route)
    {
        var answer = await Client.PostAsync(route, ApiClient.SignInBody("asha.rao@example.com"));

        Assert.Equal((200, 1), (answer.HttpStatus, answer.Status));
        Assert.Equal(["token"], answer.Item.Select(p => p.Key));
        Assert.Equal(3, answer.Text("token").Split('.').Length);
    }

    [Fact]
    public async Task ARefusedIdTokenIsHttp200WithStatus0()
    {
        var answer = await Client.PostAsync("/auth/getJWTToken", new { email = "a@example.com", idToken = "no token", loginMethod = "google", fcmToken = "f" });

        Assert.Equal((200, 0, "invalid_id_token"), (answer.HttpStatus, answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("email")]
    [InlineData("idToken")]
    [InlineData("loginMethod")]
    [InlineData("fcmToken")]
    public async Task SigningInWantsAllFourFields(string field)
    {
        var body = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(ApiClient.SignInBody("a@example.com")))!.AsObject();
        body.Remove(field);
        var missing = await Client.PostAsync("/auth/getJWTToken", body);
        body[field] = "  ";
        var blank = await Client.PostAsync("/auth/getJWTToken", body);

        Assert.All([missing, blank], a => Assert.Equal((400, "invalid_field"), (a.HttpStatus, a.Code)));
        Assert.Contains($"'{field}'", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheUserHasExactlyTheFieldsOfTheApp()
    {
        var user = (await Client.PostAsync("/user/getUserData", new { }, Token)).Item;

        AssertFields(user, "_id:s", "generatedEmailCount:i", "usedTokens:i", "availableTokens:i", "name:s", "picture:s", "userId:s", "email:s", "uid:s");
        Assert.Equal(10_000, user["availableTokens"]!.GetValue<int>());
        Assert.Equal(user["uid"]!.GetValue<string>(), user["userId"]!.GetValue<string>());
        Assert.Matches("^[0-9a-f]{24}$", user["_id"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/prompt/getAllPrompts")]
    [InlineData("/prompt/getPrompts")]
    public async Task PromptsHaveExactlyTheFieldsOfTheApp(string route)
    {
        var prompts = (await Client.PostAsync(route, new { }, Token)).Items;

        Assert.True(prompts.Count >= 24);
        foreach (var prompt in prompts)
            AssertFields(prompt, "id:s", "title:s", "slug:s", "maxTokens:i", "shortDescription:s", "iconUrl:s", "description:s", "updatedOn:i");
        Assert.Equal(
            [("1", "Request", 250), ("2", "Announcement", 250), ("3", "Job Application", 250)],
            prompts.Take(3).Select(p => (p["id"]!.GetValue<string>(), p["title"]!.GetValue<string>(), p["maxTokens"]!.GetValue<int>())));
    }

    [Fact]
    public async Task EveryPromptsIconIsServed()
    {
        foreach (var prompt in (await Client.PostAsync("/prompt/getAllPrompts", new { }, Token)).Items)
        {
            using var icon = await Client.Http.GetAsync(new Uri(prompt["iconUrl"]!.GetValue<string>()));
            Assert.Equal((200, "image/svg+xml"), ((int)icon.StatusCode, icon.Content.Headers.ContentType!.MediaType));
        }
    }

    [Fact]
    public async Task PromptsCanBeLimitedToThoseThatChangedLater()
    {
        var all = (await Client.PostAsync("/prompt/getAllPrompts", new { updatedAfter = 0 }, Token)).Items;
        var newest = all.Max(p => p["updatedOn"]!.GetValue<long>());

        var none = await Client.PostAsync("/prompt/getAllPrompts", new { updatedAfter = newest }, Token);
        var some = await Client.PostAsync("/prompt/getAllPrompts", new { updatedAfter = newest - 1 }, Token);

        Assert.Equal((200, 1), (none.HttpStatus, none.Status));
        Assert.Null(none.Payload);
        Assert.NotEmpty(some.Items);
    }

    [Theory]
    [InlineData("""{"updatedAfter":"1700000000"}""")]
    [InlineData("""{"updatedAfter":{"$gt":0}}""")]
    [InlineData("""{"updatedAfter":[1]}""")]
    [InlineData("""{"updatedAfter":true}""")]
    public async Task UpdatedAfterIsANumber(string body)
    {
        var answer = await Client.PostTextAsync("/prompt/getAllPrompts", body, Token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
    }

    [Theory]
    [InlineData("/tutorials/getAllTutorials")]
    [InlineData("/tutorial/getTutorials")]
    public async Task TutorialsHaveExactlyTheFieldsOfTheApp(string route)
    {
        var tutorials = (await Client.PostAsync(route, new { }, Token)).Items;

        Assert.True(tutorials.Count >= 6);
        foreach (var tutorial in tutorials) AssertFields(tutorial, "title:s", "htmlContent:s", "updatedOn:i");
    }

    [Fact]
    public async Task AGeneratedEmailComesInThisResponseWithExactlyTheFieldsOfTheApp()
    {
        var email = (await Client.GenerateAsync(Token)).Item;

        AssertEmail(email);
        Assert.Equal("maria.lopez@northwind.example", email["toEmailId"]!.GetValue<string>());
        Assert.Equal(("1", 250, "offline-composer"), (email["promptId"]!.GetValue<string>(), email["tokens"]!.GetValue<int>(), email["model"]!.GetValue<string>()));
        var user = (await Client.PostAsync("/user/getUserData", new { }, Token)).Item;
        Assert.Equal(
            (9750, 250, 1),
            (user["availableTokens"]!.GetValue<int>(), user["usedTokens"]!.GetValue<int>(), user["generatedEmailCount"]!.GetValue<int>()));
        Assert.Equal(user["uid"]!.GetValue<string>(), email["userId"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("/email/getGeneratedEmails")]
    [InlineData("/email/getGeneratedEmail")]
    public async Task TheHistoryHoldsTheGeneratedEmailAsItWasAnswered(string route)
    {
        var generated = (await Client.GenerateAsync(Token)).Item;

        var listed = (await Client.PostAsync(route, new { }, Token)).Item;

        AssertEmail(listed);
        Assert.True(JsonNode.DeepEquals(generated, listed));
    }

    [Fact]
    public async Task AHistoryWithoutEmailsIsHttp200WithStatus0()
    {
        var answer = await Client.PostAsync("/email/getGeneratedEmails", new { }, Token);
        Assert.Equal((200, 0, "no_emails"), (answer.HttpStatus, answer.Status, answer.Code));
    }

    [Theory]
    [InlineData("/email/deleteGeneratedEmail")]
    [InlineData("/email/deleteEmail")]
    public async Task DeletingAnEmailSaysHowManyWereDeleted(string route)
    {
        var id = (await Client.GenerateAsync(Token)).Text("id");

        var deleted = await Client.PostAsync(route, new { id }, Token);
        var again = await Client.PostAsync(route, new { id }, Token);

        Assert.Equal(1, deleted.Number("deletedCount"));
        Assert.Equal((404, "email_not_found"), (again.HttpStatus, again.Code));
        Assert.Empty(await Client.HistoryAsync(Token));
    }

    [Fact]
    public async Task WithoutABannerTheImageIsTheTextNull()
    {
        var banner = await Client.PostAsync("/misc/getBannerImage", new { }, Token);
        AssertFields(banner.Item, "imageData:s");
        Assert.Equal("NULL", banner.Text("imageData"));
    }

    [Fact]
    public async Task TheBannerIsThePngOfTheDataFolder()
    {
        byte[] png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 1, 2, 3];
        await using var api = await TestApi.StartAsync();
        var token = await api.Client.SignInAsync();
        var path = Path.Combine(api.DataFolder, "banner.png");
        await File.WriteAllBytesAsync(path, png);
        Assert.Equal(png, Convert.FromBase64String((await api.Client.PostAsync("/misc/getBannerImage", new { }, token)).Text("imageData")));

        await File.WriteAllTextAsync(path, "<svg onload=alert(1)>");
        Assert.Equal("NULL", (await api.Client.PostAsync("/misc/getBannerImage", new { }, token)).Text("imageData"));
    }

    [Fact]
    public async Task FeedbackIsThankedForWithoutAPayload()
    {
        var answer = await Client.PostAsync("/misc/submitFeedback", new { subject = "About the app", message = "It works very well." }, Token);
        Assert.Equal((200, 1), (answer.HttpStatus, answer.Status));
        Assert.Null(answer.Payload);
    }

    [Fact]
    public async Task FeedbackIsStampedWithTheTimeOfItsRequest()
    {
        var (now, stamps) = (TimeProvider.System, new List<(long From, long To)>());
        for (var i = 0; i < 2; i++)
        {
            var from = now.GetUtcNow().ToUnixTimeMilliseconds();
            await Client.PostAsync("/misc/submitFeedback", new { subject = "About the app", message = "It works very well." }, Token);
            stamps.Add((from, now.GetUtcNow().ToUnixTimeMilliseconds()));
            // So that the two requests cannot fall into one millisecond.
            await Eventually.TrueAsync(() => Task.FromResult(now.GetUtcNow().ToUnixTimeMilliseconds() > stamps[^1].To));
        }

        var uid = await Operators.UidAsync(Client, Token);
        var kept = (await Api.App.Services.GetRequiredService<IFeedbackStore>().ListAsync(100, default)).Where(message => message.UserId == uid).Reverse().ToList();

        Assert.Equal(2, kept.Count);
        for (var i = 0; i < 2; i++) Assert.InRange(kept[i].CreatedOn, stamps[i].From, stamps[i].To);
    }

    [Theory]
    [InlineData("123456789", "long enough to be read")]
    [InlineData("long enough", "123456789")]
    [InlineData("          ", "long enough to be read")]
    public async Task FeedbackWantsTenCharactersInBothFields(string subject, string message)
    {
        var answer = await Client.PostAsync("/misc/submitFeedback", new { subject, message }, Token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
    }

    [Fact]
    public async Task DeletingTheUserHasNoPayload()
    {
        var answer = await Client.PostAsync("/user/deleteUser", new { }, Token);
        Assert.Equal((200, 1), (answer.HttpStatus, answer.Status));
        Assert.Null(answer.Payload);
    }

    private static void AssertEmail(JsonObject email)
    {
        AssertFields(
            email, "id:s", "_id:s", "userId:s", "promptId:s", "subject:s", "keywords:s", "generatedEmail:s", "toEmailId:s", "tokens:i", "createdOn:i",
            "__v:i", "model:s");
        Assert.Equal(email["id"]!.GetValue<string>(), email["_id"]!.GetValue<string>());
    }

    // A number in JSON must be an integer as it is written: Dart's parser makes a double of 1.0, and the app throws.
    private static void AssertFields(JsonObject item, params string[] fields)
    {
        Assert.Equal(fields.Select(f => f.Split(':')[0]).Order(), item.Select(p => p.Key).Order());
        foreach (var field in fields.Select(f => f.Split(':')))
        {
            var written = item[field[0]]!.ToJsonString();
            Assert.Matches(field[1] == "i" ? "^-?[0-9]+$" : "^\"", written);
        }
    }
}
