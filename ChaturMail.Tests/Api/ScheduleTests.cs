using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using ChaturMail.Core.Scheduling;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Scheduled delivery as a client sees it, on embedded parts: mail goes into a folder.</summary>
public sealed class ScheduleTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    private static readonly string Tomorrow = LocalTime(TimeSpan.FromDays(1));

    [Fact]
    public async Task AnEmailIsScheduledShownChangedAndCancelled()
    {
        var made = await PostAsync("/schedule/scheduleEmail", new
        {
            to = new[] { "maria.lopez@northwind.example" },
            subject = "The report",
            text = "Dear Maria,\nhere it is.",
            at = Tomorrow,
            timeZone = "Asia/Kolkata",
            recurrence = new { kind = "weekly", days = new[] { "friday", "monday" }, count = 4 },
            clientId = "c1",
        });
        Assert.Equal((200, "active", "email"), (made.HttpStatus, made.Text("state"), made.Text("kind")));
        var id = made.Text("id");
        Assert.Equal(["monday", "friday"], made.Item["recurrence"]!["days"]!.AsArray().Select(day => day!.GetValue<string>()));

        // The same again is the same.
        var again = await PostAsync("/schedule/scheduleEmail", new { to = new[] { "x@example.org" }, subject = "s", text = "t", clientId = "c1" });
        Assert.Equal(id, again.Text("id"));
        Assert.Equal(id, Assert.Single((await PostAsync("/schedule/getSchedules", new { })).Items)["id"]!.GetValue<string>());

        var changed = await PostAsync("/schedule/updateSchedule", new { id, subject = "Another", recurrence = new { kind = "none" } });
        Assert.Equal(("Another", "Asia/Kolkata"), (changed.Text("subject"), changed.Text("timeZone")));
        Assert.Null(changed.Item["recurrence"]);
        Assert.Equal(made.Number("nextOn"), changed.Number("nextOn"));

        Assert.Equal("cancelled", (await PostAsync("/schedule/cancelSchedule", new { id })).Text("state"));
        Assert.Equal("schedule_ended", (await PostAsync("/schedule/cancelSchedule", new { id })).Code);
        Assert.Equal("schedule_ended", (await PostAsync("/schedule/updateSchedule", new { id, text = "late" })).Code);
        Assert.Null((await PostAsync("/schedule/getSchedules", new { })).Payload);
        Assert.Equal(id, Assert.Single((await PostAsync("/schedule/getSchedules", new { past = true })).Items)["id"]!.GetValue<string>());
        Assert.Empty((await PostAsync("/schedule/getSchedule", new { id })).Item["deliveries"]!.AsArray());
    }

    [Fact]
    public async Task WhatIsDueLeavesAtItsSecond()
    {
        var on = TimeProvider.System.GetUtcNow() + TimeSpan.FromSeconds(2);
        var at = on.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var subject = "At its second " + Email;
        var id = (await PostAsync("/schedule/scheduleEmail", new { to = new[] { "maria@example.org" }, subject, text = "Now.", at, timeZone = "UTC" })).Text("id");

        var mail = await MailFolder.NextAsync(Api.DataFolder, text => text.Contains(subject, StringComparison.Ordinal));

        var sent = DateTimeOffset.Parse(Regex.Match(mail, "Date: (.*)").Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(sent >= DateTimeOffset.Parse(at + "Z", CultureInfo.InvariantCulture), "it left too early");
        Assert.Matches($@"Reply-To: [^:]*{Regex.Escape(Email)}", mail);
        Assert.Contains($"Message-ID: <{id}-1@localhost>", mail, StringComparison.Ordinal);
        await Eventually.TrueAsync(async () => (await PostAsync("/schedule/getSchedule", new { id })).Item["deliveries"]![0]!["state"]!.GetValue<string>() == "sent");
        Assert.Equal("schedule_ended", (await PostAsync("/schedule/cancelSchedule", new { id })).Code);
        Assert.Equal("delivery_not_resendable", (await PostAsync("/schedule/resend", new { id, occurrence = 1 })).Code);
    }

    [Fact]
    public async Task PagesOfSchedulesAreInTheOrderOfTheirTimes()
    {
        for (var i = 5; i > 0; i--)
            await PostAsync("/schedule/scheduleEmail", new { to = new[] { "m@example.org" }, subject = $"{i}", text = "t", at = LocalTime(TimeSpan.FromDays(i)), timeZone = "UTC" });
        var subjects = new List<string>();
        string? cursor = null;
        do
        {
            var page = await PostAsync("/schedule/getSchedules", new { limit = 2, cursor });
            subjects.AddRange((page.Payload ?? []).Select(item => item["subject"]!.GetValue<string>()));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(["1", "2", "3", "4", "5"], subjects);
    }

    [Fact]
    public async Task TheNextOccurrenceCanBeLeftOut()
    {
        var made = await PostAsync("/schedule/scheduleEmail", new
        {
            to = new[] { "m@example.org" },
            subject = "s",
            text = "t",
            at = Tomorrow,
            timeZone = "UTC",
            recurrence = new { kind = "daily", count = 2 },
        });
        var id = made.Text("id");
        await PostAsync("/schedule/skipNext", new { id, occurrence = 1 });
        // The same again leaves out no second one.
        var next = await PostAsync("/schedule/skipNext", new { id, occurrence = 1 });
        Assert.Equal((2, made.Number("nextOn") + 86_400), (next.Number("occurrence"), next.Number("nextOn")));
        Assert.Equal("cancelled", (await PostAsync("/schedule/skipNext", new { id })).Text("state"));
    }

    [Fact]
    public async Task AMonthlyDayStaysWhatItIsWhenItIsChangedInAShorterMonth()
    {
        var day = TimeProvider.System.GetUtcNow().AddDays(1);
        while (day.Day != 31 || DateTime.DaysInMonth(day.AddDays(1).Year, day.AddDays(1).Month) == 31) day = day.AddDays(1);
        var at = day.ToString("yyyy-MM-dd'T09:00'", CultureInfo.InvariantCulture);
        var made = await PostAsync("/schedule/scheduleEmail", new
        {
            to = new[] { "m@example.org" },
            subject = "s",
            text = "t",
            at,
            timeZone = "UTC",
            recurrence = new { kind = "monthly" },
        });
        var id = made.Text("id");
        Assert.Equal(31, made.Item["recurrence"]!["dayOfMonth"]!.GetValue<int>());
        Assert.NotEqual(31, On(await PostAsync("/schedule/skipNext", new { id })).Day);

        var changed = await PostAsync("/schedule/updateSchedule", new { id, timeZone = "Asia/Kolkata" });
        Assert.Equal((31, On(changed).ToString("yyyy-MM-dd'T09:00:00'", CultureInfo.InvariantCulture)), (changed.Item["recurrence"]!["dayOfMonth"]!.GetValue<int>(), changed.Text("at")));

        Assert.Equal(31, On(await PostAsync("/schedule/skipNext", new { id })).Day);

        static DateTimeOffset On(ApiAnswer answer) => DateTimeOffset.FromUnixTimeSeconds(answer.Number("nextOn"));
    }

    [Theory]
    [InlineData("""{"to":[],"subject":"s","text":"t"}""", "invalid_field")]
    [InlineData("""{"to":["no address"],"subject":"s","text":"t"}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org\r\nBcc: b@example.org"],"subject":"s","text":"t"}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org","A@example.org"],"subject":"s","text":"t"}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org"],"subject":"s\r\nBcc: b@example.org","text":"t"}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":""}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","at":"tomorrow"}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","at":"9999-12-31T23:30","timeZone":"America/New_York"}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","timeZone":"Mars/Olympus"}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","at":"2020-01-01T09:00"}""", "schedule_time_invalid")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","at":"2999-01-01T09:00"}""", "schedule_time_invalid")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","recurrence":{"kind":"hourly"}}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","recurrence":{"kind":"daily","count":367}}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","recurrence":{"kind":"monthly","dayOfMonth":32}}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","recurrence":{"kind":"weekly","days":["someday"]}}""", "invalid_field")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","recurrence":{"kind":"daily","until":"2020-01-01"}}""", "schedule_time_invalid")]
    [InlineData("""{"to":["a@example.org"],"subject":"s","text":"t","attachments":["6b018b08c371b1bcac5105a3"]}""", "*")]
    public async Task WhatCannotBeSentIsRefused(string body, string code)
    {
        var answer = await Client.PostTextAsync("/schedule/scheduleEmail", body, Token);
        Assert.Equal(0, answer.Status);
        if (code != "*") Assert.Equal(code, answer.Code);
    }

    [Fact]
    public async Task ARecipientUnsubscribesByTheLinkInTheMailAndLookingAtItChangesNothing()
    {
        var subject = "Again and again " + Email;
        await PostAsync("/schedule/scheduleEmail", new
        {
            to = new[] { "maria@example.org" },
            subject,
            text = "t",
            timeZone = "UTC",
            at = LocalTime(TimeSpan.FromSeconds(-1)),
            recurrence = new { kind = "daily" },
        });
        var mail = await MailFolder.NextAsync(Api.DataFolder, text => text.Contains(subject, StringComparison.Ordinal));
        var link = new Uri(Regex.Match(mail, "List-Unsubscribe: <([^>]+)>").Groups[1].Value);
        Assert.Equal(Client.Http.BaseAddress!.Authority, link.Authority);

        var page = await Client.Http.GetStringAsync(link);
        Assert.Contains("<form method=\"post\">", page, StringComparison.Ordinal);
        Assert.Equal(200, (await PostAsync("/schedule/scheduleEmail", new { to = new[] { "maria@example.org" }, subject = "s", text = "t", at = Tomorrow })).HttpStatus);

        using var done = await Client.Http.PostAsync(link, new StringContent("List-Unsubscribe=One-Click", null, "application/x-www-form-urlencoded"));
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.Equal("recipient_unsubscribed", (await PostAsync("/schedule/scheduleEmail", new { to = new[] { "Maria@example.org" }, subject = "s", text = "t", at = Tomorrow })).Code);

        using var wrong = await Client.Http.PostAsync(new Uri("/unsubscribe/6b018b08c371b1bcac5105a3-1.0.00000000000000", UriKind.Relative), null);
        Assert.Equal(HttpStatusCode.NotFound, wrong.StatusCode);
    }

    [Fact]
    public async Task WhatWasScheduledIsAnsweredAgainThoughItWouldBeRefusedByNow()
    {
        var email = new { to = new[] { "maria@example.org" }, subject = "s", text = "t", at = Tomorrow, clientId = "e" };
        var group = (await PostAsync("/conversation/createGroup", new { name = "Group" })).Text("id");
        var message = new { conversationId = group, text = "t", at = Tomorrow, clientId = "m" };
        var made = new[] { await PostAsync("/schedule/scheduleEmail", email), await PostAsync("/schedule/scheduleMessage", message) };

        await Api.App.Services.GetRequiredService<Unsubscriptions>().AddAsync(await Operators.UidAsync(Client, Token), "maria@example.org", default);
        await PostAsync("/conversation/leaveGroup", new { conversationId = group });

        Assert.Equal(made[0].Text("id"), (await PostAsync("/schedule/scheduleEmail", email)).Text("id"));
        Assert.Equal(made[1].Text("id"), (await PostAsync("/schedule/scheduleMessage", message)).Text("id"));
        Assert.Equal("recipient_unsubscribed", (await PostAsync("/schedule/scheduleEmail", new { email.to, email.subject, email.text, clientId = "e2" })).Code);
        Assert.Equal("conversation_not_found", (await PostAsync("/schedule/scheduleMessage", new { message.conversationId, message.text, clientId = "m2" })).Code);
    }

    [Fact]
    public async Task WhatIsScheduledGoesWithTheAccountAndStandsInItsArchive()
    {
        await PostAsync("/schedule/scheduleEmail", new { to = new[] { "maria@example.org" }, subject = "In the archive", text = "t", at = Tomorrow });
        using var request = new HttpRequestMessage(HttpMethod.Post, "/user/exportData") { Content = new StringContent("{}", null, "application/json") };
        request.Headers.Add("Authorization", "Bearer " + Token);
        using var response = await Client.Http.SendAsync(request);
        Assert.Contains("In the archive", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        await PostAsync("/user/deleteUser", new { });
        var token = await Client.SignInAsync(Email);
        Assert.Null((await Client.PostAsync("/schedule/getSchedules", new { }, token)).Payload);
    }

    [Fact]
    public async Task ABounceIsTakenFromWhoKnowsTheSecret()
    {
        const string Secret = "a secret of the mail server";
        await using var api = await TestApi.StartAsync("Scheduling:BounceAddress=bounces@chaturmail.example", "Scheduling:BounceSecret=" + Secret);
        Assert.Equal(HttpStatusCode.Unauthorized, await BounceAsync(api, "wrong"));
        Assert.Equal(HttpStatusCode.OK, await BounceAsync(api, Secret));
        // Nobody takes any where there is no secret.
        Assert.Equal(HttpStatusCode.NotFound, await BounceAsync(Api, ""));
    }

    private static async Task<HttpStatusCode> BounceAsync(TestApi api, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mail/bounce") { Content = new StringContent("Subject: nothing\r\n\r\n", null, "message/rfc822") };
        if (secret.Length > 0) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + secret);
        using var response = await api.Client.Http.SendAsync(request);
        return response.StatusCode;
    }

    private Task<ApiAnswer> PostAsync(string route, object body) => Client.PostAsync(route, body, Token);

    private static string LocalTime(TimeSpan ahead) =>
        (TimeProvider.System.GetUtcNow() + ahead).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
}
