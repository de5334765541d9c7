using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>The card of an email: copied, handed on, edited, rewritten, chosen among variants, compared with its versions.</summary>
public sealed class EmailCardTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    [Fact]
    public async Task TheTextIsCopiedAndTheMailProgramGetsTheWholeEmail()
    {
        var (stack, page, session) = await SignedInAsync("card-copy");
        var email = await WriteAsync(stack, session, "Copied and mailed");
        await CatchCopiesAsync(page);
        await page.GotoAsync(Address(email));

        await page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(page.GetByText("Copied", new() { Exact = true })).ToBeVisibleAsync();

        Assert.Equal(Text(email), await CopiedAsync(page));
        Assert.Equal("mailto:maria.lopez@northwind.example?subject=Copied%20and%20mailed&body=" + Uri.EscapeDataString(Text(email).Replace("\n", "\r\n", StringComparison.Ordinal)),
            await page.GetByRole(AriaRole.Link, new() { Name = "Open in mail app" }).GetAttributeAsync("href"));
    }

    [Fact]
    public async Task WhereTheClipboardIsClosedTheTextIsCopiedBySelection()
    {
        var (stack, page, session) = await SignedInAsync("card-selection");
        var email = await WriteAsync(stack, session, "Copied by selection");
        await page.AddInitScriptAsync("""
            navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))
            addEventListener('copy', () => { globalThis.copied = document.activeElement.value })
            """);
        await page.GotoAsync(Address(email));

        await page.GetByRole(AriaRole.Button, new() { Name = "Copy" }).ClickAsync();
        await Expect(page.GetByText("Copied", new() { Exact = true })).ToBeVisibleAsync();

        Assert.Equal(Text(email), await CopiedAsync(page));
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Copy" })).ToBeFocusedAsync();
    }

    [Fact]
    public async Task ALongEmailGoesByTheClipboardOrAsADraftFile()
    {
        var (stack, page, session) = await SignedInAsync("card-long");
        var email = await WriteAsync(stack, session, "A long one");
        var text = string.Join('\n', Enumerable.Range(1, 200).Select(line => $"Line {line} of a long email: नमस्ते."));
        await EditAsync(stack, session, email, text);
        await CatchCopiesAsync(page);
        await page.GotoAsync(Address(email));

        await page.GetByRole(AriaRole.Button, new() { Name = "Open in mail app" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "A long email" });
        Assert.Equal(
            "mailto:maria.lopez@northwind.example?subject=A%20long%20one",
            await dialog.GetByRole(AriaRole.Link, new() { Name = "Open in mail app" }).GetAttributeAsync("href"));
        Assert.Equal(text, await CopiedAsync(page));
        var download = await page.RunAndWaitForDownloadAsync(() => dialog.GetByRole(AriaRole.Button, new() { Name = "Download as draft" }).ClickAsync());

        Assert.Equal("A long one.eml", download.SuggestedFilename);
        var file = await File.ReadAllTextAsync(await download.PathAsync());
        Assert.StartsWith("From: card-long@example.com\r\nTo: maria.lopez@northwind.example\r\nSubject: A long one\r\n", file, StringComparison.Ordinal);
        await Expect(dialog).ToBeHiddenAsync();
    }

    [Fact]
    public async Task AnEmailIsEditedByTheKeyboardAlone()
    {
        var (stack, page, session) = await SignedInAsync("card-keys");
        var email = await WriteAsync(stack, session, "Edited by keys");
        await page.GotoAsync(Address(email));

        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).PressAsync("Enter");
        await Expect(page.GetByLabel("Text")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync("Dear Maria,\n\nin my own words.");
        await page.GetByLabel("Subject").FillAsync("Another subject");
        await page.Keyboard.PressAsync("Control+S");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Another subject" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Edit" })).ToBeFocusedAsync();
        await Expect(page.GetByRole(AriaRole.Article)).ToContainTextAsync("Edited");
        var saved = await StoredAsync(stack, session, email);
        Assert.Equal(("Another subject", "Dear Maria,\n\nin my own words.", "maria.lopez@northwind.example"), (Value(saved, "subject"), Text(saved), Value(saved, "toEmailId")));

        // What the model wrote is not lost, and neither is the edit when that comes back.
        await page.GetByRole(AriaRole.Button, new() { Name = "More", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "As the model wrote it" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Restore this text" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Article)).ToContainTextAsync("this is draft 1 about Edited by keys.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Article)).ToContainTextAsync("in my own words.");
    }

    [Fact]
    public async Task WhatIsTypedIntoAnEmailOutlivesThePageAndIsDroppedByTheUserAlone()
    {
        var (stack, page, session) = await SignedInAsync("card-draft");
        var email = await WriteAsync(stack, session, "Typed and left");
        await page.GotoAsync(Address(email));
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Text").FillAsync("Half a sentence");

        await page.ReloadAsync();
        await Expect(page.GetByLabel("Text")).ToHaveValueAsync("Half a sentence");
        await page.GetByLabel("Text").PressAsync("Escape");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.GetByLabel("Text")).ToHaveValueAsync("Half a sentence");
        await page.GetByLabel("Text").PressAsync("Escape");
        await page.GetByRole(AriaRole.Button, new() { Name = "Discard" }).ClickAsync();

        await Expect(page.Locator("article .email-text")).ToHaveTextAsync(Text(email));
        Assert.Equal(Text(email), Text(await StoredAsync(stack, session, email)));
        // Where nothing would be lost nothing is asked.
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByLabel("Text")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task AnEditWithoutAConnectionIsSentWhenThereIsOne()
    {
        ExpectProblem("ERR_INTERNET_DISCONNECTED");
        var (stack, page, session) = await SignedInAsync("card-offline");
        var email = await WriteAsync(stack, session, "Edited offline");
        await page.GotoAsync(Address(email));
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Text").FillAsync("Written on a train.");

        await page.Context.SetOfflineAsync(true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(page.GetByText("It is sent as soon as the server can be reached.")).ToBeVisibleAsync();
        await Expect(page.Locator("article .email-text")).ToHaveTextAsync("Written on a train.");
        Assert.Equal(Text(email), Text(await StoredAsync(stack, session, email)));
        await page.Context.SetOfflineAsync(false);

        await Expect(page.GetByText("It is sent as soon as the server can be reached.")).ToBeHiddenAsync();
        Assert.Equal("Written on a train.", Text(await StoredAsync(stack, session, email)));
    }

    [Fact]
    public async Task OfTwoEditsTheUserChoosesAndNeitherIsLost()
    {
        ExpectProblem("status of 409");
        var (stack, page, session) = await SignedInAsync("card-conflict");
        var email = await WriteAsync(stack, session, "Edited twice");
        await page.GotoAsync(Address(email));
        await page.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await page.GetByLabel("Text").FillAsync("The text of this page.");
        await EditAsync(stack, session, email, "The text of the phone.");
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "This email was edited elsewhere meanwhile" });

        await page.Keyboard.PressAsync("Control+S");
        await Expect(dialog.GetByRole(AriaRole.Deletion)).ToContainTextAsync("phone");
        await Expect(dialog.GetByRole(AriaRole.Insertion)).ToContainTextAsync("page");
        await Axe.ExpectNoViolationAsync(page);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Take the other" }).ClickAsync();
        await Expect(page.Locator("article .email-text")).ToHaveTextAsync("The text of the phone.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByLabel("Text")).ToHaveValueAsync("The text of this page.");
        await EditAsync(stack, session, email, "The phone again.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save mine" }).ClickAsync();

        await Expect(page.Locator("article .email-text")).ToHaveTextAsync("The text of this page.");
        Assert.Equal("The text of this page.", Text(await StoredAsync(stack, session, email)));
    }

    [Fact]
    public async Task ARewriteIsReadWhileItIsWrittenAndShownBesideWhatItWas()
    {
        const string Subject = "Rewritten shorter";
        var (stack, page, session) = await SignedInAsync("card-rewrite");
        var email = await WriteAsync(stack, session, Subject);
        var paced = stack.Model.Pace(Subject, "Dear Maria,\n\n", "this is short.");
        await page.GotoAsync(Address(email));

        await page.GetByRole(AriaRole.Button, new() { Name = "Shorter" }).ClickAsync();
        var rewrite = page.GetByRole(AriaRole.Region, new() { Name = "Shorter" });
        await Expect(rewrite.GetByRole(AriaRole.Button, new() { Name = "Stop" })).ToBeFocusedAsync();
        await paced.AskedAsync();
        paced.Allow();
        await Expect(rewrite).ToContainTextAsync("Dear Maria,");
        paced.AllowAll();
        await Expect(rewrite.GetByRole(AriaRole.Status)).ToHaveTextAsync("The new version is written.");
        await Expect(rewrite.GetByRole(AriaRole.Insertion).First).ToBeVisibleAsync();
        await Axe.ExpectNoViolationAsync(page);

        await rewrite.GetByRole(AriaRole.Link, new() { Name = "Open this version" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Versions" }).GetByRole(AriaRole.Link, new() { Name = "Version 2" }))
            .ToHaveAttributeAsync("aria-current", "page");
        await Expect(page.Locator("article .email-text")).ToHaveTextAsync("Dear Maria,\n\nthis is short.");
    }

    [Fact]
    public async Task ARewriteThatWasStoppedIsAmongTheVersions()
    {
        const string Subject = "Stopped half-way";
        var (stack, page, session) = await SignedInAsync("card-stop");
        var email = await WriteAsync(stack, session, Subject);
        var paced = stack.Model.Pace(Subject, "Mein Entwurf", " auf Deutsch.");
        await page.GotoAsync(Address(email));

        await page.GetByRole(AriaRole.Button, new() { Name = "Translate …" }).ClickAsync();
        await page.GetByLabel("Language", new() { Exact = true }).SelectOptionAsync("German");
        await page.GetByRole(AriaRole.Button, new() { Name = "Translate", Exact = true }).ClickAsync();
        var rewrite = page.GetByRole(AriaRole.Region, new() { Name = "Translated to German" });
        await paced.AskedAsync();
        paced.Allow();
        await Expect(rewrite).ToContainTextAsync("Mein Entwurf");
        var id = await page.EvaluateAsync<string>("uid => JSON.parse(localStorage.getItem(`chaturmail.${uid}.running`))[0].jobs[0]", session.Uid);
        await rewrite.GetByRole(AriaRole.Button, new() { Name = "Stop" }).ClickAsync();
        await Expect(rewrite.GetByRole(AriaRole.Status)).ToContainTextAsync("You stopped reading along.");
        paced.AllowAll();
        await using (var reader = await LiveReader.OpenAsync(stack.Client, session.Token, new { }, id + ":0")) await reader.ReadEmailAsync();

        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Versions" }).GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
    }

    [Fact]
    public async Task ARewriteGoesOnWhereThePageIsLoadedAgain()
    {
        const string Subject = "Loaded again";
        var (stack, page, session) = await SignedInAsync("card-reload");
        var email = await WriteAsync(stack, session, Subject);
        var paced = stack.Model.Pace(Subject, "Softly ", "spoken.");
        await page.GotoAsync(Address(email));
        await page.GetByRole(AriaRole.Button, new() { Name = "Softer" }).ClickAsync();
        await paced.AskedAsync();
        paced.Allow();
        var rewrite = page.GetByRole(AriaRole.Region, new() { Name = "Softer" });
        await Expect(rewrite).ToContainTextAsync("Softly");

        await page.ReloadAsync();
        await Expect(rewrite).ToContainTextAsync("Softly");
        paced.AllowAll();

        await Expect(rewrite.GetByRole(AriaRole.Status)).ToHaveTextAsync("The new version is written.");
        Assert.Equal(2, (await stack.Client.HistoryAsync(session.Token)).Count);
    }

    [Fact]
    public async Task AnyTwoVersionsAreComparedInOneTextOrSideBySide()
    {
        const string Subject = "Three versions";
        var (stack, page, session) = await SignedInAsync("card-versions");
        stack.Model.Write(Subject, "Dear Maria,\n\nred roses.", "Dear Maria,\n\nblue violets.", "Dear Maria,\n\nwhite lilies.");
        var email = await WriteAsync(stack, session, Subject);
        foreach (var _ in Enumerable.Range(0, 2))
            Assert.Equal(200, (await stack.Client.PostAsync("/email/regenerateEmail", new { id = Value(email, "id") }, session.Token)).HttpStatus);
        await page.GotoAsync(Address(email));
        var compare = page.GetByRole(AriaRole.Region, new() { Name = "Compare versions" });

        await compare.GetByLabel("Before").SelectOptionAsync("Version 1");
        await compare.GetByLabel("After").SelectOptionAsync("Version 3");
        await Expect(compare.GetByRole(AriaRole.Deletion)).ToHaveTextAsync(" [removed: red roses] ");
        await Expect(compare.GetByRole(AriaRole.Insertion)).ToHaveTextAsync(" [added: white lilies] ");
        await Expect(compare).ToContainTextAsync("2 words added · 2 words removed");
        await compare.GetByRole(AriaRole.Button, new() { Name = "Side by side" }).ClickAsync();
        await Expect(compare.Locator(".email-text")).ToHaveTextAsync(["Dear Maria,\n\n [removed: red roses] .", "Dear Maria,\n\n [added: white lilies] ."]);
        await compare.GetByLabel("Before").SelectOptionAsync("Version 2");
        await Expect(compare.GetByRole(AriaRole.Deletion)).ToContainTextAsync("blue violets");
        await Axe.ExpectNoViolationAsync(page);

        await page.ReloadAsync();
        await Screenshots.TakeAsync(page, Address(email), "email", async shown =>
        {
            await Expect(shown.GetByRole(AriaRole.Region, new() { Name = "Compare versions" })).ToBeVisibleAsync();
            await shown.EvaluateAsync("() => scrollTo(0, 0)");
        });
        await Axe.ExpectNoViolationAsync(page);
    }

    [Fact]
    public async Task AnEmailAndItsVersionsAreReadWithoutAConnection()
    {
        ExpectProblem("ERR_INTERNET_DISCONNECTED");
        var (stack, page, session) = await SignedInAsync("card-kept", 360);
        var email = await WriteAsync(stack, session, "Kept on the device");
        var other = await WriteAsync(stack, session, "Another one");
        Assert.Equal(200, (await stack.Client.PostAsync("/email/regenerateEmail", new { id = Value(email, "id") }, session.Token)).HttpStatus);
        foreach (var one in new[] { email, other })
        {
            await page.GotoAsync(Address(one));
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = Value(one, "subject") })).ToBeVisibleAsync();
        }

        await page.Context.SetOfflineAsync(true);
        await page.GoBackAsync();

        await Expect(page.Locator("article .email-text")).ToHaveTextAsync(Text(email));
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Versions" }).GetByRole(AriaRole.Link)).ToHaveCountAsync(2);
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Compare versions" }).GetByRole(AriaRole.Insertion).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task OfVariantsOneIsKeptAndTheOthersAreDeletedUnlessThatIsUndone()
    {
        var (stack, page, session) = await SignedInAsync("card-variants", 768);
        var emails = new List<JsonObject>();
        for (var i = 0; i < 3; i++) emails.Add(await WriteAsync(stack, session, "Three variants"));
        await page.GotoAsync(Address(emails[0]));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Three variants" })).ToBeVisibleAsync();
        await page.EvaluateAsync(
            """
            async json => {
              const { variantCards } = await import(new URL('email/variants.js', document.querySelector('script[type=module]').src).href)
              document.querySelector('.view').replaceChildren(variantCards(JSON.parse(json)))
            }
            """,
            JsonSerializer.Serialize(emails));
        var second = page.GetByRole(AriaRole.Article, new() { Name = "Variant 2 of 3" });
        await Expect(second).ToContainTextAsync("this is draft 2 about Three variants.");
        await Axe.ExpectNoViolationAsync(page);

        await second.GetByRole(AriaRole.Button, new() { Name = "Keep this one" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete them" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"#/email/{Value(emails[1], "id")}$"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        Assert.Equal(3, (await stack.Client.HistoryAsync(session.Token)).Count);
    }

    [Fact]
    public async Task WritingAgainBeginsWithTheFieldsOfTheEmail()
    {
        var (stack, page, session) = await SignedInAsync("card-again");
        var email = await WriteAsync(stack, session, "Written again");
        await page.GotoAsync(Address(email));

        await page.GetByRole(AriaRole.Button, new() { Name = "More", Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Write again with changes" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("#/write/1"));

        var draft = JsonNode.Parse(await page.EvaluateAsync<string>("uid => localStorage.getItem(`chaturmail.${uid}.draft.1`)", session.Uid))!;
        Assert.Equal("Written again", draft["subject"]!.GetValue<string>());
        Assert.Equal(["annual leave", "handover to Priya"], draft["keywords"]!.AsArray().Select(word => word!.GetValue<string>()));
    }

    [Fact]
    public async Task ADeletedEmailIsThereAgainWhenThatIsUndone()
    {
        var (stack, page, session) = await SignedInAsync("card-delete", 360, ColorScheme.Dark);
        var email = await WriteAsync(stack, session, "Deleted and back");
        await page.GotoAsync(Address(email));

        await page.GetByRole(AriaRole.Button, new() { Name = "More", Exact = true }).ClickAsync();
        await Axe.ExpectNoViolationAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("#/history"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1, Name = "Deleted and back" })).ToBeVisibleAsync();
        Assert.Single(await stack.Client.HistoryAsync(session.Token));
    }

    private static string Address(JsonObject email) => "/#/email/" + Value(email, "id");

    private static string Value(JsonObject email, string field) => email[field]!.GetValue<string>();

    private static string Text(JsonObject email) => Value(email, "generatedEmail");

    private static async Task<JsonObject> WriteAsync(WebStack stack, WebSession session, string subject)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        body["subject"] = subject;
        return (await stack.Client.PostAsync("/email/generateEmail", body, session.Token)).Item;
    }

    private static async Task EditAsync(WebStack stack, WebSession session, JsonObject email, string text) =>
        Assert.Equal(200, (await stack.Client.PostAsync("/email/updateEmail", new { id = Value(email, "id"), generatedEmail = text }, session.Token)).HttpStatus);

    private static async Task<JsonObject> StoredAsync(WebStack stack, WebSession session, JsonObject email) =>
        (await stack.Client.HistoryAsync(session.Token)).Single(one => Value(one, "id") == Value(email, "id"));

    // The clipboard is the machine's, and other tests use it: what the page hands it is kept in the page.
    private static async Task CatchCopiesAsync(IPage page) => await page.AddInitScriptAsync("navigator.clipboard.writeText = async text => { globalThis.copied = text }");

    private static Task<string?> CopiedAsync(IPage page) => page.EvaluateAsync<string?>("() => globalThis.copied");

    private async Task<(WebStack Stack, IPage Page, WebSession Session)> SignedInAsync(string name, int width = 1280, ColorScheme theme = ColorScheme.Light)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack, width: width, theme: theme);
        return (stack, page, await stack.SignInAsync(page, name + "@example.com"));
    }
}
