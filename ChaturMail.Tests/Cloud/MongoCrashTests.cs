using ChaturMail.Core.Feedback;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Contracts;
using MongoDB.Bson;

namespace ChaturMail.Tests.Cloud;

/// <summary>
/// A process that dies after its first command to the database, after its second, and so on to the last: whatever it leaves, the repair
/// and the repetition of the call end as if nothing had happened.
/// </summary>
public sealed class MongoCrashTests
{
    private const long Start = StoreFixture.StartingCoins;

    [Fact]
    public Task AnAcceptanceIsWholeOrNothing() => AtEveryCommandAsync(
        prepare: (_, _) => Task.CompletedTask,
        (stores, job) => stores.Jobs.AcceptAsync(job, default),
        async (stores, job) =>
        {
            var accepted = await stores.Jobs.FindAsync(job.Id, default) is not null;
            await ExpectAsync(stores, accepted ? Start - 250 : Start, used: 0, count: 0);

            Assert.Equal(Acceptance.Accepted, await stores.Jobs.AcceptAsync(job, default));
            await ExpectAsync(stores, Start - 250, used: 0, count: 0);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task AnAcceptanceOfVariantsIsWholeOrNothing(bool repair) => AtEveryCommandAsync(
        prepare: (_, _) => Task.CompletedTask,
        (stores, job) => stores.Jobs.AcceptAsync(Variants(job), default),
        async (stores, job) =>
        {
            var jobs = Variants(job);
            var found = 0;
            foreach (var variant in jobs)
                if (await stores.Jobs.FindAsync(variant.Id, default) is not null) found++;
            if (repair)
            {
                Assert.Contains(found, new[] { 0, 3 });
                await ExpectAsync(stores, found == 3 ? Start - 750 : Start, used: 0, count: 0);
            }

            Assert.Equal(Acceptance.Accepted, await stores.Jobs.AcceptAsync(jobs, default));
            await ExpectAsync(stores, Start - 750, used: 0, count: 0);
            await stores.Jobs.CompleteAsync(jobs[0], StoreFixture.Answer(), default);
            await stores.Jobs.FailAsync(jobs[1].Id, FailureCode.RequestRefused, default);
            await stores.Jobs.FailAsync(jobs[2].Id, FailureCode.RequestRefused, default);
            await stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default);
            await ExpectAsync(stores, Start - 250, used: 250, count: 1);
        }, repair);

    [Fact]
    public Task ARepairThatDiesWhileItGivesBackLeavesNothingInTheWayOfAnotherAttempt() => AtEveryCommandAsync(
        prepare: async (stores, job) =>
        {
            // Dies before its first job is written: everything is reserved and the variants are prepared.
            await Assert.ThrowsAnyAsync<Exception>(() => stores.OpenDying(4).Jobs.AcceptAsync(Variants(job), default));
            await ExpectAsync(stores, Start - 750, used: 0, count: 0);
        },
        (stores, _) => stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default),
        async (stores, job) =>
        {
            var jobs = Variants(job);
            Assert.Equal(Acceptance.Accepted, await stores.Jobs.AcceptAsync(jobs, default));
            await ExpectAsync(stores, Start - 750, used: 0, count: 0);
            foreach (var variant in jobs) await stores.Jobs.FailAsync(variant.Id, FailureCode.RequestRefused, default);
            await ExpectAsync(stores, Start, used: 0, count: 0);
        }, repair: false);

    private static IReadOnlyList<GenerationJob> Variants(GenerationJob job) =>
        [.. Enumerable.Range(0, 3).Select(variant => job with { Id = DocumentId.Variant(job.Id, variant) })];

    [Fact]
    public Task ACompletionIsRepeatedOrRepairedToOneEmailAndOneCharge() => AtEveryCommandAsync(
        prepare: (stores, job) => stores.Jobs.AcceptAsync(job, default),
        (stores, job) => stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default),
        async (stores, job) =>
        {
            if (await stores.Jobs.FindAsync(job.Id, default) is { State: JobState.Queued })
                await stores.Jobs.CompleteAsync(job, StoreFixture.Answer("another text"), default);

            Assert.NotNull(await stores.Emails.FindAsync("u1", job.Id, default));
            Assert.Equal("", (await stores.Jobs.FindAsync(job.Id, default))!.Subject);
            await ExpectAsync(stores, Start - 250, used: 250, count: 1);
        });

    [Fact]
    public Task WhatACrashedCompletionWroteIsSettledByWhoeverReadsTheJob() => AtEveryCommandAsync(
        prepare: (stores, job) => stores.Jobs.AcceptAsync(job, default),
        (stores, job) => stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default),
        async (stores, job) =>
        {
            if (await stores.Jobs.FindAsync(job.Id, default) is { State: JobState.Queued }) return;
            Assert.NotNull(await stores.Emails.FindAsync("u1", job.Id, default));
            await ExpectAsync(stores, Start - 250, used: 250, count: 1);
        }, repair: false);

    [Fact]
    public Task AFailureGivesTheCoinsBackOnce() => AtEveryCommandAsync(
        prepare: (stores, job) => stores.Jobs.AcceptAsync(job, default),
        (stores, job) => stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default),
        async (stores, job) =>
        {
            await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);
            await ExpectAsync(stores, Start, used: 0, count: 0);
        });

    [Fact]
    public Task AReopenedJobIsPaidOnce() => AtEveryCommandAsync(
        prepare: async (stores, job) =>
        {
            await stores.Jobs.AcceptAsync(job, default);
            await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);
        },
        (stores, job) => stores.Jobs.ReopenAsync(job.Id, default),
        async (stores, job) =>
        {
            Assert.Equal(Acceptance.Accepted, await stores.Jobs.ReopenAsync(job.Id, default));
            await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);
            await ExpectAsync(stores, Start - 250, used: 250, count: 1);
        });

    [Fact]
    public Task AnErasureThatBeganIsFinishedAndASignInAfterItIsANewAccount() => AtEveryCommandAsync(
        prepare: async (stores, job) =>
        {
            await stores.GenerateAsync("u1");
            await stores.Jobs.AcceptAsync(job, default);
            await stores.Emails.TakeVersionsAsync("u1", job.Id, 1, default);
            await stores.Feedback.AddAsync(new FeedbackMessage(DocumentId.New(stores.Time), "u1", "", "subject", "message", 1), default);
        },
        (stores, _) => stores.Users.DeleteAsync("u1", default),
        async (stores, job) =>
        {
            if (await stores.Users.FindAsync("u1", default) is not null) return;
            await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);
            foreach (var name in new[] { "usermodels", "generatedemails", "feedbackmodels", "generationjobs", "idempotencykeys", "emailchains", "coinledger" })
                Assert.Equal(0, await stores.Collections.Database.GetCollection<BsonDocument>(name).CountDocumentsAsync(new BsonDocument()));

            await stores.SignInAsync("u1");
            await stores.GenerateAsync("u1");
            await stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default);
            await ExpectAsync(stores, Start - 250, used: 250, count: 1);
            Assert.Single((await stores.Emails.ListAsync("u1", 10, null, null, default)).Emails);
        });

    private static async Task AtEveryCommandAsync(
        Func<MongoFixture, GenerationJob, Task> prepare, Func<MongoFixture, GenerationJob, Task> dying, Func<MongoFixture, GenerationJob, Task> expect,
        bool repair = true)
    {
        for (var commands = 0; ; commands++)
        {
            await using var stores = new MongoFixture();
            await stores.SignInAsync("u1");
            var job = stores.JobOf("u1");
            await prepare(stores, job);
            var died = false;
            try
            {
                await dying(stores.OpenDying(commands), job);
            }
            catch (Exception e) when (e is MongoFixture.DiedException || e.InnerException is MongoFixture.DiedException)
            {
                died = true;
            }

            if (repair) await stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default);
            await expect(stores, job);
            if (died) continue;
            Assert.True(commands > 1, "nothing was interrupted");
            return;
        }
    }

    private static async Task ExpectAsync(MongoFixture stores, long available, long used, long count)
    {
        var user = await stores.Users.FindAsync("u1", default);
        Assert.Equal((available, used, count), (user!.AvailableTokens, user.UsedTokens, user.GeneratedEmailCount));
        await stores.ExpectSumsAsync("u1");
    }
}
