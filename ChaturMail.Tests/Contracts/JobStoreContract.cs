using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IJobStore"/> does: one job, one email, one charge or one refund.</summary>
public abstract class JobStoreContract
{
    protected abstract StoreFixture Open();

    [Fact]
    public async Task AcceptingReservesTheCoinsAndKeepsTheJob()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1") with { TraceParent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" };

        Assert.Equal(Acceptance.Accepted, await stores.Jobs.AcceptAsync(job, default));

        var kept = await stores.Jobs.FindAsync(job.Id, default);
        Assert.Equal(job with { AcceptedAt = kept!.AcceptedAt }, kept);
        Assert.Equal(job.AcceptedAt, kept.AcceptedAt, TimeSpan.FromMilliseconds(1));
        await ExpectAsync(stores, available: 750, used: 0, count: 0);
    }

    [Fact]
    public async Task AcceptingTwiceReservesOnce()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");

        for (var i = 0; i < 3; i++) Assert.Equal(Acceptance.Accepted, await stores.Jobs.AcceptAsync(job, default));

        await ExpectAsync(stores, available: 750, used: 0, count: 0);
    }

    [Fact]
    public async Task TwoHundredRequestsAtOnceSpendWhatIsThereAndNotACoinMore()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: 10 * StoreFixture.Cost + 1);

        var answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(
            _ => Task.Run(() => stores.Jobs.AcceptAsync(stores.JobOf("u1"), default))));

        Assert.Equal(10, answers.Count(a => a == Acceptance.Accepted));
        Assert.Equal(190, answers.Count(a => a == Acceptance.InsufficientCoins));
        await ExpectAsync(stores, available: 1, used: 0, count: 0);
    }

    [Fact]
    public async Task AUserWhoIsUnknownOrDisabledIsNotServed()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.Users.SetDisabledAsync("u1", true, default);

        Assert.Equal(Acceptance.NoUser, await stores.Jobs.AcceptAsync(stores.JobOf("u1"), default));
        Assert.Equal(Acceptance.NoUser, await stores.Jobs.AcceptAsync(stores.JobOf("nobody"), default));
    }

    [Fact]
    public async Task CompletingStoresTheEmailUnderTheJobsIdAndSettlesTheCoins()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);

        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer() with { Note = "A note." }, default);

        var email = await stores.Emails.FindAsync("u1", job.Id, default);
        Assert.NotNull(email);
        Assert.Equal((job.Id, "u1", "1", job.Subject, job.Keywords, job.ToEmail), (email.Id, email.UserId, email.PromptId, email.Subject, email.Keywords, email.ToEmail));
        Assert.Equal((StoreFixture.Cost, "test-model", "A note."), (email.Coins, email.Model, email.Note));
        Assert.InRange(email.CreatedOn, job.AcceptedAt.ToUnixTimeSeconds(), job.AcceptedAt.ToUnixTimeSeconds() + 60);
        await ExpectAsync(stores, available: 750, used: 250, count: 1);
    }

    [Fact]
    public async Task AJobThatIsDoneHoldsNoTextOfTheUsersAnyMore()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = await stores.GenerateAsync("u1");

        var kept = await stores.Jobs.FindAsync(job.Id, default);
        Assert.Equal((JobState.Done, "", "", ""), (kept!.State, kept.Subject, kept.Keywords, kept.ToEmail));
    }

    [Fact]
    public async Task AJobThatRunsTwiceYieldsOneEmailAndOneCharge()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(
            i => Task.Run(() => stores.Jobs.CompleteAsync(job, StoreFixture.Answer($"Text {i}"), default))));
        await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);

        Assert.Single((await stores.Emails.ListAsync("u1", 100, null, null, default)).Emails);
        await ExpectAsync(stores, available: 750, used: 250, count: 1);
    }

    [Fact]
    public async Task FailingGivesTheCoinsBackOnce()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);

        await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => stores.Jobs.FailAsync(job.Id, FailureCode.RequestRefused, default))));
        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);

        var kept = await stores.Jobs.FindAsync(job.Id, default);
        Assert.Equal((JobState.Failed, FailureCode.RequestRefused), (kept!.State, kept.Failure));
        Assert.Null(await stores.Emails.FindAsync("u1", job.Id, default));
        await ExpectAsync(stores, available: 1000, used: 0, count: 0);
    }

    [Fact]
    public async Task AnEmailThatItsOwnerDeletedDoesNotComeBackWhenTheJobRunsAgain()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = await stores.GenerateAsync("u1");
        await stores.Emails.DeleteAsync("u1", job.Id, default);

        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);

        Assert.Null(await stores.Emails.FindAsync("u1", job.Id, default));
        await ExpectAsync(stores, available: 750, used: 250, count: 1);
    }

    [Fact]
    public async Task AFailedJobIsOpenedAgainForItsCoinsOnceAndCanBeCompleted()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => stores.Jobs.ReopenAsync(job.Id, default))));
        Assert.All(answers, answer => Assert.Equal(Acceptance.Accepted, answer));
        await ExpectAsync(stores, available: 750, used: 0, count: 0);
        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);

        Assert.Equal(Acceptance.NoUser, await stores.Jobs.ReopenAsync(job.Id, default));
        await ExpectAsync(stores, available: 750, used: 250, count: 1);
    }

    [Fact]
    public async Task AFailedJobIsNotOpenedAgainForAUserWithoutTheCoins()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: StoreFixture.Cost);
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);
        await stores.GenerateAsync("u1");

        Assert.Equal(Acceptance.InsufficientCoins, await stores.Jobs.ReopenAsync(job.Id, default));
        await ExpectAsync(stores, available: 0, used: 250, count: 1);
    }

    [Fact]
    public async Task QueuedJobsAreListedOldestFirstAndEndedOnesAreNot()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var start = stores.Time.GetUtcNow();
        var jobs = Enumerable.Range(0, 3).Select(i => stores.JobOf("u1") with { AcceptedAt = start.AddSeconds(-10 + i) }).ToList();
        foreach (var job in Enumerable.Reverse(jobs)) await stores.Jobs.AcceptAsync(job, default);
        await stores.Jobs.CompleteAsync(jobs[1], StoreFixture.Answer(), default);

        Assert.Equal([jobs[0].Id, jobs[2].Id], await stores.Jobs.ListQueuedAsync(start, 10, default));
        Assert.Equal([jobs[0].Id], await stores.Jobs.ListQueuedAsync(start, 1, default));
        Assert.Equal([jobs[0].Id], await stores.Jobs.ListQueuedAsync(start.AddSeconds(-9), 10, default));
    }

    [Fact]
    public async Task AskedForManyJobsTheStoreNamesThoseThatEndedOrAreGone()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var done = await stores.GenerateAsync("u1");
        var failed = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(failed, default);
        await stores.Jobs.FailAsync(failed.Id, FailureCode.Poisoned, default);
        var queued = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(queued, default);
        var gone = DocumentId.New(stores.Time);

        var ended = await stores.Jobs.ListEndedAsync([done.Id, failed.Id, queued.Id, gone], default);

        Assert.Equal([done.Id, failed.Id, gone], ended.Order());
    }

    [Fact]
    public async Task OldEndedJobsAreRemovedAndTheirEmailsStay()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var done = await stores.GenerateAsync("u1");
        var queued = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(queued, default);

        Assert.Equal(0, await stores.Jobs.DeleteEndedAsync(stores.Time.GetUtcNow().AddMinutes(-1), 10, default));
        Assert.Equal(1, await stores.Jobs.DeleteEndedAsync(stores.Time.GetUtcNow().AddMinutes(1), 10, default));

        Assert.Null(await stores.Jobs.FindAsync(done.Id, default));
        Assert.NotNull(await stores.Jobs.FindAsync(queued.Id, default));
        Assert.NotNull(await stores.Emails.FindAsync("u1", done.Id, default));
    }

    [Fact]
    public async Task OfManyClaimsOfOneKeyTheFirstHolds()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(
            () => stores.Jobs.ClaimKeyAsync("u1", "key", new KeyClaim(DocumentId.New(stores.Time), $"print {i}"), DateTimeOffset.MinValue, default))));

        Assert.Single(claims.Distinct());
    }

    [Fact]
    public async Task AKeyIsItsUsersAloneAndIsForgottenAfterItsTime()
    {
        await using var stores = Open();
        foreach (var uid in new[] { "u1", "u2" }) await stores.SignInAsync(uid);
        var (mine, theirs, later) = (new KeyClaim("a", "1"), new KeyClaim("b", "2"), new KeyClaim("c", "3"));
        Assert.Equal(mine, await stores.Jobs.ClaimKeyAsync("u1", "key", mine, DateTimeOffset.MinValue, default));
        Assert.Equal(theirs, await stores.Jobs.ClaimKeyAsync("u2", "key", theirs, DateTimeOffset.MinValue, default));

        Assert.Equal(mine, await stores.Jobs.ClaimKeyAsync("u1", "key", later, stores.Time.GetUtcNow().AddMinutes(-1), default));
        Assert.Equal(later, await stores.Jobs.ClaimKeyAsync("u1", "key", later, stores.Time.GetUtcNow().AddMinutes(1), default));
        await stores.Jobs.DeleteEndedAsync(stores.Time.GetUtcNow().AddMinutes(1), 10, default);
        Assert.Equal(mine, await stores.Jobs.ClaimKeyAsync("u2", "key", mine, DateTimeOffset.MinValue, default));
    }

    [Fact]
    public async Task OfManyEndsOfAJobThatNobodyWaitsForOneIsToldToNotify()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var (waitedFor, done, failed) = (stores.JobOf("u1"), stores.JobOf("u1"), stores.JobOf("u1"));
        foreach (var job in new[] { waitedFor, done, failed }) await stores.Jobs.AcceptAsync(job, default);
        foreach (var job in new[] { done, failed })
            for (var i = 0; i < 2; i++) Assert.True(await stores.Jobs.RequestNotificationAsync(job.Id, default));

        Assert.False(await stores.Jobs.CompleteAsync(waitedFor, StoreFixture.Answer(), default));
        var completions = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => stores.Jobs.CompleteAsync(done, StoreFixture.Answer(), default))));
        var failures = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(() => stores.Jobs.FailAsync(failed.Id, FailureCode.Poisoned, default))));

        Assert.Equal((1, 1), (completions.Count(told => told), failures.Count(told => told)));
        Assert.False(await stores.Jobs.CompleteAsync(failed, StoreFixture.Answer(), default));
    }

    [Fact]
    public async Task AJobThatHasEndedOrIsGoneIsNotMarkedForNotification()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var done = await stores.GenerateAsync("u1");
        Assert.False(await stores.Jobs.RequestNotificationAsync(done.Id, default));
        Assert.False(await stores.Jobs.RequestNotificationAsync(DocumentId.New(stores.Time), default));
    }

    [Fact]
    public async Task AJobThatIsOpenedAgainNotifiesBecauseNobodyWaitsForIt()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        Assert.False(await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default));
        await stores.Jobs.ReopenAsync(job.Id, default);

        Assert.True(await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default));
    }

    [Fact]
    public async Task AJobKeepsWhatWasAskedUntilItIsDoneAndItsEmailKeepsTheRest()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var options = new EmailOptions
        {
            Tone = EmailTone.Formal,
            Length = EmailLength.Short,
            Language = "de-CH",
            SenderName = "Asha",
            RecipientName = "Frau Müller",
            Signature = "Asha Rao\nLeiterin \"Einkauf\"",
            Instructions = "Kurz, ohne Floskeln",
            Context = "Guten Tag,\n\nwann?",
            Model = "composer",
        };
        var job = stores.JobOf("u1") with
        {
            Options = options,
            Rewrite = new Rewrite(RewriteKind.Translate, "de", "Dear Maria,\n\nHello."),
            IsStreamed = true,
            Version = new EmailVersion(4, DocumentId.New(stores.Time), DocumentId.New(stores.Time)),
        };
        await stores.Jobs.AcceptAsync(job, default);

        var kept = (await stores.Jobs.FindAsync(job.Id, default))!;
        Assert.Equal((options, job.Rewrite, true, job.Version), (kept.Options, kept.Rewrite, kept.IsStreamed, kept.Version));
        var usage = new EmailUsage("openai", 812, 240, true, 1_234_567_890_123);
        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer() with { Usage = usage }, default);

        var done = (await stores.Jobs.FindAsync(job.Id, default))!;
        Assert.Equal((EmailOptions.None, null), (done.Options, done.Rewrite));
        var email = (await stores.Emails.FindAsync("u1", job.Id, default))!;
        Assert.Equal((options, job.Version, usage), (email.Options, email.Version, email.Usage));
        Assert.Equal((null, null), (email.EditedOn, email.Original));
    }

    [Fact]
    public async Task VariantsAreAcceptedAllOrNone()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: 3 * StoreFixture.Cost - 1);
        var (three, two) = (stores.VariantsOf("u1", 3), stores.VariantsOf("u1", 2));

        Assert.Equal(Acceptance.InsufficientCoins, await stores.Jobs.AcceptAsync(three, default));
        foreach (var job in three) Assert.Null(await stores.Jobs.FindAsync(job.Id, default));
        await ExpectAsync(stores, available: 749, used: 0, count: 0);
        Assert.Equal(Acceptance.Accepted, await stores.Jobs.AcceptAsync(two, default));

        foreach (var job in two) Assert.Equal(JobState.Queued, (await stores.Jobs.FindAsync(job.Id, default))!.State);
        Assert.Equal(2, (await stores.Jobs.ListQueuedAsync(stores.Time.GetUtcNow().AddMinutes(1), 10, default)).Count);
        await ExpectAsync(stores, available: 249, used: 0, count: 0);
    }

    [Fact]
    public async Task VariantsAreReservedForOnceHoweverOftenTheyAreAccepted()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var jobs = stores.VariantsOf("u1", 3);

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => stores.Jobs.AcceptAsync(jobs, default))));

        Assert.All(answers, answer => Assert.Equal(Acceptance.Accepted, answer));
        await stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default);
        await ExpectAsync(stores, available: 250, used: 0, count: 0);
        await stores.Jobs.CompleteAsync(jobs[0], StoreFixture.Answer(), default);
        await stores.Jobs.FailAsync(jobs[1].Id, FailureCode.RequestRefused, default);
        Assert.Equal(Acceptance.Accepted, await stores.Jobs.AcceptAsync(jobs, default));
        await ExpectAsync(stores, available: 500, used: 250, count: 1);
        await stores.Jobs.CompleteAsync(jobs[2], StoreFixture.Answer(), default);
        await ExpectAsync(stores, available: 500, used: 500, count: 2);
    }

    [Fact]
    public async Task VariantsOfAUserWhoIsUnknownAreNotAccepted()
    {
        await using var stores = Open();
        Assert.Equal(Acceptance.NoUser, await stores.Jobs.AcceptAsync(stores.VariantsOf("nobody", 3), default));
    }

    private static async Task ExpectAsync(StoreFixture stores, long available, long used, long count)
    {
        var user = await stores.Users.FindAsync("u1", default);
        Assert.Equal((available, used, count), (user!.AvailableTokens, user.UsedTokens, user.GeneratedEmailCount));
    }
}
