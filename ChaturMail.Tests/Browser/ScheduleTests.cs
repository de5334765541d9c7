using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ChaturMail.Tests.Support;
using ChaturMail.Tests.Support.Browser;
using Microsoft.Playwright;

namespace ChaturMail.Tests.Browser;

/// <summary>Scheduled delivery in the browser: sent now or later, looked at, changed and called off, and told of when it fails.</summary>
public sealed class ScheduleTests(WebBrowser browser, SharedWebStack web) : BrowserTests(browser, web)
{
    [Fact]
    public async Task AnEmailIsSentFromItsCardAndItsPageSaysSo()
    {
        var (stack, page, session) = await OpenAsync("schedule-now@example.com");
        var email = await EmailAsync(stack, session, "Sent from its card");
        await page.GotoAsync("/#/email/" + email);

        await page.GetByRole(AriaRole.Button, new() { Name = "Send …" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog, new() { Name = "Send the email" });
        await Expect(dialog.GetByLabel("To", new() { Exact = true })).ToHaveValueAsync("maria.lopez@northwind.example");
        await Expect(dialog.GetByLabel("Subject")).ToHaveValueAsync("Sent from its card");
        await dialog.Locator("input[type=file]").SetInputFilesAsync(Picture);
        await Expect(dialog.GetByText("photo.jpg is uploaded.")).ToBeAttachedAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send now" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Show it" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sent from its card", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.Locator(".badge", new() { HasText = "Sent" }).First).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "photo.jpg" })).ToBeVisibleAsync();
        await Eventually.TrueAsync(async () =>
        {
            var folder = Path.Combine(stack.Folder, "mail");
            if (!Directory.Exists(folder)) return false;
            foreach (var file in Directory.GetFiles(folder, "*.eml"))
                if (await File.ReadAllTextAsync(file) is var mail && mail.Contains("Subject: Sent from its card", StringComparison.Ordinal)) return mail.Contains("photo.jpg", StringComparison.Ordinal);
            return false;
        });
    }

    [Fact]
    public async Task WhatRecursIsToldInItsZoneAndTheReadersAndIsChangedAndCalledOff()
    {
        var (stack, page, session) = await OpenAsync("schedule-later@example.com");
        await page.GotoAsync("/#/schedule");
        await page.GetByRole(AriaRole.Button, new() { Name = "New email" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("To", new() { Exact = true }).FillAsync("Maria Lopez <maria@example.com>; luis@example.com");
        await dialog.GetByLabel("Subject").FillAsync("The weekly report");
        await dialog.GetByLabel("Text").FillAsync("Here it is.");
        await dialog.GetByLabel("Date").FillAsync(NextMonday());
        await dialog.GetByLabel("Time", new() { Exact = true }).FillAsync("09:30");
        await dialog.GetByLabel("Time zone").SelectOptionAsync("Asia/Kolkata");
        await dialog.GetByLabel("Repeats").SelectOptionAsync("weekly");
        await dialog.GetByLabel("Monday").CheckAsync();
        await dialog.GetByLabel("Friday").CheckAsync();
        await dialog.GetByLabel("Ends").SelectOptionAsync("count");
        await dialog.GetByLabel("How many times").FillAsync("10");
        await Expect(dialog.Locator(".schedule-summary")).ToContainTextAsync("every week Monday and Friday, 10 times");
        await Expect(dialog.Locator(".schedule-summary")).ToContainTextAsync("for you");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();

        var item = page.Locator(".schedule-item");
        await Expect(item).ToContainTextAsync("maria@example.com, luis@example.com");
        await Expect(item).ToContainTextAsync(new Regex(@"9:30.*Asia/Kolkata; for you .*4:00"));
        await item.GetByRole(AriaRole.Button, new() { Name = "Edit" }).ClickAsync();
        await dialog.GetByLabel("Subject").FillAsync("The report of the week");
        await dialog.GetByLabel("Time", new() { Exact = true }).FillAsync("10:15");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Expect(item).ToContainTextAsync("The report of the week");
        await Expect(item).ToContainTextAsync("10:15");
        var stored = (await stack.Client.PostAsync("/schedule/getSchedules", new { }, session.Token)).Item;
        Assert.Equal((10, "Asia/Kolkata"), (stored["recurrence"]!["count"]!.GetValue<int>(), stored["timeZone"]!.GetValue<string>()));

        await item.GetByRole(AriaRole.Link, new() { Name = "The report of the week" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Leave out the next" }).ClickAsync();
        await Expect(page.GetByText("The next one is left out.")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Do not send" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Call it off" }).ClickAsync();
        await Expect(page.Locator(".badge", new() { HasText = "Called off" })).ToBeVisibleAsync();
        await page.GotoAsync("/#/schedule");
        await Expect(page.GetByText("Nothing is scheduled.")).ToBeVisibleAsync();
        await Expect(item).ToContainTextAsync("Called off");
    }

    [Fact]
    public async Task WhatIsTypedIsThereAgainAndALostAnswerSendsNothingTwice()
    {
        ExpectProblem("ERR_CONNECTION_RESET|ERR_FAILED");
        var (stack, page, session) = await OpenAsync("schedule-kept@example.com");
        await page.GotoAsync("/#/schedule");
        await page.GetByRole(AriaRole.Button, new() { Name = "New email" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("To", new() { Exact = true }).FillAsync("nobody");
        await dialog.GetByLabel("Subject").FillAsync("Kept");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await Expect(dialog.GetByText("One of these is no email address.")).ToBeVisibleAsync();
        await Expect(dialog.GetByLabel("To", new() { Exact = true })).ToBeFocusedAsync();
        await Expect(dialog.GetByText("Please fill this in.")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);

        await page.ReloadAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New email" }).ClickAsync();
        await Expect(dialog.GetByLabel("Subject")).ToHaveValueAsync("Kept");
        await dialog.GetByLabel("To", new() { Exact = true }).FillAsync("maria@example.com");
        await dialog.GetByLabel("Text").FillAsync("One.");
        // The server has it, and nobody hears of that.
        await page.RouteAsync("**/schedule/scheduleEmail", async route => { await route.FetchAsync(); await route.AbortAsync("connectionreset"); });
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Alert)).ToContainTextAsync("The server cannot be reached.");
        await page.UnrouteAllAsync();
        await dialog.GetByLabel("Text").FillAsync("Two.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Schedule" }).ClickAsync();

        await Expect(page.Locator(".schedule-item")).ToHaveCountAsync(1);
        var only = Assert.Single((await stack.Client.PostAsync("/schedule/getSchedules", new { }, session.Token)).Items);
        Assert.Equal("Two.", only!["text"]!.GetValue<string>());
    }

    [Fact]
    public async Task WhoClosesTheDialogBeforeTheAnswerAndSendsAgainSendsOnce()
    {
        var (stack, page, session) = await OpenAsync("schedule-slow@example.com");
        await page.GotoAsync("/#/email/" + await EmailAsync(stack, session, "Answered late"));
        var (asked, held) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await page.RouteAsync("**/schedule/scheduleEmail", async route => { asked.TrySetResult(); await held.Task; await route.ContinueAsync(); });
        var dialog = page.GetByRole(AriaRole.Dialog);
        await page.GetByRole(AriaRole.Button, new() { Name = "Send …" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send now" }).ClickAsync();
        await asked.Task;
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Send …" }).ClickAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send now" }).ClickAsync();
        held.SetResult();
        await Expect(dialog).ToHaveCountAsync(0);
        // It leaves at once, so it is among those that have ended when none is to come any more.
        await Eventually.TrueAsync(async () => (await stack.Client.PostAsync("/schedule/getSchedules", new { }, session.Token)).Payload is null);
        Assert.Single((await stack.Client.PostAsync("/schedule/getSchedules", new { past = true }, session.Token)).Items);
    }

    [Theory]
    [InlineData("RCPT", "550 5.1.1 No such user", "Refused", "No such user", "Something that you scheduled was refused")]
    [InlineData(".", ScriptedSmtpServer.Drop, "Uncertain", "Nobody knows whether it left", "An email that you scheduled may not have been sent")]
    public async Task WhatFailsIsToldWithItsReasonAndByTheBell(string command, string answer, string state, string reason, string told)
    {
        await using var server = new ScriptedSmtpServer((command, answer));
        var stack = await OwnStackAsync(
            ("Mail__Host", "127.0.0.1"), ("Mail__Port", server.Port.ToString(CultureInfo.InvariantCulture)), ("Mail__Security", "None"), ("Mail__From", "no-reply@chaturmail.example"));
        var page = await NewPageAsync(stack);
        var session = await stack.SignInAsync(page, "schedule-fails@example.com");
        var body = new { to = new[] { "maria@example.com" }, subject = "Never arrives", text = "Dear Maria" };
        Assert.Equal(1, (await stack.Client.PostAsync("/schedule/scheduleEmail", body, session.Token)).Status);
        await Eventually.TrueAsync(async () => (await stack.Client.PostAsync("/notification/getUnreadCount", new { }, session.Token)).Item["unread"]!.GetValue<int>() == 1);

        await page.GotoAsync("/#/schedule");
        await page.GetByRole(AriaRole.Link, new() { Name = "Notifications: 1 new" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = told }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Never arrives", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.Locator(".badge.bad", new() { HasText = state }).First).ToBeVisibleAsync();
        await Expect(page.Locator(".schedule-recipients")).ToContainTextAsync(reason);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Notifications", Exact = true })).ToBeVisibleAsync();
        var again = page.GetByRole(AriaRole.Button, new() { Name = "Send again" });
        await Expect(again).ToHaveCountAsync(state == "Uncertain" ? 1 : 0);
        if (state != "Uncertain") return;

        var before = server.Mails.Count;
        await again.ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Eventually.TrueAsync(() => Task.FromResult(server.Mails.Count > before));
    }

    [Fact]
    public async Task TheDialogReadsTimesOfAZoneAsTheServerDoes()
    {
        var (_, page, _) = await OpenAsync("schedule-times@example.com");
        await page.GotoAsync("/#/schedule");
        string[][] expected =
        [
            ["2026-12-01T09:00", "Asia/Kolkata", "2026-12-01T03:30:00.000Z"],
            // Left out there: as much later. Twice there: the earlier.
            ["2027-03-28T02:30", "Europe/Berlin", "2027-03-28T01:30:00.000Z"], ["2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
            ["2026-10-25T03:30", "Europe/Berlin", "2026-10-25T02:30:00.000Z"], ["2026-11-01T01:30", "America/New_York", "2026-11-01T05:30:00.000Z"],
            ["2027-03-14T02:30", "America/New_York", "2027-03-14T07:30:00.000Z"], ["2026-10-04T02:15", "Australia/Lord_Howe", "2026-10-03T15:45:00.000Z"],
        ];

        var read = await page.EvaluateAsync<string[]>(
            """
            async times => {
              const { instant } = await import(document.querySelector('script[type=module]').src.replace('main.js', 'schedule/times.js'))
              return times.map(([local, zone]) => new Date(instant(local, zone)).toISOString())
            }
            """, expected);

        Assert.Equal(expected.Select(time => time[2]), read);
    }

    [Fact]
    public async Task WhereTheServerSendsNoEmailsNothingOffersIt()
    {
        var (stack, page, session) = await OpenAsync("schedule-cannot@example.com");
        await page.RouteAsync("**/user/getPreferences", async route =>
        {
            var answer = JsonNode.Parse(await (await route.FetchAsync()).TextAsync())!;
            answer["payload"]![0]!["canSendEmail"] = false;
            await route.FulfillAsync(new() { ContentType = "application/json", Body = answer.ToJsonString() });
        });
        await page.GotoAsync("/#/schedule");
        await Expect(page.GetByText("This server sends no emails.")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "New email" })).ToHaveCountAsync(0);

        await page.GotoAsync("/#/email/" + await EmailAsync(stack, session, "Copied by hand"));

        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "Open in mail app" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Send …" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task ZoneLanguageAndPictureAreChosenInTheProfile()
    {
        var (stack, page, session) = await OpenAsync("schedule-profile@example.com");
        await page.GotoAsync("/#/profile");
        await page.GetByLabel("Translate to").SelectOptionAsync("de");
        await Expect(page.GetByText("Your choice is saved.")).ToBeVisibleAsync();
        await page.GetByLabel("Time zone").SelectOptionAsync("Asia/Kolkata");
        await Eventually.TrueAsync(async () =>
            (await stack.Client.PostAsync("/user/getPreferences", new { }, session.Token)).Item is var chosen && chosen["language"]?.GetValue<string>() == "de" && chosen["timeZone"]?.GetValue<string>() == "Asia/Kolkata");
        await page.Locator(".own-picture + .buttons input[type=file]").SetInputFilesAsync(Picture);
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Your picture" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Your picture is changed.")).ToBeVisibleAsync();

        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "Your picture" })).ToHaveJSPropertyAsync("complete", true);
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove the picture" }).ClickAsync();
        await Expect(page.GetByText("Others see your initials.")).ToBeVisibleAsync();
        await page.GotoAsync("/#/schedule");
        await page.GetByRole(AriaRole.Button, new() { Name = "New email" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog).GetByLabel("Time zone")).ToHaveValueAsync("Asia/Kolkata");
    }

    [Fact]
    public async Task PagesAndDialogAreAccessibleInBothThemesAndFitANarrowWindow()
    {
        var (stack, page, session) = await OpenAsync("schedule-axe@example.com");
        await ScheduleAsync(stack, session, "The weekly report", NextMonday() + "T09:30");
        await ScheduleAsync(stack, session, "Sent at once", null);
        await page.GotoAsync("/#/schedule");
        await Expect(page.Locator(".schedule-item")).ToHaveCountAsync(2);
        await Screenshots.TakeAsync(page, "/#/schedule", "schedule", async shown => await Expect(shown.Locator(".schedule-item")).ToHaveCountAsync(2));
        await AxeAsync(page);
        await page.SetViewportSizeAsync(360, 780);
        await AxeAsync(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "New email" }).ClickAsync();
        await page.GetByLabel("Repeats").SelectOptionAsync("weekly");
        await AxeAsync(page);
        await page.Keyboard.PressAsync("Escape");
        await page.GetByRole(AriaRole.Link, new() { Name = "Sent at once" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What has left" })).ToBeVisibleAsync();
        await AxeAsync(page);
        await page.GotoAsync("/#/notifications");
        await Expect(page.GetByText("There is nothing new.")).ToBeVisibleAsync();
        await AxeAsync(page);
    }

    private static string Picture => Path.Combine(AppContext.BaseDirectory, "Data", "images", "photo.jpg");

    private static string NextMonday()
    {
        var day = TimeProvider.System.GetUtcNow().AddDays(2);
        while (day.DayOfWeek != DayOfWeek.Monday) day = day.AddDays(1);
        return day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    private static async Task AxeAsync(IPage page)
    {
        foreach (var theme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.EmulateMediaAsync(new() { ColorScheme = theme });
            await Axe.ExpectNoViolationAsync(page);
        }
    }

    private static async Task ScheduleAsync(WebStack stack, WebSession session, string subject, string? at)
    {
        var body = new { to = new[] { "maria@example.com" }, subject, text = "Dear Maria,\n\nhere it is.", at, timeZone = "Asia/Kolkata" };
        Assert.Equal(1, (await stack.Client.PostAsync("/schedule/scheduleEmail", body, session.Token)).Status);
    }

    private static async Task<string> EmailAsync(WebStack stack, WebSession session, string subject)
    {
        var body = ApiClient.Leave.DeepClone().AsObject();
        body["subject"] = subject;
        return (await stack.Client.PostAsync("/email/generateEmail", body, session.Token)).Text("id");
    }

    private async Task<(WebStack Stack, IPage Page, WebSession Session)> OpenAsync(string user)
    {
        var stack = await StackAsync();
        var page = await NewPageAsync(stack);
        return (stack, page, await stack.SignInAsync(page, user));
    }
}
