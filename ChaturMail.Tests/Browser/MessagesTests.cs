using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>People write to each other in the web app: at once where they are connected, and without loss where they are not.</summary>
public sealed partial class MessagesTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    [Fact]
    public async Task TwoPeopleTalkAtOnceAndSeeHowFarAMessageHasCome()
    {
        var (stack, asha, priya) = await TwoAsync("talk");
        var id = await stack.DirectAsync(asha, priya);
        var (mine, hers) = (await OpenAsync(stack, asha, id), await OpenAsync(stack, priya, id));
        await Expect(mine.GetByRole(AriaRole.Heading, new() { Name = "Priya Talk", Level = 1 })).ToBeVisibleAsync();
        await Expect(mine.Locator(".chat-head")).ToContainTextAsync("online");

        await Composer(mine).PressSequentiallyAsync("Is the offer ready?");
        await Expect(hers.Locator(".typing")).ToHaveTextAsync("Asha Talk is typing …");
        await mine.Keyboard.PressAsync("Enter");
        await Expect(Message(hers, "Is the offer ready?")).ToBeVisibleAsync();
        await Expect(Message(mine, "Is the offer ready?").Locator(".state")).ToHaveTextAsync("Seen");
        await Expect(Composer(mine)).ToHaveValueAsync("");

        await ActAsync(Message(hers, "Is the offer ready?"), "Reply");
        await SendAsync(hers, "Tomorrow.");
        await Expect(Message(mine, "Tomorrow.").Locator(".quote")).ToContainTextAsync("Is the offer ready?");

        await Composer(mine).PressAsync("ArrowUp");
        await Expect(Composer(mine)).ToHaveValueAsync("Is the offer ready?");
        await SendAsync(mine, "Is the new offer ready?");
        await Expect(Message(hers, "Is the new offer ready?")).ToContainTextAsync("edited");
        await Expect(hers.Locator(".quote")).ToContainTextAsync("new offer");

        await ActAsync(Message(hers, "Tomorrow."), "Delete");
        await hers.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(mine.GetByRole(AriaRole.Log).GetByText("This message was deleted.")).ToBeVisibleAsync();
        await Expect(mine.GetByRole(AriaRole.Log).GetByText("Tomorrow.")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task WhatIsWrittenAndMissedWithoutAConnectionArrivesOnce()
    {
        ExpectProblem("ERR_INTERNET_DISCONNECTED|ERR_FAILED|ERR_CONNECTION|WebSocket");
        var (stack, asha, priya) = await TwoAsync("apart");
        var id = await stack.DirectAsync(asha, priya);
        var mine = await OpenAsync(stack, asha, id);
        await SendAsync(mine, "With a connection");
        await Expect(Message(mine, "With a connection").Locator(".state")).ToHaveTextAsync("Sent");

        await mine.Context.SetOfflineAsync(true);
        await stack.Client.PostAsync("/conversation/acknowledge", new { conversationId = id, delivered = 1, seen = 1 }, priya.Token);
        await SendAsync(mine, "First without");
        await SendAsync(mine, "Second without");
        await Expect(Message(mine, "Second without")).ToContainTextAsync("Waits to be sent");
        for (var number = 1; number <= 3; number++) await stack.SayAsync(priya, id, $"Missed {number}");
        await mine.Context.SetOfflineAsync(false);

        await Expect(Message(mine, "Second without").Locator(".state")).ToHaveTextAsync("Sent");
        await Expect(Message(mine, "Missed 3")).ToBeVisibleAsync();
        // How far it had come was told while nobody was there to hear it.
        await Expect(Message(mine, "With a connection").Locator(".state")).ToHaveTextAsync("Seen");
        string[] said = ["With a connection", "Missed 1", "Missed 2", "Missed 3", "First without", "Second without"];
        await Expect(mine.Locator(".message .text")).ToHaveTextAsync(said);
        Assert.Equal(said, (await stack.MessagesAsync(asha, id)).Select(message => message["text"]!.GetValue<string>()));

        // The server stores one whose answer is lost, and is asked again.
        var lost = 0;
        await mine.AddInitScriptAsync("WebSocket = class { constructor() { throw new Error('Not here.') } }");
        await mine.ReloadAsync();
        await mine.RouteAsync("**/message/sendMessage", async route =>
        {
            if (lost++ > 0) await route.ContinueAsync();
            else
            {
                await route.FetchAsync();
                await route.AbortAsync();
            }
        });
        await SendAsync(mine, "Answer lost");
        await Expect(Message(mine, "Answer lost").Locator(".state")).ToHaveTextAsync("Sent");
        Assert.Equal(2, lost);
        Assert.Single(await stack.MessagesAsync(asha, id), message => message["text"]!.GetValue<string>() == "Answer lost");

        // Nor are WebSockets needed to be told.
        await stack.SayAsync(priya, id, "Told without a socket");
        await Expect(Message(mine, "Told without a socket")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task WhatTheServerRefusesWaitsForTheUserAndDraftsStayInTheirConversations()
    {
        var (stack, asha, priya) = await TwoAsync("drafts");
        var (id, group) = (await stack.DirectAsync(asha, priya), await stack.GroupAsync(asha, "Drafts", priya));
        var mine = await OpenAsync(stack, asha, id);
        await Composer(mine).FillAsync("Half a sentence");
        await mine.GotoAsync("/#/messages/" + group);
        await Expect(mine.GetByRole(AriaRole.Heading, new() { Name = "Drafts" })).ToBeVisibleAsync();
        await Expect(Composer(mine)).ToHaveValueAsync("");
        await mine.GotoAsync("/#/messages/" + id);
        await mine.ReloadAsync();
        await Expect(Composer(mine)).ToHaveValueAsync("Half a sentence");

        await mine.EvaluateAsync("""
            ([uid, conversationId]) => localStorage.setItem(`chaturmail.${uid}.draft.outbox`, JSON.stringify([
              { clientId: 'refused', conversationId, text: 'Refused', replyTo: null, mentions: [], attachments: ['ffffffffffffffffffffffff'], createdOn: Date.now() },
              { clientId: 'after-it', conversationId, text: 'After it', replyTo: null, mentions: [], attachments: [], createdOn: Date.now() }]))
            """, new[] { asha.Uid, id });
        ExpectProblem("status of 404");
        await mine.ReloadAsync();
        var refused = Message(mine, "Refused");
        await Expect(refused).ToContainTextAsync("This was not sent. This picture is not there any more.");
        await Expect(Message(mine, "After it").Locator(".state")).ToHaveTextAsync("Sent");
        await refused.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();
        await Expect(refused).ToHaveCountAsync(0);
        Assert.Single(await stack.MessagesAsync(asha, id));
    }

    [Fact]
    public async Task ALongHistoryIsReadUpwardsAndKeepsItsPlace()
    {
        var (stack, asha, priya) = await TwoAsync("history");
        var id = await stack.DirectAsync(asha, priya);
        for (var number = 1; number <= 120; number++) await stack.SayAsync(priya, id, $"Message {number} of many");
        await stack.Client.PostAsync("/conversation/acknowledge", new { conversationId = id, delivered = 120, seen = 110 }, asha.Token);

        var mine = await NewPageAsync(stack);
        await stack.SignInAsync(mine, asha.Email);
        await mine.GotoAsync("/#/write");
        await Expect(mine.Locator("#nav").GetByRole(AriaRole.Link, new() { Name = "Messages 10 unread" })).ToBeVisibleAsync();
        await Expect(mine).ToHaveTitleAsync(new Regex(@"^\(10\) "));
        await mine.GotoAsync("/#/messages");
        await Expect(mine.Locator(".conversations .last")).ToHaveTextAsync("Message 120 of many");
        await mine.Locator(".conversations a").ClickAsync();
        await Expect(mine.Locator(".divider")).ToHaveTextAsync("New messages");
        await Expect(mine.Locator(".divider + .message")).ToContainTextAsync("Message 111 of many");
        await mine.GetByRole(AriaRole.Button, new() { Name = "To the newest" }).ClickAsync();
        await Expect(Message(mine, "Message 120 of many")).ToBeInViewportAsync();
        await Expect(mine.Locator("#nav .count")).ToBeHiddenAsync();

        var log = mine.GetByRole(AriaRole.Log);
        await Expect(Message(mine, "Message 71 of many")).ToHaveCountAsync(1);
        var moved = await log.EvaluateAsync<double>("""
            async log => {
              const [first, read] = log.querySelectorAll('.message')
              log.scrollTop = 300
              const before = read.getBoundingClientRect().top
              while (log.querySelector('.message') === first) await new Promise(requestAnimationFrame)
              await new Promise(requestAnimationFrame)
              return Math.abs(read.getBoundingClientRect().top - before)
            }
            """);
        Assert.InRange(moved, 0, 2);
        await Expect(Message(mine, "Message 21 of many")).ToHaveCountAsync(1);

        // Who reads above is not moved when something new comes.
        var top = await log.EvaluateAsync<double>("log => log.scrollTop");
        await stack.SayAsync(priya, id, "While you read");
        await Expect(mine.GetByRole(AriaRole.Button, new() { Name = "1 new message" })).ToBeVisibleAsync();
        Assert.Equal(top, await log.EvaluateAsync<double>("log => log.scrollTop"));

        await mine.GetByLabel("Search in messages").FillAsync("message 5 of");
        await mine.Locator(".hit").ClickAsync();
        await Expect(Message(mine, "Message 5 of many")).ToBeFocusedAsync();
        await Expect(Message(mine, "Message 5 of many")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task AGroupIsMadeNamedJoinedAndLeft()
    {
        var (stack, asha, priya) = await TwoAsync("group");
        await stack.DirectAsync(asha, priya);
        var (mine, hers) = (await NewPageAsync(stack, 360, 740), await NewPageAsync(stack));
        await stack.SignInAsync(mine, asha.Email);
        await stack.SignInAsync(hers, priya.Email);
        await hers.GotoAsync("/#/messages");
        await mine.GotoAsync("/#/messages");
        await mine.GetByRole(AriaRole.Link, new() { Name = "New conversation" }).ClickAsync();
        await mine.GetByLabel("Priya Group").CheckAsync();
        await mine.GetByLabel("As a group").CheckAsync();
        await mine.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Expect(mine.GetByText("Give the group a name.")).ToBeVisibleAsync();
        await mine.GetByLabel("Name of the group").FillAsync("Spring offer");
        await mine.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Expect(mine.GetByRole(AriaRole.Heading, new() { Name = "Spring offer" })).ToBeVisibleAsync();

        await Composer(mine).PressSequentiallyAsync("Ask @pri");
        await mine.GetByRole(AriaRole.Group, new() { Name = "Mention somebody" }).GetByRole(AriaRole.Button).ClickAsync();
        await SendAsync(mine, null);
        await hers.GetByRole(AriaRole.Link, new() { Name = "Spring offer" }).ClickAsync();
        await Expect(hers.Locator(".mention")).ToHaveTextAsync("@Priya Group");
        await Expect(mine.Locator(".message .state")).ToHaveTextAsync("Seen");
        await ActAsync(mine.Locator(".message"), "Who has seen it");
        await Expect(mine.GetByRole(AriaRole.Dialog)).ToContainTextAsync(new Regex("Priya Group.*Seen"));
        await mine.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await mine.GetByRole(AriaRole.Link, new() { Name = "Group", Exact = true }).ClickAsync();
        await mine.GetByLabel("Name of the group").FillAsync("Summer offer");
        await mine.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(hers.GetByRole(AriaRole.Heading, new() { Name = "Summer offer" })).ToBeVisibleAsync();
        await mine.GetByRole(AriaRole.Button, new() { Name = "Make admin: Priya Group" }).ClickAsync();
        await Expect(mine.GetByRole(AriaRole.Button, new() { Name = "Take admin rights away: Priya Group" })).ToBeVisibleAsync();
        // Who is told that a conversation changed asks for it, and by the answer knows that it is theirs no more.
        ExpectProblem("status of 404");
        await mine.GetByRole(AriaRole.Button, new() { Name = "Leave the group" }).ClickAsync();
        await mine.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Leave the group" }).ClickAsync();
        await Expect(mine.Locator(".conversations a")).ToHaveCountAsync(1);
        await Expect(hers.Locator(".chat-head")).ToContainTextAsync("1 member");
    }

    [Fact]
    public async Task APictureIsDescribedUploadedAndSeenByTheOther()
    {
        var (stack, asha, priya) = await TwoAsync("picture");
        var id = await stack.DirectAsync(asha, priya);
        var (mine, hers) = (await OpenAsync(stack, asha, id), await OpenAsync(stack, priya, id));
        FilePayload[] files = [new() { Name = "notes.txt", MimeType = "text/plain", Buffer = [1] }, new() { Name = "IMG_1.jpg", MimeType = "image/jpeg", Buffer = Pictures.Read("photo.jpg") }];
        await mine.Locator(".composer input[type=file]").SetInputFilesAsync(files);
        await Expect(mine.GetByText("choose an undamaged picture")).ToBeVisibleAsync();
        await mine.GetByRole(AriaRole.Button, new() { Name = "Remove the picture notes" }).ClickAsync();
        await mine.GetByLabel("What the picture shows").FillAsync("Our garden");
        await SendAsync(mine, "Look");

        var picture = hers.GetByRole(AriaRole.Img, new() { Name = "Picture: Our garden" });
        await Expect(picture).ToBeVisibleAsync();
        Assert.True(await picture.EvaluateAsync<bool>("image => image.decode().then(() => image.naturalWidth > 0)"));
        // An address is good for a minute: one that is too old is renewed.
        await picture.EvaluateAsync("image => { image.src = image.src.replace(/signature=[^&]*/, 'signature=old') }");
        ExpectProblem("status of 403|status of 404");
        await Expect(hers.GetByRole(AriaRole.Img, new() { Name = "Picture: Our garden" })).Not.ToHaveAttributeAsync("src", new Regex("signature=old"));
        await hers.GetByRole(AriaRole.Button, new() { Name = "Picture: Our garden" }).ClickAsync();
        await Expect(hers.GetByRole(AriaRole.Dialog, new() { Name = "Our garden" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task TextStaysTextAndOnlyWebAddressesBecomeLinks()
    {
        var (stack, asha, priya) = await TwoAsync("text");
        var id = await stack.DirectAsync(asha, priya);
        await stack.SayAsync(priya, id, "<img src=x onerror=alert(1)> javascript:alert(1) data:text/html,x (https://example.com/a?b=1), http://example.com.");
        var mine = await OpenAsync(stack, asha, id);
        var text = Message(mine, "onerror").Locator(".text");
        await Expect(text).ToContainTextAsync("<img src=x onerror=alert(1)> javascript:alert(1)");
        await Expect(text.Locator("img")).ToHaveCountAsync(0);
        await Expect(text.Locator("a")).ToHaveTextAsync(["https://example.com/a?b=1", "http://example.com"]);
        await Expect(text.Locator("a").First).ToHaveAttributeAsync("rel", "noopener noreferrer");
    }

    [Fact]
    public async Task ATranslationStandsUnderTheOriginal()
    {
        var (stack, asha, priya) = await TwoAsync("translation");
        var id = await stack.DirectAsync(asha, priya);
        await stack.SayAsync(priya, id, "Bis morgen!");
        var mine = await OpenAsync(stack, asha, id, page => page.RouteAsync("**/translation/translateMessage", route => route.FulfillAsync(new()
        {
            ContentType = "application/json",
            Body = """{"status":1,"message":"","payload":[{"id":"1","language":"en","state":"translated","original":"Bis morgen!","text":"See you tomorrow!","source":"de"}]}""",
        })));
        await ActAsync(Message(mine, "Bis morgen!"), "Translate");
        var translation = Message(mine, "Bis morgen!").Locator(".translation");
        await Expect(translation).ToContainTextAsync("Translated from German");
        await Expect(translation.Locator("[lang=en]")).ToHaveTextAsync("See you tomorrow!");
        await translation.GetByRole(AriaRole.Button, new() { Name = "Original only" }).ClickAsync();
        await Expect(translation.Locator("[lang=en]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task ThePagesOfMessagesAreForEverybody()
    {
        var (stack, asha, priya) = await TwoAsync("reach");
        var (id, group) = (await stack.DirectAsync(asha, priya), await stack.GroupAsync(asha, "Spring offer", priya));
        for (var number = 0; number < 8; number++) await stack.SayAsync(number % 3 == 0 ? asha : priya, id, $"What about the price of number {number}? We should talk about it before Friday.");
        await stack.SayAsync(priya, group, "Good morning, everybody!");
        var page = await OpenAsync(stack, asha, id);
        await Screenshots.TakeAsync(page, "/#/messages", "messages", shown => Expect(shown.Locator(".conversations a")).ToHaveCountAsync(2));
        foreach (var (route, name, ready) in new[] { (id, "conversation", ".message"), (group + "/group", "group", ".people li"), ("new", "new-conversation", ".people li") })
            await Screenshots.TakeAsync(page, "/#/messages/" + route, "messages-" + name, shown => Expect(shown.Locator(ready).First).ToBeVisibleAsync());
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            foreach (var (route, ready) in new[] { ("", ".conversations a"), ("/" + id, ".message"), ($"/{group}/group", ".people li"), ("/new", ".people li") })
            {
                await page.GotoAsync("/#/messages" + route);
                await Expect(page.Locator(ready).First).ToBeVisibleAsync();
                if (ready == ".message") await page.GetByRole(AriaRole.Button, new() { Name = "Actions" }).Last.ClickAsync();
                await Axe.ExpectNoViolationAsync(page);
            }
        }
    }

    private static ILocator Composer(IPage page) => page.GetByLabel("Write a message");

    private static ILocator Message(IPage page, string text) => page.GetByRole(AriaRole.Log).Locator(".message").Filter(new() { Has = page.Locator("p.text", new() { HasText = text }) });

    private static async Task ActAsync(ILocator message, string action)
    {
        await message.GetByRole(AriaRole.Button, new() { Name = "Actions" }).ClickAsync();
        await message.Locator(".actions").GetByRole(AriaRole.Button, new() { Name = action }).ClickAsync();
    }

    private static async Task SendAsync(IPage page, string? text)
    {
        if (text is not null) await Composer(page).FillAsync(text);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send message" }).ClickAsync();
    }

    private async Task<(WebStack Stack, WebSession Asha, WebSession Priya)> TwoAsync(string name)
    {
        var stack = await StackAsync();
        var (asha, priya) = (await stack.SessionAsync($"asha.{name}@example.com"), await stack.SessionAsync($"priya.{name}@example.com"));
        var party = (await stack.Client.PostAsync("/party/createParty", new { name = "Sales" }, asha.Token)).Text("id");
        var invite = await stack.Client.PostAsync("/party/createInvite", new { id = party, uses = 1, hours = 1 }, asha.Token);
        Assert.Equal(200, (await stack.Client.PostAsync("/party/acceptInvite", new { token = invite.Text("token") }, priya.Token)).HttpStatus);
        return (stack, asha, priya);
    }

    private async Task<IPage> OpenAsync(WebStack stack, WebSession user, string conversation, Func<IPage, Task>? before = null)
    {
        var page = await NewPageAsync(stack);
        await stack.SignInAsync(page, user.Email);
        if (before is not null) await before(page);
        await page.GotoAsync("/#/messages/" + conversation);
        await Expect(Composer(page)).ToBeVisibleAsync();
        return page;
    }
}

/// <summary>What people do elsewhere while a page is open.</summary>
internal static class Elsewhere
{
    public static async Task<string> DirectAsync(this WebStack stack, WebSession user, WebSession other) =>
        (await stack.Client.PostAsync("/conversation/openDirect", new { userId = other.Uid }, user.Token)).Text("id");

    public static async Task<string> GroupAsync(this WebStack stack, WebSession user, string name, WebSession other) =>
        (await stack.Client.PostAsync("/conversation/createGroup", new { name, userIds = new[] { other.Uid } }, user.Token)).Text("id");

    public static async Task SayAsync(this WebStack stack, WebSession user, string conversationId, string text) => Assert.Equal(
        200, (await stack.Client.PostAsync("/message/sendMessage", new { conversationId, clientId = Guid.NewGuid().ToString("n"), text }, user.Token)).HttpStatus);

    public static async Task<IReadOnlyList<JsonObject>> MessagesAsync(this WebStack stack, WebSession user, string conversationId) =>
        (await stack.Client.PostAsync("/message/getMessages", new { conversationId, after = 0, limit = 100 }, user.Token)).Items;
}
