using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>Templates of the user's own, in the browser.</summary>
public sealed class OwnPromptEditorTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    [Fact]
    public async Task ATemplateIsWrittenChangedUsedAndDeleted()
    {
        var (stack, page, session) = await OpenAsync("prompts-1@example.com");
        await page.GotoAsync("/#/prompts");
        await Expect(page.GetByText("You have no templates of your own yet.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "New template" }).ClickAsync();
        await page.GetByLabel("Title").FillAsync("Dunning letter");
        await page.GetByLabel("What the email should be like").FillAsync("Ask {client} to pay {invoice number}. {Client} knows {wofür}.");

        // What is in braces is declared by itself, once whatever its case; what is no name is said to be none.
        await Expect(page.Locator(".found .badge")).ToHaveTextAsync(["client", "invoice number"]);
        await Expect(page.Locator(".found")).ToContainTextAsync("{wofür} stays as it is");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Dunning letter" })).ToBeVisibleAsync();
        var saved = await SavedAsync();
        Assert.Equal(["client", "invoice number"], saved["placeholders"]!.AsArray().Select(name => name!.GetValue<string>()));

        await page.GetByRole(AriaRole.Link, new() { Name = "Change: Dunning letter" }).ClickAsync();
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync("Dunning letter");
        await page.GetByLabel("Title").FillAsync("Reminder");
        await page.GetByText("Example", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Subject of the example").FillAsync("Invoice 2041");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        // An example that was begun is to be finished.
        await Expect(page.GetByLabel("Keywords of the example")).ToBeFocusedAsync();
        await page.GetByLabel("Keywords of the example").FillAsync("due 3 March, 1,250 EUR");
        await page.GetByLabel("Email of the example").FillAsync("Hello,\n\nour invoice was due.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Reminder" })).ToBeVisibleAsync();
        Assert.Equal("Invoice 2041", (await SavedAsync())["example"]!["subject"]!.GetValue<string>());

        await page.GetByRole(AriaRole.Link, new() { Name = "Use it: Reminder" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"#/write/{saved["id"]!.GetValue<string>()}$"));
        await page.GotoAsync("/#/prompts");
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete: Reminder" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByText("You have no templates of your own yet.")).ToBeVisibleAsync();
        Assert.Null((await stack.Client.PostAsync("/prompt/getMyPrompts", new { }, session.Token)).Payload);

        async Task<JsonObject> SavedAsync() => (await stack.Client.PostAsync("/prompt/getMyPrompts", new { }, session.Token)).Item;
    }

    [Fact]
    public async Task WhatIsTypedIsThereAfterAReloadUntilItIsSavedOrDiscarded()
    {
        var (_, page, _) = await OpenAsync("prompts-2@example.com");
        await page.GotoAsync("/#/prompts/new");
        await page.GetByLabel("Title").FillAsync("Half a template");
        await page.GetByText("Example", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Recipient of the example").FillAsync("accounts@northwind.example");

        await page.ReloadAsync();
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync("Half a template");
        await Expect(page.GetByLabel("Recipient of the example")).ToHaveValueAsync("accounts@northwind.example");
        await page.GotoAsync("/#/prompts");
        await page.GetByRole(AriaRole.Link, new() { Name = "Go on with it" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard them" }).ClickAsync();

        await Expect(page.GetByLabel("Title")).ToHaveValueAsync("");
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync("");
    }

    [Fact]
    public async Task WhatTheServerRefusesIsSaidAtItsFieldAndStays()
    {
        var (_, page, _) = await OpenAsync("prompts-3@example.com");
        ExpectProblem("status of 400");
        await page.GotoAsync("/#/prompts/new");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByLabel("Title")).ToBeFocusedAsync();
        await Expect(page.GetByText("Please fill this in.").First).ToBeVisibleAsync();
        await page.GetByLabel("Title").FillAsync("A bell");
        await page.GetByLabel("What the email should be like").FillAsync(string.Concat(Enumerable.Range(1, 11).Select(i => $"{{n{i}}} ")));
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.Locator(".field").GetByText("At most 10 different names in braces.")).ToBeVisibleAsync();

        await page.GetByLabel("What the email should be like").FillAsync("Ring the \u0007 bell");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();

        await Expect(page.Locator(".field").GetByText("Something in the form is not right.")).ToBeVisibleAsync();
        await Expect(page.GetByLabel("What the email should be like")).ToBeFocusedAsync();
        await Expect(page.GetByLabel("Title")).ToHaveValueAsync("A bell");
    }

    private async Task<(WebStack Stack, IPage Page, WebSession Session)> OpenAsync(string email)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        return (stack, page, await stack.SignInAsync(page, email));
    }
}
