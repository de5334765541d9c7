using System.Text.RegularExpressions;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Scheduling;

/// <summary>What workers make of schedules, on a real store, with a clock and a mail server of the test's own.</summary>
public sealed partial class ScheduleRunnerTests : IAsyncLifetime
{
    private const string Nine = "2026-12-01T09:00:00";

    private static readonly Recurrence Daily = new(RecurrenceKind.Daily, [], null, null, null);

    private SchedulingWorld _world = null!;

    public async ValueTask InitializeAsync() => _world = await SchedulingWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Fact]
    public async Task AnEmailLeavesAtItsTimeInItsUsersNameAndNoSooner()
    {
        var schedule = await _world.EmailAsync(Nine, null, "maria@example.org", "joão@bücher.example");
        await AdvanceAndRunAsync(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        Assert.Empty(_world.Relay.Taken);
        Assert.Equal(new DateTimeOffset(2026, 12, 1, 9, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds(), await _world.Worker().NextAsync(true, true, default));

        await AdvanceAndRunAsync(TimeSpan.FromMilliseconds(1));

        Assert.Equal(["maria@example.org", "joão@xn--bcher-kva.example"], _world.Relay.Taken.Select(mail => mail.Envelope.Recipient));
        Assert.All(_world.Relay.Taken, mail => Assert.StartsWith(
            $"""
            From: "Asha Rao via ChaturMail"
             <no-reply@chaturmail.example>
            Reply-To: "Asha Rao"
             <u1@example.com>
            To: maria@example.org,
             joão@xn--bcher-kva.example
            Subject: The report
            Date: Tue, 01 Dec 2026 09:00:00 +0000
            Message-ID: <{schedule.Id}-1@chaturmail.example>
            MIME-Version: 1.0
            Content-Type: text/plain
            """.ReplaceLineEndings("\r\n"), mail.Mail, StringComparison.Ordinal));
        var ended = (await _world.Schedules.FindAsync(schedule.Id, default))!;
        Assert.Equal((ScheduleState.Done, DeliveryState.Sent), (ended.State, ended.Last));
        Assert.Equal((DeliveryState.Sent, false), ((await _world.DeliveryAsync(schedule.Id)).State, (await _world.DeliveryAsync(schedule.Id)).IsOpen));
        Assert.Null((await _world.DeliveryAsync(schedule.Id)).Email);
        Assert.Equal("schedule.created.v1 schedule.sent.v1", await _world.EventsAsync());
        Assert.Null(await _world.Worker().NextAsync(true, true, default));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task WhereverAWorkerDiesNothingIsLostAndNothingIsSentTwice(bool afterTheChange)
    {
        var uncertain = 0;
        var isOver = false;
        for (var change = 0; !isOver; change++)
        {
            await using var world = await SchedulingWorld.StartAsync();
            var schedule = await world.EmailAsync(Nine);
            world.Time.Advance(TimeSpan.FromHours(1));
            var store = new DyingStore(world.Store, change, afterTheChange);
            try
            {
                await SchedulingWorld.RunAsync(world.Worker(store));
                isOver = true;
            }
            catch (IOException)
            {
                Assert.True(store.IsDead);
            }

            // Another looks after it at once, and once the lease is over.
            await SchedulingWorld.RunAsync(world.Worker());
            world.Time.Advance(TimeSpan.FromMinutes(11));
            await SchedulingWorld.RunAsync(world.Worker());

            var delivery = await world.DeliveryAsync(schedule.Id);
            Assert.False(delivery.IsOpen, $"the delivery is open when a worker died at change {change}");
            Assert.Equal(ScheduleState.Done, (await world.Schedules.FindAsync(schedule.Id, default))!.State);
            Assert.Equal(delivery.State, (await world.Schedules.FindAsync(schedule.Id, default))!.Last);
            if (delivery.State == DeliveryState.Sent)
            {
                Assert.Single(world.Relay.Taken);
                Assert.Equal("schedule.created.v1 schedule.sent.v1", await world.EventsAsync());
                continue;
            }

            Assert.Equal(DeliveryState.Uncertain, delivery.State);
            Assert.True(world.Relay.Taken.Count <= 1);
            Assert.Equal("schedule.created.v1 schedule.uncertain.v1", await world.EventsAsync());
            uncertain++;
            // Its user may have it sent again, under the same id.
            Assert.IsType<ScheduleResult.Done>(await world.Service().SendAgainAsync(SchedulingWorld.Uid, schedule.Id, 1, default));
            await SchedulingWorld.RunAsync(world.Worker());
            Assert.Equal(DeliveryState.Sent, (await world.DeliveryAsync(schedule.Id)).State);
            Assert.IsType<ScheduleResult.Refused>(await world.Service().SendAgainAsync(SchedulingWorld.Uid, schedule.Id, 1, default));
        }

        // The window is as narrow as it can be: written down that the dot follows, and not what was answered.
        Assert.Equal(1, uncertain);
    }

    [Fact]
    public async Task HoweverManyWorkersRunEachIsSentOnce()
    {
        for (var i = 0; i < 40; i++) await _world.EmailAsync(Nine, null, $"r{i}@example{i}.org");
        _world.Time.Advance(TimeSpan.FromHours(1));

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => SchedulingWorld.RunAsync(_world.Worker()))));

        Assert.Equal(40, _world.Relay.Taken.Count);
        Assert.Equal(40, _world.Relay.Taken.Select(mail => mail.Envelope.Recipient).Distinct().Count());
    }

    [Fact]
    public async Task AfterAPauseTheLatestIsSentAndTheOthersAreWrittenDown()
    {
        var daily = await _world.EmailAsync(Nine, Daily);
        var once = await _world.EmailAsync("2026-12-01T10:00:00");
        await AdvanceAndRunAsync(TimeSpan.FromHours(50));

        Assert.Single(_world.Relay.Taken);
        Assert.Equal(
            [DeliveryState.Sent, DeliveryState.Skipped, DeliveryState.Skipped],
            (await _world.Service().DeliveriesAsync(daily.Id, default)).Select(delivery => delivery.State));
        Assert.Equal(DeliveryState.Missed, (await _world.DeliveryAsync(once.Id)).State);
        Assert.Equal(ScheduleState.Failed, (await _world.Schedules.FindAsync(once.Id, default))!.State);
        Assert.Equal(4, (await _world.Schedules.FindAsync(daily.Id, default))!.Number);
        Assert.Contains("schedule.missed.v1", await _world.EventsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARecurringEmailCanBeEndedByItsRecipientAndSaysThatAProgramSentIt()
    {
        var schedule = await _world.EmailAsync(Nine, Daily, "maria@example.org", "joe@example.net");
        await AdvanceAndRunAsync(TimeSpan.FromHours(1));

        var links = _world.Relay.Taken.Select(mail => Regex.Match(mail.Mail, @"List-Unsubscribe: <https://mail\.example/unsubscribe/([^>]+)>").Groups[1].Value).ToList();
        Assert.Equal(2, links.Distinct().Count());
        Assert.All(_world.Relay.Taken, mail => Assert.Contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", mail.Mail, StringComparison.Ordinal));
        Assert.All(_world.Relay.Taken, mail => Assert.Contains("Auto-Submitted: auto-generated\r\n", mail.Mail, StringComparison.Ordinal));
        var (delivery, index) = (await DeliveryToken.ReadAsync(_world.Deliveries, links[1].ToUpperInvariant(), default))!.Value;
        Assert.Equal("joe@example.net", delivery.Parts[index].Address);
        Assert.Null(await DeliveryToken.ReadAsync(_world.Deliveries, links[1].Replace(".1.", ".0.", StringComparison.Ordinal), default));
        Assert.Null(await DeliveryToken.ReadAsync(_world.Deliveries, "nonsense", default));

        await _world.Unsubscriptions.AddAsync(SchedulingWorld.Uid, "JOE@example.net", default);
        await AdvanceAndRunAsync(TimeSpan.FromDays(1));

        Assert.Equal(["maria@example.org"], _world.Relay.Taken.Skip(2).Select(mail => mail.Envelope.Recipient));
        Assert.Equal(DeliveryState.Unsubscribed, (await _world.DeliveryAsync(schedule.Id, 2)).Parts[1].State);
        // Nor by another schedule; another user is another sender.
        Assert.Equal("recipient_unsubscribed", await CodeAsync(SchedulingWorld.Uid, "joe@example.net"));
        await _world.SignInAsync("u2");
        Assert.Null(await CodeAsync("u2", "joe@example.net"));
    }

    [Fact]
    public async Task RecipientsAreToldApartAndRefusalsAreShown()
    {
        _world.Relay.Answers.Enqueue(new HandOver.Refused(new SmtpReply(550, "5.1.1", "no such user"), true));
        _world.Relay.Answers.Enqueue(new HandOver.Deferred(new SmtpReply(451, "4.7.1", "greylisted"), "451"));
        var schedule = await _world.EmailAsync(Nine, null, "no@example.org", "grey@example.net", "yes@example.com");
        await AdvanceAndRunAsync(TimeSpan.FromHours(1));

        var parts = (await _world.DeliveryAsync(schedule.Id)).Parts;
        Assert.Equal([DeliveryState.Refused, DeliveryState.Queued, DeliveryState.Sent], parts.Select(part => part.State));
        Assert.Equal(("5.1.1", "no such user"), (parts[0].Status, parts[0].Said));

        await AdvanceAndRunAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(["yes@example.com", "grey@example.net"], _world.Relay.Taken.Select(mail => mail.Envelope.Recipient));
        Assert.Equal(DeliveryState.Refused, (await _world.Schedules.FindAsync(schedule.Id, default))!.Last);
        Assert.Equal("schedule.created.v1 schedule.sent.v1 schedule.refused.v1", await _world.EventsAsync());
        var told = (await _world.Outbox.ListAsync(10, default))[^1];
        Assert.Equal([("kind", "email"), ("occurrence", "1"), ("ownerId", "u1"), ("reason", "5.1.1"), ("scheduleId", schedule.Id)], told.Data.Select(p => (p.Key, p.Value)).Order());
    }

    [Fact]
    public async Task WhatIsOverALimitWaits()
    {
        _world.Options.EmailsToADomainAnHour = 2;
        for (var i = 0; i < 3; i++) await _world.EmailAsync(Nine, null, $"r{i}@example.org");
        _world.Time.Advance(TimeSpan.FromHours(1));
        var worker = _world.Worker();

        await SchedulingWorld.RunAsync(worker);
        Assert.Equal(2, _world.Relay.Taken.Count);
        _world.Time.Advance(TimeSpan.FromMinutes(31));
        await SchedulingWorld.RunAsync(worker);

        Assert.Equal(3, _world.Relay.Taken.Count);
    }

    [Fact]
    public async Task AnAccountThatIsGoneDisabledOrNotProvedSendsNothing()
    {
        await _world.EmailAsync(Nine);
        await _world.Users.SetDisabledAsync(SchedulingWorld.Uid, true, default);
        await AdvanceAndRunAsync(TimeSpan.FromHours(1));
        Assert.Empty(_world.Relay.Taken);
        Assert.Contains("schedule.failed.v1", await _world.EventsAsync(), StringComparison.Ordinal);

        await _world.SignInAsync("u3", verified: false);
        Assert.Equal("email_not_verified", await CodeAsync("u3", "maria@example.org"));
    }

    [Fact]
    public async Task AMessageIsWrittenOnceAndOnlyByAMember()
    {
        var here = await ConversationAsync(SchedulingWorld.Uid);
        var schedule = Assert.IsType<ScheduleResult.Done>(await _world.Service().ScheduleMessageAsync(
            SchedulingWorld.Uid, new ScheduledMessage(here, "Good morning"), new ScheduleTime(Nine, "UTC", Recurrence.Once), null, default)).Schedule;
        Assert.IsType<ScheduleResult.Refused>(await _world.Service().ScheduleMessageAsync(
            "u2", new ScheduledMessage(here, "Me too"), new ScheduleTime(Nine, "UTC", Recurrence.Once), null, default));

        await AdvanceAndRunAsync(TimeSpan.FromHours(1));

        Assert.Equal(DeliveryState.Sent, (await _world.DeliveryAsync(schedule.Id)).State);
        Assert.Equal(1, await MessagesAsync(here));
    }

    [Fact]
    public async Task ARecurringMessageEndsWithItsConversation()
    {
        var here = await ConversationAsync(SchedulingWorld.Uid);
        var schedule = Assert.IsType<ScheduleResult.Done>(await _world.Service().ScheduleMessageAsync(
            SchedulingWorld.Uid, new ScheduledMessage(here, "Good morning"), new ScheduleTime(Nine, "UTC", Daily), null, default)).Schedule;
        Assert.True(await _world.Store.DeleteAsync("conversation", here, 1, [], default));

        await AdvanceAndRunAsync(TimeSpan.FromHours(1));

        Assert.Equal((DeliveryState.Failed, "conversation_not_found"), ((await _world.DeliveryAsync(schedule.Id)).State, (await _world.DeliveryAsync(schedule.Id)).Parts[0].Reason));
        Assert.Equal(ScheduleState.Failed, (await _world.Schedules.FindAsync(schedule.Id, default))!.State);
        Assert.Contains("schedule.failed.v1", await _world.EventsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhatComesBackIsShownAndABounceIsBelievedByItsAddressAlone()
    {
        _world.Options.BounceAddress = "bounces@chaturmail.example";
        var schedule = await _world.EmailAsync(Nine);
        await AdvanceAndRunAsync(TimeSpan.FromHours(1));
        var sender = Assert.Single(_world.Relay.Taken).Envelope.Sender;
        Assert.Matches(@"^bounces\+[0-9a-f]{24}-1\.0\.[0-9a-f]{14}@chaturmail\.example$", sender);
        Assert.True(sender.IndexOf('@', StringComparison.Ordinal) <= 64);
        var bounces = new Bounces(_world.Store, _world.Options, _world.Time);

        Assert.False(await bounces.TakeAsync(Report(sender, "delayed", "4.4.1"), default));
        Assert.False(await bounces.TakeAsync(Report(sender.Replace("-1.0.", "-1.1.", StringComparison.Ordinal), "failed", "5.1.1"), default));
        Assert.False(await bounces.TakeAsync($"To: {sender}\r\n\r\nI am away", default));
        Assert.Equal(DeliveryState.Sent, (await _world.DeliveryAsync(schedule.Id)).State);

        Assert.True(await bounces.TakeAsync(Report(sender.ToUpperInvariant(), "failed", "5.1.1"), default));
        Assert.True(await bounces.TakeAsync(Report(sender, "failed", "5.1.1"), default));

        Assert.Equal((DeliveryState.Bounced, "5.1.1"), ((await _world.DeliveryAsync(schedule.Id)).State, (await _world.DeliveryAsync(schedule.Id)).Parts[0].Status));
        Assert.Equal(DeliveryState.Bounced, (await _world.Schedules.FindAsync(schedule.Id, default))!.Last);
        Assert.Equal("schedule.created.v1 schedule.sent.v1 schedule.bounced.v1", await _world.EventsAsync());
    }

    [Fact]
    public async Task WhatIsErasedLeavesNoMoreAndWhatEndedLongAgoIsSwept()
    {
        var kept = await _world.EmailAsync(Nine);
        var daily = await _world.EmailAsync(Nine, Daily);
        await AdvanceAndRunAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, await CountAsync(_world.Content.ExportAsync(SchedulingWorld.Uid, default)));

        _world.Time.Advance(_world.Options.KeepEnded + TimeSpan.FromMinutes(1));
        await _world.Content.RunAsync(default);
        Assert.Null(await _world.Schedules.FindAsync(kept.Id, default));
        Assert.Null(await _world.DeliveryAsync(kept.Id));
        Assert.NotNull(await _world.Schedules.FindAsync(daily.Id, default));

        await _world.Content.EraseAsync(SchedulingWorld.Uid, _world.Time.GetUtcNow(), default);
        await SchedulingWorld.RunAsync(_world.Worker());
        Assert.Equal(2, _world.Relay.Taken.Count);
        Assert.Equal(0, await CountAsync(_world.Content.ExportAsync(SchedulingWorld.Uid, default)));
        Assert.Null(await _world.DeliveryAsync(daily.Id));
    }

    [Fact]
    public async Task OfManyRequestsAtOnceNoMoreAreTakenThanAUserMayHave()
    {
        _world.Options.ActiveOfAUser = 5;
        var all = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => _world.Service().ScheduleEmailAsync(
            SchedulingWorld.Uid, new ScheduledEmail([$"r{i}@example.org"], "s", "t", []), new ScheduleTime(Nine, "UTC", Recurrence.Once), null, default))));
        Assert.Equal(5, all.OfType<ScheduleResult.Done>().Count());
        Assert.All(all.OfType<ScheduleResult.Refused>(), refused => Assert.Equal("too_many_schedules", refused.Code));

        // What has ended makes room.
        await _world.Service().CancelAsync(SchedulingWorld.Uid, all.OfType<ScheduleResult.Done>().First().Schedule.Id, default);
        await _world.EmailAsync(Nine);
        await AdvanceAndRunAsync(TimeSpan.FromHours(1));
        Assert.Equal(5, _world.Relay.Taken.Count);
    }

    [Fact]
    public async Task TheSameRequestAgainIsTheSameSchedule()
    {
        var time = new ScheduleTime(null, "UTC", Recurrence.Once);
        var all = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => _world.Service().ScheduleEmailAsync(
            SchedulingWorld.Uid, new ScheduledEmail(["maria@example.org"], "s", "t", []), time, "mine", default))));
        Assert.Single(all.Select(result => ((ScheduleResult.Done)result).Schedule.Id).Distinct());
        Assert.Single(all, result => ((ScheduleResult.Done)result).IsNew);
        await SchedulingWorld.RunAsync(_world.Worker());
        Assert.Single(_world.Relay.Taken);
    }

    private async Task AdvanceAndRunAsync(TimeSpan by)
    {
        _world.Time.Advance(by);
        await SchedulingWorld.RunAsync(_world.Worker());
    }

    private async Task<string?> CodeAsync(string uid, string to) => (await _world.Service().ScheduleEmailAsync(
        uid, new ScheduledEmail([to], "s", "t", []), new ScheduleTime("2026-12-20T09:00:00", "UTC", Recurrence.Once), null, default) as ScheduleResult.Refused)?.Code;

    private async Task<string> ConversationAsync(string uid)
    {
        var conversation = new Conversation(DocumentId.New(_world.Time), ConversationKind.Group, "", [new ConversationMember(uid, 1, true)], null, null, 1);
        Assert.True(await new Documents<Conversation>(_world.Store, new("conversation", c => c.Id, c => c.CreatedOn, _ => [])).AddAsync(conversation, default));
        return conversation.Id;
    }

    private async Task<int> MessagesAsync(string conversation) =>
        (await _world.Messages.ListAsync(conversation, 0, before: false, 10, default)).Count;

    private static string Report(string to, string action, string status) =>
        $"""
        To: {to}
        Content-Type: multipart/report; report-type=delivery-status; boundary=b

        --b
        Content-Type: text/plain

        It did not work. Status: 9.9.9
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.org

        Final-Recipient: rfc822; maria@example.org
        Action: {action}
        Status: {status}
        --b--
        """.ReplaceLineEndings("\r\n");

    private static async Task<int> CountAsync<T>(IAsyncEnumerable<T> items)
    {
        var count = 0;
        await foreach (var _ in items) count++;
        return count;
    }
}
