using System.Text.Json.Nodes;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>The history of the web app: pages, search, deleting with undo, files.</summary>
public sealed class HistoryTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    private const int PageSize = 20;

    [Fact]
    public async Task WhoHasWrittenNothingIsLedToWriting()
    {
        var (_, page, _) = await OpenAsync("history-none@example.com");

        await Expect(page.GetByText("Nothing here yet.")).ToBeVisibleAsync();
        await Axe.ExpectNoViolationAsync(page);
        await page.GetByRole(AriaRole.Link, new() { Name = "Write an email" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("#/write"));
    }

    [Fact]
    public async Task TheListGoesOnWhileOneScrollsAndBackLeadsToWhereOneWas()
    {
        var (_, page, _) = await OpenAsync("history-long@example.com", [.. Enumerable.Range(1, PageSize + 5).Select(i => $"Report {i}")]);
        await Expect(Items(page)).ToHaveCountAsync(PageSize);

        await Items(page).Nth(PageSize - 1).ScrollIntoViewIfNeededAsync();
        await Expect(Items(page)).ToHaveCountAsync(PageSize + 5);
        var link = Items(page).Nth(PageSize + 2).GetByRole(AriaRole.Link);
        var subject = await link.InnerTextAsync();
        await link.ClickAsync();
        await Expect(page).ToHaveTitleAsync(subject + " · ChaturMail");
        await page.GoBackAsync();

        await Expect(Items(page)).ToHaveCountAsync(PageSize + 5);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = subject, Exact = true })).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = subject, Exact = true })).ToBeInViewportAsync();
    }

    [Fact]
    public async Task ASearchFindsAndStandsInTheAddress()
    {
        var (_, page, _) = await OpenAsync("history-search@example.com", "A walk in Lisbon", "Nothing of the kind");
        await Expect(Items(page)).ToHaveCountAsync(2);

        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search your emails" }).FillAsync("LISBON");
        await Expect(Items(page)).ToHaveCountAsync(1);
        await Expect(page.Locator("mark").First).ToHaveTextAsync("Lisbon");
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "1 email found." })).ToHaveCountAsync(1);
        await page.ReloadAsync();

        await Expect(Items(page)).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Searchbox)).ToHaveValueAsync("LISBON");
        await page.GetByRole(AriaRole.Searchbox).FillAsync("Timbuktu");
        await Expect(page.GetByText("No email with “Timbuktu”.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Searchbox).FillAsync("");
        await Expect(Items(page)).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task WhatIsDeletedComesBackByUndoAndGoesForGoodWithout()
    {
        var (stack, page, session) = await OpenAsync("history-delete@example.com", "To be kept", "To be deleted");
        var delete = page.GetByRole(AriaRole.Button, new() { Name = "Delete “To be deleted”" });

        await delete.ClickAsync();
        await Expect(Items(page)).ToHaveCountAsync(1);
        Assert.Equal(2, (await stack.Client.HistoryAsync(session.Token)).Count);
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "To be deleted" })).ToBeFocusedAsync();
        await Expect(Items(page)).ToHaveCountAsync(2);

        await delete.ClickAsync();
        await page.RunAndWaitForResponseAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync(), "**/email/deleteGeneratedEmail");
        await Expect(Items(page)).ToHaveCountAsync(1);
        await page.ReloadAsync();
        await Expect(Items(page)).ToContainTextAsync("To be kept");
        Assert.Single(await stack.Client.HistoryAsync(session.Token));
    }

    [Fact]
    public async Task SeveralAreDeletedTogetherAlsoByATabThatGoesAway()
    {
        // The page that goes away does not hear that it is done, and it is asked for once more.
        ExpectProblem("status of 404");
        var (stack, page, session) = await OpenAsync("history-several@example.com", "One", "Two", "Three");
        await page.GetByRole(AriaRole.Button, new() { Name = "Select", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Select all 3 shown" }).CheckAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Select “Two”" }).UncheckAsync();
        await Axe.ExpectNoViolationAsync(page);
        await page.GetByRole(AriaRole.Group, new() { Name = "Selected emails" }).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page.GetByText("2 emails were deleted.")).ToBeVisibleAsync();
        await Expect(Items(page)).ToHaveCountAsync(1);

        await page.GotoAsync("/health");

        await Eventually.TrueAsync(async () => (await stack.Client.HistoryAsync(session.Token)).Count == 1);
        await page.GotoAsync("/#/history");
        await Expect(Items(page)).ToHaveCountAsync(1);
        await Expect(Items(page)).ToContainTextAsync("Two");
    }

    [Fact]
    public async Task WhatIsDeletedWithoutAConnectionIsDeletedWhenItIsBack()
    {
        ExpectProblem("ERR_(INTERNET_DISCONNECTED|FAILED)");
        var (stack, page, session) = await OpenAsync("history-away@example.com", "Gone later", "Stays");
        await Expect(Items(page)).ToHaveCountAsync(2);
        await page.Context.SetOfflineAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete “Gone later”" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(Items(page)).ToHaveCountAsync(1);
        Assert.Equal(2, (await stack.Client.HistoryAsync(session.Token)).Count);

        await page.Context.SetOfflineAsync(false);

        await Eventually.TrueAsync(async () => (await stack.Client.HistoryAsync(session.Token)).Count == 1);
        await Expect(Items(page)).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task EmailsBecomeATableThatNoSpreadsheetReckonsWith()
    {
        var (_, page, _) = await OpenAsync("history-export@example.com", "=SUM(A1) \"quoted\", with a comma", "Another");
        await Expect(Items(page)).ToHaveCountAsync(2);

        await page.GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "Table (CSV)" }).CheckAsync();
        await Axe.ExpectNoViolationAsync(page);
        var (name, text) = await SavedAsync(page);

        Assert.Matches(@"^chaturmail-\d{4}-\d\d-\d\d\.csv$", name);
        Assert.StartsWith("\ufeffid,createdOn,editedOn,version,template,subject,", text, StringComparison.Ordinal);
        Assert.Contains(",Request,\"'=SUM(A1) \"\"quoted\"\", with a comma\",maria.lopez@northwind.example,", text, StringComparison.Ordinal);
        Assert.EndsWith("It ends here.\"\r\n", text, StringComparison.Ordinal);
        await Expect(page.GetByText("2 emails are in the file.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task PickedEmailsBecomeAFileForProgramsOrToRead()
    {
        var (_, page, _) = await OpenAsync("history-picked@example.com", "Wanted", "Not wanted");
        await page.GetByRole(AriaRole.Button, new() { Name = "Select", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Select “Wanted”" }).CheckAsync();
        var export = page.GetByRole(AriaRole.Group, new() { Name = "Selected emails" }).GetByRole(AriaRole.Button, new() { Name = "Export" });

        await export.ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "JSON" }).CheckAsync();
        var json = JsonNode.Parse((await SavedAsync(page)).Text)!.AsArray();
        await export.ClickAsync();
        var (name, text) = await SavedAsync(page);

        Assert.Equal("Wanted", Assert.Single(json)!["subject"]!.GetValue<string>());
        Assert.EndsWith(".txt", name, StringComparison.Ordinal);
        Assert.StartsWith("Subject: Wanted\nTo: maria.lopez@northwind.example\nWritten: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Not wanted", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnExportCanBeStopped()
    {
        var (_, page, _) = await OpenAsync("history-stop@example.com", "Endless");
        await Expect(Items(page)).ToHaveCountAsync(1);
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await page.RouteAsync("**/email/getGeneratedEmails", _ => { asked.TrySetResult(); return Task.CompletedTask; });

        await page.GetByRole(AriaRole.Button, new() { Name = "Export" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save the file" }).ClickAsync();
        await asked.Task;
        await Expect(page.GetByText("0 emails read …")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(page.GetByText("in the file")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task TheHistoryLooksAsItShould()
    {
        var (stack, page, session) = await OpenAsync(
            "history-look@example.com", "Leave request for 12-16 October", "Office closed on Monday", "Handover to Priya", "Meeting moved to Thursday");
        var first = (await stack.Client.HistoryAsync(session.Token))[0]["id"]!.GetValue<string>();
        await stack.Client.PostAsync("/email/updateEmail", new { id = first, generatedEmail = "Dear Maria,\n\nmay I take leave?\n\nAsha" }, session.Token);

        await Screenshots.TakeAsync(page, "/#/history", "history", async shown => await Expect(Items(shown)).ToHaveCountAsync(4));
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            await Axe.ExpectNoViolationAsync(page);
        }
    }

    private static ILocator Items(IPage page) => page.GetByRole(AriaRole.Main).GetByRole(AriaRole.Listitem);

    private async Task<(WebStack Stack, IPage Page, WebSession Session)> OpenAsync(string email, params string[] subjects)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        var session = await stack.SignInAsync(page, email);
        await HistoryOf.WriteAsync(stack, session, subjects);
        await page.GotoAsync("/#/history");
        return (stack, page, session);
    }

    private static async Task<(string Name, string Text)> SavedAsync(IPage page)
    {
        var file = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Save the file" }).ClickAsync());
        await using var content = await file.CreateReadStreamAsync();
        using var reader = new StreamReader(content, new System.Text.UTF8Encoding(false), detectEncodingFromByteOrderMarks: false);
        return (file.SuggestedFilename, await reader.ReadToEndAsync());
    }
}

/// <summary>Emails that a user has written already.</summary>
internal static class HistoryOf
{
    public static async Task WriteAsync(WebStack stack, WebSession session, params string[] subjects)
    {
        await Parallel.ForEachAsync(subjects, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (subject, cancellation) =>
        {
            var body = ApiClient.Leave.DeepClone().AsObject();
            body["subject"] = subject;
            Assert.Equal(1, (await stack.Client.PostAsync("/email/generateEmail", body, session.Token, cancellation)).Status);
        });
    }
}
