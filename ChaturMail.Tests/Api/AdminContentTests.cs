using System.Buffers.Binary;
using System.Text.Json.Nodes;
using ChaturMail.Core.Content;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Banner, templates and tutorials that operators publish while the product runs.</summary>
public sealed class AdminContentTests : AdminApiTests
{
    [Fact]
    public async Task TheBannerIsSetAndRemoved()
    {
        Assert.Equal("NULL", await BannerAsync());
        await DoneAsync("setBannerImage", new { imageData = Operators.Png });
        Assert.Equal(Operators.Png, await BannerAsync());
        await DoneAsync("setBannerImage", """{"imageData":null}""");
        Assert.Equal("NULL", await BannerAsync());
        await DoneAsync("setBannerImage", new { imageData = Operators.Png });
        await DoneAsync("setBannerImage", new { imageData = "NULL" });
        Assert.Equal("NULL", await BannerAsync());
        Assert.Equal("banner.set: banner.remove: banner.set: banner.remove:", await ActionsAsync());
    }

    [Fact]
    public async Task WhatIsNoBannerIsRefused()
    {
        var png = Convert.FromBase64String(Operators.Png);
        byte[] Sized(uint width, uint height)
        {
            var sized = png.ToArray();
            BinaryPrimitives.WriteUInt32BigEndian(sized.AsSpan(16), width);
            BinaryPrimitives.WriteUInt32BigEndian(sized.AsSpan(20), height);
            return sized;
        }

        await DoneAsync("setBannerImage", new { imageData = Convert.ToBase64String(Sized(2000, 2000)) });
        var kept = await BannerAsync();
        byte[][] wrong =
        [
            Sized(2001, 1), Sized(1, 2001), Sized(0, 1), Sized(1, uint.MaxValue), [], [.. png, 0], png[..^1], [.. "<svg onload='alert(1)'/>"u8],
            [.. png[..^12], .. new byte[150 * 1024], .. png[^12..]],
        ];
        foreach (var image in wrong) await RefusedAsync(400, "invalid_field", "setBannerImage", new { imageData = Convert.ToBase64String(image) });
        foreach (var body in new[] { "{}", """{"imageData":7}""", """{"imageData":"%%%"}""", """{"imageData":[]}""", """{"imageData":"\ud800"}""" })
            await RefusedAsync(400, "invalid_field", "setBannerImage", body);
        Assert.Equal(kept, await BannerAsync());
    }

    [Fact]
    public async Task APublishedTemplateIsListedAndEmailsAreWrittenWithIt()
    {
        Assert.Equal("unknown_prompt", (await GenerateAsync("900")).Code);
        var published = await DoneAsync("publishPrompt", new { template = Operators.Template() });
        Assert.Equal(("900", "toast", 120, true), (published.Text("id"), published.Text("slug"), published.Number("maxTokens"), published.Item["published"]!.GetValue<bool>()));

        var listed = (await GalleryAsync())["900"];
        Assert.Equal(("Toast", 120), (listed["title"]!.GetValue<string>(), listed["maxTokens"]!.GetValue<long>()));
        Assert.EndsWith("/icons/own.svg", listed["iconUrl"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Null(listed["withdrawn"]);
        var email = await GenerateAsync("900");
        Assert.Equal((200, "900", 120), (email.HttpStatus, email.Text("promptId"), email.Number("tokens")));
    }

    [Fact]
    public async Task AShippedTemplateIsReplacedAndClientsThatAskForChangesSeeIt()
    {
        var before = (await GalleryAsync())["12"];
        var shipped = await DoneAsync("getPrompts", new { id = "12" });
        Assert.False(shipped.Item["published"]!.GetValue<bool>());
        var text = shipped.Text("template").Replace("title: Resignation", "title: Notice", StringComparison.Ordinal)
            .Replace("maxTokens: 300", "maxTokens: 310", StringComparison.Ordinal);

        await DoneAsync("publishPrompt", new { template = text });

        var changed = await Client.PostAsync("/prompt/getAllPrompts", new { updatedAfter = before["updatedOn"]!.GetValue<long>() }, Token);
        Assert.Contains(changed.Items, p => p["id"]!.GetValue<string>() == "12" && p["title"]!.GetValue<string>() == "Notice");
        var after = (await GalleryAsync())["12"];
        Assert.Equal(("Notice", 310), (after["title"]!.GetValue<string>(), after["maxTokens"]!.GetValue<long>()));
        Assert.EndsWith("/icons/resignation.svg", after["iconUrl"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(310, (await GenerateAsync("12")).Number("tokens"));
        Assert.Equal(text.Trim(), (await DoneAsync("getPrompts", new { id = "12" })).Text("template"));
        // Again, in the same second: the time rises all the same.
        Assert.True((await DoneAsync("publishPrompt", new { template = text })).Number("updatedOn") > after["updatedOn"]!.GetValue<long>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AWithdrawnTemplateStaysListedAndNothingNewIsWrittenWithIt(bool isPublished)
    {
        var id = isPublished ? "900" : "12";
        if (isPublished) await DoneAsync("publishPrompt", new { template = Operators.Template() });
        var email = (await GenerateAsync(id)).Text("id");
        var before = (await GalleryAsync())[id]["updatedOn"]!.GetValue<long>();

        await DoneAsync("withdrawPrompt", new { id });

        var gallery = await GalleryAsync();
        Assert.Equal(id, gallery.Keys.Last());
        Assert.True(gallery[id]["withdrawn"]!.GetValue<bool>());
        Assert.EndsWith(" (withdrawn)", gallery[id]["title"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.True(gallery[id]["updatedOn"]!.GetValue<long>() > before);
        foreach (var refused in new[] { await GenerateAsync(id), await Client.PostAsync("/email/regenerateEmail", new { id = email }, Token) })
            Assert.Equal((400, "prompt_withdrawn"), (refused.HttpStatus, refused.Code));
        Assert.Contains((await DoneAsync("getPrompts", new { })).Items, p => p["id"]!.GetValue<string>() == id && p["withdrawn"]!.GetValue<bool>());

        await DoneAsync("withdrawPrompt", new { id, withdrawn = false });
        Assert.Null((await GalleryAsync())[id]["withdrawn"]);
        Assert.Equal(200, (await GenerateAsync(id)).HttpStatus);
        await RefusedAsync(404, "content_not_found", "withdrawPrompt", new { id = "901" });
    }

    [Fact]
    public async Task WhatIsNoTemplateIsRefusedWithItsFaultAndNotPublished()
    {
        var good = Operators.Template();
        (string Text, string Fault)[] wrong =
        [
            ("", "'template' is required"), ("Toast", "front matter must stand between"), (new string('x', 65_537), "at most 65536"),
            (good.Replace("id: \"900\"", "id: \"9a\"", StringComparison.Ordinal), "id must be decimal digits"),
            (good.Replace("id: \"900\"", "id: \"1234567890\"", StringComparison.Ordinal), "id is longer than 9"),
            (good.Replace("slug: toast", "slug: ../toast", StringComparison.Ordinal), "slug must be lower-case words"),
            (good.Replace("slug: toast", "slug: request", StringComparison.Ordinal), "slug 'request', which another one has"),
            (good.Replace("slug: toast", "slug: own", StringComparison.Ordinal), "slug 'own', which another one has"),
            (good.Replace("maxTokens: 120", "maxTokens: 0", StringComparison.Ordinal), "maxTokens must be 1 to 10000"),
            (good.Replace("title: Toast", "title: [Toast", StringComparison.Ordinal), "front matter line"),
            (good.Replace("Subject: Toast for Ben", "Sbject: Toast for Ben", StringComparison.Ordinal), "# Example Subject must stand once"),
            (good[..good.LastIndexOf("# Example", StringComparison.Ordinal)], "# Example must stand at least twice"),
            (good + "\n\n# Composer\n\nopen: 7", "# Composer"),
            (good.Replace("- Purpose", "\u0000Purpose", StringComparison.Ordinal), "control characters"),
        ];
        foreach (var (text, fault) in wrong)
        {
            var answer = await PostAsync("publishPrompt", new { template = text });
            Assert.Equal((fault, 400, "invalid_field"), (fault, answer.HttpStatus, answer.Code));
            Assert.Contains(fault, answer.Message, StringComparison.Ordinal);
        }

        Assert.Empty(await AuditAsync());
        Assert.False((await GalleryAsync()).ContainsKey("900"));
    }

    [Fact]
    public async Task ATutorialIsPublishedReplacedAndWithdrawnAndRunsNoCode()
    {
        await DoneAsync("publishTutorial", new { id = "toasts", text = Operators.Tutorial });
        var listed = (await TutorialsAsync()).Single(t => t["title"]!.GetValue<string>() == "Toasts");
        Assert.Contains("<strong>glass</strong>, see <a href=\"https://example.com/toasts\">here</a>", listed["htmlContent"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.DoesNotContain("<script", listed["htmlContent"]!.GetValue<string>(), StringComparison.Ordinal);

        var shipped = await DoneAsync("getTutorials", new { id = "02-coins" });
        await DoneAsync("publishTutorial", new { id = "02-coins", text = shipped.Text("text").Replace("title: How coins work", "title: Coins", StringComparison.Ordinal) });
        Assert.Contains("Coins", Titles(await TutorialsAsync()));
        Assert.DoesNotContain("How coins work", Titles(await TutorialsAsync()));

        foreach (var id in new[] { "toasts", "03-copy-and-send" }) await DoneAsync("withdrawTutorial", new { id });
        Assert.Equal(5, (await TutorialsAsync()).Count);
        Assert.DoesNotContain("Toasts", Titles(await TutorialsAsync()));
        Assert.Equal(2, (await DoneAsync("getTutorials", new { })).Items.Count(t => t["withdrawn"]!.GetValue<bool>()));
        await DoneAsync("withdrawTutorial", new { id = "03-copy-and-send", withdrawn = false });
        Assert.Equal(6, (await TutorialsAsync()).Count);
        await RefusedAsync(404, "content_not_found", "withdrawTutorial", new { id = "nothing" });
        await RefusedAsync(404, "content_not_found", "getTutorials", new { id = "nothing" });
    }

    [Fact]
    public async Task NoMoreIsPublishedThanEveryProcessCanHold()
    {
        var store = Service<IContentStore>();
        for (var i = 0; i < ContentEntry.MostOfAKind; i++) await store.PublishAsync(ContentKind.Prompt, $"{1000 + i}", Operators.Template($"{1000 + i}", $"t-{i}"), 1, default);

        await RefusedAsync(409, "too_much_content", "publishPrompt", new { template = Operators.Template() });
        await DoneAsync("publishPrompt", new { template = Operators.Template("1000", "t-0", "Another") });
    }

    [Fact]
    public async Task WhatThisVersionCannotReadIsLeftOutAndTheRestIsThere()
    {
        var store = Service<IContentStore>();
        await store.PublishAsync(ContentKind.Prompt, "900", "from another version", 1, default);
        await store.PublishAsync(ContentKind.Prompt, "901", Operators.Template("901"), 1, default);
        await store.PublishAsync(ContentKind.Tutorial, "other", "from another version", 1, default);
        await Service<ContentFeed>().LookAsync(default);

        var gallery = await GalleryAsync();
        Assert.Equal((27, false, true), (gallery.Count, gallery.ContainsKey("900"), gallery.ContainsKey("901")));
        Assert.Equal(6, (await TutorialsAsync()).Count);
    }

    private async Task<string> BannerAsync() => (await Client.PostAsync("/misc/getBannerImage", new { }, Token)).Text("imageData");

    private async Task<OrderedDictionary<string, JsonObject>> GalleryAsync() =>
        new((await Client.PostAsync("/prompt/getAllPrompts", new { }, Token)).Items.Select(p => KeyValuePair.Create(p["id"]!.GetValue<string>(), p)));

    private async Task<IReadOnlyList<JsonObject>> TutorialsAsync() => (await Client.PostAsync("/tutorials/getAllTutorials", new { }, Token)).Items;

    private static List<string> Titles(IEnumerable<JsonObject> tutorials) => [.. tutorials.Select(t => t["title"]!.GetValue<string>())];

    private Task<ApiAnswer> GenerateAsync(string promptId) => Client.PostAsync(
        "/email/generateEmail", new { subject = "Farewell", keywords = "last day 14 March, thanks", promptId, toEmail = "peter@kruidhuis.example" }, Token);
}
