using System.Globalization;
using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>Topics in the browser: a draft that several write, what is said and decided about it, and its sending.</summary>
public sealed class TopicTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    private const string Draft = "Dear Maria,\n\nour prices rise by 3 %.\n\nAsha";

    [Fact]
    public async Task WhatIsTypedIsKeptUntilItIsSavedAndTheOthersSeeItAtOnce()
    {
        var (stack, topic, asha, ben) = await OpenAsync("typed", saved: false);
        await asha.GetByLabel("Recipient").FillAsync("maria.lopez@northwind.example");
        await asha.GetByLabel("Subject").FillAsync("Our prices");
        await asha.GetByLabel("Text", new() { Exact = true }).FillAsync(Draft);
        await asha.ReloadAsync();
        await Expect(asha.GetByText("Here is what you typed and did not save yet.")).ToBeVisibleAsync();
        await Expect(asha.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync(Draft);

        await asha.GetByRole(AriaRole.Button, new() { Name = "Save as version 1" }).ClickAsync();

        await Expect(asha.GetByText("Saved as version 1.")).ToBeVisibleAsync();
        await Expect(ben.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync(Draft);
        await Expect(ben.GetByRole(AriaRole.Button, new() { Name = "Save as version 2" })).ToBeVisibleAsync();
        await asha.ReloadAsync();
        await Expect(asha.GetByText("Here is what you typed")).ToHaveCountAsync(0);
        Assert.Equal(1, (await stack.Client.PostAsync("/topic/getTopic", new { id = topic.Id }, topic.Owner.Token)).Item["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task OfTwoWhoSaveTheSecondSeesTheDifferenceAndLosesNothing()
    {
        var (stack, topic, asha, ben) = await OpenAsync("conflict");
        ExpectProblem("status of 409");
        await ben.GetByLabel("Text", new() { Exact = true }).FillAsync("Dear Maria,\n\nour prices rise by 4 %.\n\nBen");
        // The second hears of the first by its refusal alone.
        await ben.RouteAsync("**/topic/getTopic", route => route.AbortAsync());
        ExpectProblem("ERR_FAILED");
        await asha.GetByLabel("Text", new() { Exact = true }).FillAsync("Dear Maria,\n\nfrom April our prices rise by 3 %.\n\nAsha");
        await asha.GetByRole(AriaRole.Button, new() { Name = "Save as version 2" }).ClickAsync();
        await Expect(asha.GetByText("Saved as version 2.")).ToBeVisibleAsync();
        await ben.UnrouteAsync("**/topic/getTopic");

        await ben.GetByRole(AriaRole.Button, new() { Name = "Save as version 2" }).ClickAsync();

        var dialog = ben.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Heading, new() { Name = "The draft has changed meanwhile" })).ToBeVisibleAsync();
        await Expect(dialog.Locator("del").First).ToContainTextAsync("from April");
        await Axe.ExpectNoViolationAsync(ben);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Go on editing" }).ClickAsync();
        await Expect(ben.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync("Dear Maria,\n\nour prices rise by 4 %.\n\nBen");
        await Expect(ben.GetByText("What you typed is still here.")).ToBeVisibleAsync();
        await ben.GetByRole(AriaRole.Button, new() { Name = "Save as version 3" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save mine" }).ClickAsync();
        await Expect(ben.GetByText("Saved as version 3.")).ToBeVisibleAsync();
        await Expect(asha.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync("Dear Maria,\n\nour prices rise by 4 %.\n\nBen");

        // Both are versions, and the one before comes back.
        await asha.GetByText("Show all").ClickAsync();
        await Expect(asha.Locator(".version")).ToHaveCountAsync(3);
        await asha.GetByRole(AriaRole.Button, new() { Name = "Restore version 2" }).ClickAsync();
        await Expect(asha.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync("Dear Maria,\n\nfrom April our prices rise by 3 %.\n\nAsha");
        await Expect(asha.Locator(".version").First).ToContainTextAsync("Restored from version 2");
        Assert.Equal(4, (await stack.Client.PostAsync("/topic/getTopic", new { id = topic.Id }, topic.Owner.Token)).Item["version"]!.GetValue<int>());
    }

    [Fact]
    public async Task ASuggestionIsComparedAndAcceptedAndAnOldOneGoesIntoTheEditor()
    {
        var (_, _, asha, ben) = await OpenAsync("suggest");
        foreach (var text in new[] { "Dear Maria,\n\nfrom April our prices rise by 3 %.\n\nAsha", "Dear Maria,\n\nour prices rise by 3 %, alas.\n\nAsha" })
        {
            await ben.GetByLabel("Text", new() { Exact = true }).FillAsync(text);
            await ben.GetByRole(AriaRole.Button, new() { Name = "Suggest it" }).ClickAsync();
            await ben.GetByLabel("Why").FillAsync("It is clearer.");
            await ben.GetByRole(AriaRole.Button, new() { Name = "Suggest", Exact = true }).ClickAsync();
            await Expect(ben.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            await Expect(ben.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync(Draft);
        }

        var open = asha.Locator(".suggestion");
        await Expect(open).ToHaveCountAsync(2);
        await Expect(open.Nth(1)).ToContainTextAsync("It is clearer.");
        await Expect(open.Nth(1).Locator("ins")).ToContainTextAsync("from April");
        await open.Nth(1).GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();

        await Expect(asha.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync("Dear Maria,\n\nfrom April our prices rise by 3 %.\n\nAsha");
        await Expect(ben.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync("Dear Maria,\n\nfrom April our prices rise by 3 %.\n\nAsha");
        await Expect(asha.GetByText("The draft has changed since.")).ToBeVisibleAsync();
        await asha.GetByRole(AriaRole.Button, new() { Name = "Put it into the editor" }).ClickAsync();
        await Expect(asha.GetByLabel("Text", new() { Exact = true })).ToHaveValueAsync("Dear Maria,\n\nour prices rise by 3 %, alas.\n\nAsha");
        await ben.GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await Expect(asha.GetByText("There are none.")).ToBeVisibleAsync();
        await asha.GetByText("Decided ones").ClickAsync();
        await Expect(asha.Locator(".suggestion")).ToHaveTextAsync([new Regex("Withdrawn"), new Regex("Accepted")]);
    }

    [Fact]
    public async Task ADraftLeavesOnceThoseWhoWereAskedHaveApproved()
    {
        await using var mail = await MailServer.StartAsync();
        var stack = await OwnStackAsync(
            ("Mail__Host", "127.0.0.1"), ("Mail__Port", mail.Port.ToString(CultureInfo.InvariantCulture)), ("Mail__Security", "None"), ("Mail__From", "no-reply@chaturmail.example"));
        var (_, _, asha, ben) = await OpenAsync("approve", on: stack);
        await asha.GetByRole(AriaRole.Button, new() { Name = "Ask for approval" }).ClickAsync();
        await asha.GetByRole(AriaRole.Button, new() { Name = "Ask them" }).ClickAsync();
        await Expect(asha.GetByText("Choose 1 to 10 members.")).ToBeVisibleAsync();
        await asha.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Checkbox).Nth(1).CheckAsync();
        await asha.GetByRole(AriaRole.Button, new() { Name = "Ask them" }).ClickAsync();
        await Expect(asha.GetByText("Not everybody who was asked has approved this draft.")).ToBeVisibleAsync();

        await ben.GetByRole(AriaRole.Button, new() { Name = "Reject" }).ClickAsync();
        await ben.GetByLabel("Note").FillAsync("Not before March.");
        await ben.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Reject" }).ClickAsync();
        await Expect(asha.GetByText("Not before March.")).ToBeVisibleAsync();
        await ben.GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await ben.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();

        await asha.GetByRole(AriaRole.Button, new() { Name = "Send version 1" }).ClickAsync();
        await asha.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();

        Assert.Equal("Our prices", (await mail.NextAsync()).Subject);
        await Expect(asha.Locator("h1 + .badges")).ToContainTextAsync("Sent");
        await Expect(asha.GetByRole(AriaRole.Button, new() { Name = "Send version 1" })).ToHaveCountAsync(0);
        Assert.False(mail.HasMore);
    }

    [Fact]
    public async Task AnEmailThatIsWrittenForTheTopicBecomesItsNextVersion()
    {
        var (stack, topic, asha, _) = await OpenAsync("written", saved: false);
        await stack.Client.PostAsync(
            "/email/generateEmail", new { subject = "From the history", keywords = "prices", promptId = "1", toEmail = "maria.lopez@northwind.example" }, topic.Owner.Token);
        await asha.GetByRole(AriaRole.Button, new() { Name = "Take an email" }).ClickAsync();
        await asha.GetByRole(AriaRole.Button, new() { Name = "From the history" }).ClickAsync();
        await Expect(asha.GetByLabel("Subject")).ToHaveValueAsync("From the history");

        await asha.GetByRole(AriaRole.Link, new() { Name = "Have it written" }).ClickAsync();
        await Expect(asha.GetByText("You are writing for the topic “Prices”.")).ToBeVisibleAsync();
        await asha.GotoAsync("/#/write/1");
        await asha.GetByLabel("Subject").FillAsync("Just written");
        await asha.GetByLabel("Keywords", new() { Exact = true }).FillAsync("prices,");
        await asha.GetByLabel("Recipient", new() { Exact = true }).FillAsync("maria.lopez@northwind.example");
        await asha.Keyboard.PressAsync("Control+Enter");
        await asha.GetByRole(AriaRole.Link, new() { Name = "Use it in the topic" }).ClickAsync();

        await Expect(asha).ToHaveURLAsync(new Regex($"#/topic/{topic.Id}$"));
        await Expect(asha.GetByLabel("Subject")).ToHaveValueAsync("Just written");
        await Expect(asha.GetByRole(AriaRole.Button, new() { Name = "Save as version 3" })).ToBeVisibleAsync();
        await asha.GotoAsync("/#/write");
        await Expect(asha.GetByText("You are writing for the topic")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task WhoIsRemovedFromThePartySeesItsTopicNoMore()
    {
        var (stack, topic, _, ben) = await OpenAsync("removed");
        ExpectProblem("status of 404");
        await stack.Client.PostAsync("/party/removeMember", new { id = topic.Party, userId = topic.Member.Uid }, topic.Owner.Token);
        await ben.ReloadAsync();
        await Expect(ben.GetByText("This topic does not exist, or you are not in its party.")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task EveryPageOfPartiesIsAccessible(ColorScheme theme)
    {
        var stack = await StackAsync();
        var (topic, page) = (await MakeAsync(stack, "accessible-" + theme, saved: true), await NewPageAsync(stack, width: 360, height: 780, theme: theme));
        await stack.SignInAsync(page, topic.Owner.Email);
        await stack.Client.PostAsync("/topic/suggestChange", new { id = topic.Id, version = 1, text = "Dear Maria,\n\nour prices rise.", note = "Shorter." }, topic.Member.Token);
        await stack.Client.PostAsync("/topic/requestApproval", new { id = topic.Id, version = 1, approvers = new[] { topic.Owner.Uid, topic.Member.Uid } }, topic.Owner.Token);
        var invite = (await stack.Client.PostAsync("/party/createInvite", new { id = topic.Party, uses = 2 }, topic.Owner.Token)).Text("token");
        foreach (var (route, ready) in new[] { ("parties", ".party"), ($"parties/{topic.Party}", ".topic-link"), ($"topic/{topic.Id}", ".suggestion"), ($"join/{invite}", ".invitation") })
        {
            await page.GotoAsync("/#/" + route);
            await Expect(page.Locator(ready).First).ToBeVisibleAsync();
            await Axe.ExpectNoViolationAsync(page);
        }

        if (theme == ColorScheme.Dark) return;
        foreach (var (route, name, ready) in new[] { ($"parties/{topic.Party}", "party", ".topic-link"), ($"topic/{topic.Id}", "topic", ".suggestion"), ($"join/{invite}", "join", ".invitation") })
            await Screenshots.TakeAsync(page, "/#/" + route, name, now => Expect(now.Locator(ready).First).ToBeVisibleAsync(), fullPage: true);
    }

    private sealed record Scene(string Id, string Party, WebSession Owner, WebSession Member);

    [Fact]
    public async Task EmailsAndDraftsAreTranslatedBesideTheOriginal()
    {
        var (stack, topic, page, _) = await OpenAsync("translated");
        const string Failed = """{"id":"1","language":"de","state":"failed","original":"","text":null,"source":null,"code":"translation_unavailable"}""";
        var answer = $$"""{"status":1,"message":"","payload":[{"language":"de","subject":{{Failed}},"body":{{Failed}}}]}""";
        await page.RouteAsync("**/translation/translate*", route => route.FulfillAsync(new() { ContentType = "application/json", Body = answer }));
        await page.GetByRole(AriaRole.Button, new() { Name = "Read translated" }).ClickAsync();
        await Expect(page.GetByText("This server has no language model that could translate.")).ToBeVisibleAsync();

        static string Said(string text) => $$"""{"id":"1","language":"de","state":"translated","original":"","text":"{{text}}","source":"en"}""";
        answer = $$"""{"status":1,"message":"","payload":[{"language":"de","subject":{{Said("Unsere Preise")}},"body":{{Said("Liebe Maria")}}}]}""";
        var email = (await stack.Client.PostAsync("/email/generateEmail", ApiClient.Leave, topic.Owner.Token)).Text("id");
        foreach (var (address, original) in new[] { ("/#/topic/" + topic.Id, page.GetByLabel("Text", new() { Exact = true })), ("/#/email/" + email, page.Locator("article.email > div > .email-text")) })
        {
            await page.GotoAsync(address);
            await Expect(original).ToBeVisibleAsync();
            // Of an email it stands among what is asked for rarely.
            if (address.Contains("/email/", StringComparison.Ordinal)) await page.GetByRole(AriaRole.Button, new() { Name = "More", Exact = true }).ClickAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Read translated" }).ClickAsync();
            await Expect(page.Locator(".translation [lang=de]")).ToContainTextAsync("Liebe Maria");
            await Expect(original).ToBeVisibleAsync();
            await page.GetByRole(AriaRole.Button, new() { Name = "Original only" }).ClickAsync();
            await Expect(page.Locator(".translation [lang=de]")).ToBeHiddenAsync();
        }
    }

    /// <summary>A topic of a party of two, open in the browsers of both.</summary>
    private async Task<(WebStack Stack, Scene Topic, IPage Owner, IPage Member)> OpenAsync(string name, bool saved = true, WebStack? on = null)
    {
        var stack = on ?? await StackAsync();
        var topic = await MakeAsync(stack, name, saved);
        var (owner, member) = (await NewPageAsync(stack), await NewPageAsync(stack));
        foreach (var (page, session) in new[] { (owner, topic.Owner), (member, topic.Member) })
        {
            await stack.SignInAsync(page, session.Email);
            await page.GotoAsync("/#/topic/" + topic.Id);
            await Expect(page.GetByLabel("Text", new() { Exact = true })).ToBeVisibleAsync();
        }

        return (stack, topic, owner, member);
    }

    private static async Task<Scene> MakeAsync(WebStack stack, string name, bool saved)
    {
        var (owner, member) = (await stack.SessionAsync($"topic-asha-{name}@example.com"), await stack.SessionAsync($"topic-ben-{name}@example.com"));
        var party = await Parties.MakeAsync(stack.Client, owner.Token, member.Token);
        var id = (await stack.Client.PostAsync("/topic/createTopic", new { partyId = party, title = "Prices" }, owner.Token)).Text("id");
        if (saved)
            Assert.Equal(200, (await stack.Client.PostAsync(
                "/topic/saveDraft", new { id, version = 0, toEmail = "maria.lopez@northwind.example", subject = "Our prices", text = Draft }, owner.Token)).HttpStatus);
        return new Scene(id, party, owner, member);
    }
}
