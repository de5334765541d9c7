using ChaturMail.Core.Generation;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using ChaturMail.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What operators do with jobs that were given up, and what models cost. Nobody drains the queue here but the tests.</summary>
public sealed class AdminDeadLetterTests : AdminApiTests
{
    private const string Secret = "severance";

    [Fact]
    public async Task DeadLettersAreListedPageByPageWithoutAWordOfTheirUsers()
    {
        Assert.Null((await DoneAsync("getDeadLetters", new { })).Payload);
        var ids = new List<string>();
        for (var i = 0; i < 5; i++) ids.Insert(0, (await BuryAsync()).Id);

        var found = new List<string>();
        string? cursor = null;
        do
        {
            var page = await DoneAsync("getDeadLetters", new { limit = 2, cursor });
            found.AddRange(page.Payload?.Select(letter => letter["id"]!.GetValue<string>()) ?? []);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        Assert.Equal(ids.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
        var letter = (await DoneAsync("getDeadLetters", new { limit = 1 })).Item;
        Assert.DoesNotContain(Secret, letter.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(("no credit", 1L, Uid, "1", 250L), (
            letter["reason"]!.GetValue<string>(), letter["attempts"]!.GetValue<long>(), letter["userId"]!.GetValue<string>(),
            letter["promptId"]!.GetValue<string>(), letter["coins"]!.GetValue<long>()));
        Assert.InRange(letter["buriedAt"]!.GetValue<long>(), letter["firstTriedAt"]!.GetValue<long>(), TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
    }

    [Fact]
    public async Task ALetterWhoseJobIsGoneIsListedAndCanOnlyBeDropped()
    {
        var queue = Service<IGenerationQueue>();
        var id = DocumentId.New(TimeProvider.System);
        await queue.EnqueueAsync(id, default);
        await queue.BuryAsync((await queue.TakeAsync(1, default))[0], "old", default);

        var letter = (await DoneAsync("getDeadLetters", new { })).Item;
        Assert.Equal((id, true, true, true), (letter["id"]!.GetValue<string>(), letter["userId"] is null, letter["promptId"] is null, letter["coins"] is null));
        await ImpossibleAsync(id, "record");
        await DoneAsync("dropDeadLetter", new { id });
        Assert.Null((await DoneAsync("getDeadLetters", new { })).Payload);
    }

    [Fact]
    public async Task ATriedLetterReservesItsCoinsOnceHoweverOftenItIsAskedForAtOnce()
    {
        var job = await BuryAsync();
        await ExpectCoinsAsync(1000);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PostAsync("retryDeadLetter", new { id = job.Id })));

        Assert.Contains(answers, answer => answer.HttpStatus == 200);
        Assert.All(answers, answer => Assert.Contains(answer.Code, new[] { null, "dead_letter_not_found" }));
        await ExpectCoinsAsync(750);
        Assert.Null((await DoneAsync("getDeadLetters", new { })).Payload);
        Assert.Equal(job.Id, Assert.Single(await Service<IGenerationQueue>().TakeAsync(10, default)).JobId);
        Assert.Equal(JobState.Queued, (await Service<IJobStore>().FindAsync(job.Id, default))!.State);
        Assert.StartsWith($"deadletter.retry:{job.Id}", await ActionsAsync(), StringComparison.Ordinal);
        await RefusedAsync(404, "dead_letter_not_found", "retryDeadLetter", new { id = job.Id });
    }

    [Fact]
    public async Task WhatCannotBeTriedAgainIsSaidAndNothingIsLost()
    {
        var (poor, own) = (await BuryAsync(), await BuryAsync(promptId: DocumentId.New(TimeProvider.System)));
        await ImpossibleAsync(own.Id, "template");
        await DoneAsync("changeCoins", new { uid = Uid, coins = -900, reason = "test" });
        await ImpossibleAsync(poor.Id, "too few coins");
        await ExpectCoinsAsync(100);
        await DoneAsync("disableUser", new { uid = Uid, reason = "test" });
        await ImpossibleAsync(poor.Id, "disabled");

        Assert.Equal(2, (await DoneAsync("getDeadLetters", new { })).Items.Count);
        Assert.Equal(JobState.Failed, (await Service<IJobStore>().FindAsync(poor.Id, default))!.State);
        // Each has its line and that of its failure.
        var lines = (await AuditAsync()).Where(line => line.Action.StartsWith("deadletter", StringComparison.Ordinal)).ToList();
        Assert.Equal(6, lines.Count);
        Assert.Equal("deadletter.retry.failed", lines[^1].Action);
        Assert.Contains(lines[^2].Id, lines[^1].Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnEmailThatIsWrittenIsNotTriedAgainThoughItsLetterIsThere()
    {
        var job = await BuryAsync();
        var jobs = Service<IJobStore>();
        await jobs.ReopenAsync(job.Id, default);
        await jobs.CompleteAsync((await jobs.FindAsync(job.Id, default))!, Contracts.StoreFixture.Answer(), default);
        await ImpossibleAsync(job.Id, "written");
        await ExpectCoinsAsync(750);
    }

    [Fact]
    public async Task ADroppedLetterIsGoneOnceAndMovesNoCoins()
    {
        var job = await BuryAsync();
        await DoneAsync("dropDeadLetter", new { id = job.Id });
        await RefusedAsync(404, "dead_letter_not_found", "dropDeadLetter", new { id = job.Id });
        await RefusedAsync(404, "dead_letter_not_found", "retryDeadLetter", new { id = "nothing" });
        await ExpectCoinsAsync(1000);
        Assert.Equal($"deadletter.drop:{job.Id}", await ActionsAsync());
    }

    [Fact]
    public async Task AJobThatFailsAgainAtOnceKeepsItsNewLetter()
    {
        var job = await BuryAsync();
        var queue = new FailingAtOnce(Service<IGenerationQueue>(), Service<IJobStore>());

        Assert.Equal(JobRetry.Queued, await new DeadLetters(Service<IJobStore>(), queue, Service<PromptLibrary>()).RetryAsync(job.Id, default));

        Assert.Equal("again", (await Service<IGenerationQueue>().FindDeadAsync(job.Id, default))!.Reason);
        await ExpectCoinsAsync(1000);
    }

    [Fact]
    public async Task CostsAreToldByDayProviderModelAndPurpose()
    {
        Assert.Null((await DoneAsync("getModelCosts", new { })).Payload);
        var spending = Service<ISpendingStore>();
        Task AddAsync(int day, string model, ModelRole role, long nano) => spending.AddCallAsync(
            new ModelCall(new DateOnly(2026, 3, day), "openai", model, role, 100, 40, nano, TimeSpan.FromSeconds(1)), default);
        await AddAsync(1, "gpt-4o", ModelRole.Answer, 1);
        await AddAsync(2, "gpt-4o", ModelRole.Answer, 1_500_000);
        await AddAsync(3, "gpt-4o", ModelRole.Answer, 2_000_000);
        await AddAsync(3, "gpt-4o", ModelRole.Answer, 2_000_900);
        await AddAsync(3, "gpt-4o", ModelRole.Comparison, 7_000);
        await AddAsync(4, "gpt-4o", ModelRole.Answer, 1);

        var costs = (await DoneAsync("getModelCosts", new { from = "2026-03-02", to = "2026-03-03" })).Items.Select(cost => cost.ToJsonString());
        Assert.Equal(
            [
                """{"day":"2026-03-03","provider":"openai","model":"gpt-4o","purpose":"email","calls":2,"inputTokens":200,"outputTokens":80,"costMicroUsd":4000}""",
                """{"day":"2026-03-03","provider":"openai","model":"gpt-4o","purpose":"comparison","calls":1,"inputTokens":100,"outputTokens":40,"costMicroUsd":7}""",
                """{"day":"2026-03-02","provider":"openai","model":"gpt-4o","purpose":"email","calls":1,"inputTokens":100,"outputTokens":40,"costMicroUsd":1500}""",
            ], costs);
    }

    private protected override void Change(IServiceCollection services) =>
        services.Remove(services.Single(service => service.ImplementationType == typeof(GenerationWorker)));

    private async Task ImpossibleAsync(string id, string why)
    {
        var answer = await PostAsync("retryDeadLetter", new { id });
        Assert.Equal((409, "retry_impossible"), (answer.HttpStatus, answer.Code));
        Assert.Contains(why, answer.Message, StringComparison.Ordinal);
    }

    private async Task<GenerationJob> BuryAsync(string promptId = "1")
    {
        var (jobs, queue) = (Service<IJobStore>(), Service<IGenerationQueue>());
        var job = new GenerationJob(
            DocumentId.New(TimeProvider.System), Uid, promptId, Secret, Secret, Secret + "@example.com", "Priya Nair", 250, 7, TimeProvider.System.GetUtcNow());
        Assert.Equal(Acceptance.Accepted, await jobs.AcceptAsync(job, default));
        await queue.EnqueueAsync(job.Id, default);
        var entry = Assert.Single(await queue.TakeAsync(1, default));
        await jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);
        await queue.BuryAsync(entry, "no credit", default);
        return job;
    }

    private async Task ExpectCoinsAsync(long available) => Assert.Equal(available, (await Service<IUserStore>().FindAsync(Uid, default))!.AvailableTokens);

    /// <summary>A queue whose worker is so quick that a job has failed again before its enqueuing is answered.</summary>
    private sealed class FailingAtOnce(IGenerationQueue queue, IJobStore jobs) : IGenerationQueue
    {
        public async Task EnqueueAsync(string jobId, CancellationToken cancellation)
        {
            await queue.EnqueueAsync(jobId, cancellation);
            var entry = Assert.Single(await queue.TakeAsync(1, cancellation));
            await jobs.FailAsync(jobId, FailureCode.RequestRefused, cancellation);
            await queue.BuryAsync(entry, "again", cancellation);
        }

        public Task<DeadLetter?> FindDeadAsync(string jobId, CancellationToken cancellation) => queue.FindDeadAsync(jobId, cancellation);

        public Task<bool> DropDeadAsync(string jobId, CancellationToken cancellation) => queue.DropDeadAsync(jobId, cancellation);

        public Task<bool> DropDeadAsync(DeadLetter letter, CancellationToken cancellation) => queue.DropDeadAsync(letter, cancellation);

        public Task<IReadOnlyList<QueueEntry>> TakeAsync(int most, CancellationToken cancellation) => throw new NotSupportedException();

        public Task ExtendAsync(IReadOnlyCollection<QueueEntry> entries, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<bool> HoldsAsync(QueueEntry entry, CancellationToken cancellation) => throw new NotSupportedException();

        public Task AcknowledgeAsync(QueueEntry entry, CancellationToken cancellation) => throw new NotSupportedException();

        public Task RetryAsync(QueueEntry entry, TimeSpan delay, CancellationToken cancellation) => throw new NotSupportedException();

        public Task ReleaseAsync(QueueEntry entry, CancellationToken cancellation) => throw new NotSupportedException();

        public Task BuryAsync(QueueEntry entry, string reason, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, Core.Emails.EmailCursor? after, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<QueueDepth> MeasureAsync(CancellationToken cancellation) => throw new NotSupportedException();
    }
}
