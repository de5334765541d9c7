using System.Globalization;
using System.Text.Json.Nodes;
using ChaturMail.Tests.Support;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>What happens while something else is under way, and what is not on the screen.</summary>
public sealed partial class MessagesTests
{
    [Fact]
    public async Task EnterTwiceWhileAPictureIsUploadedSendsOneMessage()
    {
        var (stack, asha, priya) = await TwoAsync("twice");
        var id = await stack.DirectAsync(asha, priya);
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mine = await OpenAsync(stack, asha, id, page => page.RouteAsync("**/*", async route =>
        {
            if (route.Request.Method == "PUT") await held.Task;
            await route.FallbackAsync();
        }));
        await mine.Locator(".composer input[type=file]").SetInputFilesAsync(new FilePayload { Name = "IMG_1.jpg", MimeType = "image/jpeg", Buffer = Pictures.Read("photo.jpg") });
        await Composer(mine).FillAsync("Look");
        await Composer(mine).PressAsync("Enter");
        await Composer(mine).PressAsync("Enter");
        await Composer(mine).PressSequentiallyAsync("!");
        held.SetResult();
        await Expect(Message(mine, "Look").Locator(".state")).ToHaveTextAsync("Sent");
        await Expect(Composer(mine)).ToHaveValueAsync("");
        await SendAsync(mine, "Next");
        await Expect(Message(mine, "Next").Locator(".state")).ToHaveTextAsync("Sent");

        Assert.Equal(["Look", "Next"], (await stack.MessagesAsync(asha, id)).Select(message => message["text"]!.GetValue<string>()));
    }

    [Fact]
    public async Task WhatIsSaidWhileAConversationOpensIsShown()
    {
        var (stack, asha, priya) = await TwoAsync("opening");
        var id = await stack.DirectAsync(asha, priya);
        await stack.SayAsync(priya, id, "Before");
        var held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mine = await NewPageAsync(stack);
        await stack.SignInAsync(mine, asha.Email);
        await mine.RouteAsync("**/user/getPreferences", async route => { await held.Task; await route.ContinueAsync(); });
        await mine.RunAndWaitForResponseAsync(() => mine.GotoAsync("/#/messages/" + id), response => response.Url.EndsWith("/message/getMessages", StringComparison.Ordinal));
        await Expect(mine.Locator("#nav").GetByRole(AriaRole.Link, new() { Name = "Messages 1 unread" })).ToBeVisibleAsync();
        await stack.SayAsync(priya, id, "Meanwhile");
        await Expect(mine.Locator("#nav").GetByRole(AriaRole.Link, new() { Name = "Messages 2 unread" })).ToBeVisibleAsync();
        held.SetResult();

        await Expect(Message(mine, "Before")).ToBeVisibleAsync();
        await Expect(Message(mine, "Meanwhile")).ToBeVisibleAsync();
        await Expect(mine.Locator("#nav .count")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task OnlyWhatStandsOnTheScreenCountsAsSeen()
    {
        var (stack, asha, priya) = await TwoAsync("below");
        var party = (await stack.Client.PostAsync("/party/getParties", new { }, asha.Token)).Text("id");
        var made = (await stack.Client.PostAsync("/topic/createTopic", new { partyId = party, title = "Prices" }, asha.Token)).Text("id");
        var topic = (await stack.Client.PostAsync("/topic/getTopic", new { id = made }, asha.Token)).Item;
        var mine = await NewPageAsync(stack, 360, 740);
        await stack.SignInAsync(mine, asha.Email);
        await mine.GotoAsync("/#/topic/" + made);
        await Expect(Composer(mine)).ToBeVisibleAsync();
        await stack.SayAsync(priya, topic["conversationId"]!.GetValue<string>(), "Too dear?");
        await Expect(Message(mine, "Too dear?")).ToHaveCountAsync(1);
        await Expect(mine.Locator("#nav .count")).ToBeVisibleAsync();

        await Composer(mine).ScrollIntoViewIfNeededAsync();
        await Expect(mine.Locator("#nav .count")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task AnEditedMessageIsReadOnceItIsSeen()
    {
        var (stack, asha, priya) = await TwoAsync("edited");
        var id = await stack.DirectAsync(asha, priya);
        await stack.SayAsync(priya, id, "Helo");
        var message = Assert.Single(await stack.MessagesAsync(priya, id))["id"]!.GetValue<string>();
        Assert.Equal(200, (await stack.Client.PostAsync("/message/editMessage", new { id = message, text = "Hello" }, priya.Token)).HttpStatus);

        var mine = await OpenAsync(stack, asha, id);

        await Expect(Message(mine, "Hello")).ToBeVisibleAsync();
        await Expect(mine.Locator("#nav .count")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task AJumpThatFailsLeavesWhatIsShown()
    {
        var (stack, asha, priya) = await TwoAsync("jump");
        var id = await stack.DirectAsync(asha, priya);
        for (var number = 1; number <= 60; number++) await stack.SayAsync(priya, id, $"Message {number} of many");
        var first = (await stack.MessagesAsync(asha, id))[0]["id"]!.GetValue<string>();
        Assert.Equal(200, (await stack.Client.PostAsync(
            "/message/sendMessage", new { conversationId = id, clientId = "answer", text = "An answer", replyTo = first }, asha.Token)).HttpStatus);
        await stack.Client.PostAsync("/conversation/acknowledge", new { conversationId = id, delivered = 61, seen = 61 }, asha.Token);
        var mine = await OpenAsync(stack, asha, id);
        await Expect(mine.Locator(".quote")).ToContainTextAsync("Message 1 of many");
        ExpectProblem("ERR_FAILED");
        await mine.RouteAsync("**/message/getMessages", route => route.AbortAsync());
        await mine.Locator(".quote").ClickAsync();

        await Expect(mine.GetByText("The server cannot be reached.").First).ToBeVisibleAsync();
        await Expect(Message(mine, "Message 60 of many")).ToHaveCountAsync(1);
        await mine.UnrouteAllAsync();
        await mine.Locator(".quote").ClickAsync();
        await Expect(Message(mine, "Message 1 of many")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task AMessageIsScheduledFromWhereItIsWritten()
    {
        var (stack, asha, priya) = await TwoAsync("later");
        var id = await stack.DirectAsync(asha, priya);
        var mine = await OpenAsync(stack, asha, id);
        await Composer(mine).FillAsync("Happy new year!");
        await mine.GetByRole(AriaRole.Button, new() { Name = "Send later" }).ClickAsync();
        var dialog = mine.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Date").FillAsync(TimeProvider.System.GetUtcNow().AddDays(3).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await Expect(dialog).ToHaveCountAsync(0);
        await Expect(Composer(mine)).ToHaveValueAsync("");

        var schedule = (await stack.Client.PostAsync("/schedule/getSchedules", new { }, asha.Token)).Item;
        Assert.Equal(("message", "Happy new year!", id), (schedule["kind"]!.GetValue<string>(), schedule["text"]!.GetValue<string>(), schedule["conversationId"]!.GetValue<string>()));
    }

    [Fact]
    public async Task SomebodyWithoutANameCanBeWrittenTo()
    {
        var (stack, asha, _) = await TwoAsync("nameless");
        var mine = await NewPageAsync(stack);
        await stack.SignInAsync(mine, asha.Email);
        await mine.RouteAsync("**/party/getParties", async route =>
        {
            var answer = JsonNode.Parse(await (await route.FetchAsync()).TextAsync())!;
            foreach (var member in answer["payload"]![0]!["members"]!.AsArray()) member!["name"] = "";
            await route.FulfillAsync(new() { ContentType = "application/json", Body = answer.ToJsonString() });
        });
        await mine.GotoAsync("/#/messages/new");
        await mine.GetByLabel("Somebody without a name").CheckAsync();
        await mine.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();
        await Expect(Composer(mine)).ToBeVisibleAsync();
    }
}
