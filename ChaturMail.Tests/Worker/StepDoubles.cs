using System.Collections.Concurrent;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Push;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Worker;

/// <summary>The fixture's real job store, which notes its changes and fails where the test wants it.</summary>
internal sealed class StepStore(WorkerFixture fixture) : IJobStore
{
    private readonly IJobStore _jobs = fixture.Stores.Jobs;

    public Task<Acceptance> AcceptAsync(IReadOnlyList<GenerationJob> jobs, CancellationToken cancellation) => _jobs.AcceptAsync(jobs, cancellation);

    public Task<KeyClaim> ClaimKeyAsync(string uid, string key, KeyClaim claim, DateTimeOffset forgetBefore, CancellationToken cancellation) =>
        _jobs.ClaimKeyAsync(uid, key, claim, forgetBefore, cancellation);

    public Task<GenerationJob?> FindAsync(string id, CancellationToken cancellation) => _jobs.FindAsync(id, cancellation);

    public async Task<bool> CompleteAsync(GenerationJob job, ModelAnswer.Written answer, CancellationToken cancellation)
    {
        fixture.Step("complete");
        var notify = await _jobs.CompleteAsync(job, answer, cancellation);
        fixture.Step("completed");
        return notify;
    }

    public async Task<bool> FailAsync(string id, string failure, CancellationToken cancellation)
    {
        fixture.Step("fail");
        var notify = await _jobs.FailAsync(id, failure, cancellation);
        fixture.Step("failed");
        return notify;
    }

    public Task<bool> RequestNotificationAsync(string id, CancellationToken cancellation) => _jobs.RequestNotificationAsync(id, cancellation);

    public Task<Acceptance> ReopenAsync(string id, CancellationToken cancellation) => _jobs.ReopenAsync(id, cancellation);

    public Task<IReadOnlyList<string>> ListQueuedAsync(DateTimeOffset acceptedBefore, int limit, CancellationToken cancellation) =>
        _jobs.ListQueuedAsync(acceptedBefore, limit, cancellation);

    public Task<IReadOnlyList<string>> ListEndedAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        _jobs.ListEndedAsync(ids, cancellation);

    public Task RepairAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        fixture.Step("repair");
        return _jobs.RepairAsync(before, cancellation);
    }

    public Task<int> DeleteEndedAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellation) =>
        _jobs.DeleteEndedAsync(endedBefore, limit, cancellation);
}

/// <summary>Push messages that go nowhere and are answered as the test wants.</summary>
internal sealed class ScriptedPush : IPushMessages
{
    public ConcurrentQueue<(string FcmToken, PushMessage Message)> Sent { get; } = new();

    public Func<CancellationToken, Task<PushResult>> Answer { get; init; } = _ => Task.FromResult<PushResult>(PushResult.Sent.Instance);

    public Task<PushResult> SendAsync(string fcmToken, PushMessage message, CancellationToken cancellation)
    {
        Sent.Enqueue((fcmToken, message));
        return Answer(cancellation);
    }
}

/// <summary>The fixture's real queue, likewise.</summary>
internal sealed class StepQueue(WorkerFixture fixture) : IGenerationQueue
{
    private readonly EmbeddedQueue _queue = fixture.Embedded;

    public Task EnqueueAsync(string jobId, CancellationToken cancellation) => _queue.EnqueueAsync(jobId, cancellation);

    public Task<IReadOnlyList<QueueEntry>> TakeAsync(int most, CancellationToken cancellation) => _queue.TakeAsync(most, cancellation);

    public Task ExtendAsync(IReadOnlyCollection<QueueEntry> entries, CancellationToken cancellation)
    {
        fixture.Step("extend");
        return _queue.ExtendAsync(entries, cancellation);
    }

    public Task<bool> HoldsAsync(QueueEntry entry, CancellationToken cancellation) => _queue.HoldsAsync(entry, cancellation);

    public Task AcknowledgeAsync(QueueEntry entry, CancellationToken cancellation)
    {
        fixture.Step("acknowledge");
        return _queue.AcknowledgeAsync(entry, cancellation);
    }

    public Task RetryAsync(QueueEntry entry, TimeSpan delay, CancellationToken cancellation)
    {
        fixture.Step("retry " + delay);
        return _queue.RetryAsync(entry, delay, cancellation);
    }

    public Task ReleaseAsync(QueueEntry entry, CancellationToken cancellation)
    {
        fixture.Step("release");
        return _queue.ReleaseAsync(entry, cancellation);
    }

    public Task BuryAsync(QueueEntry entry, string reason, CancellationToken cancellation)
    {
        fixture.Step("bury");
        return _queue.BuryAsync(entry, reason, cancellation);
    }

    public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, CancellationToken cancellation) => _queue.ListDeadAsync(limit, cancellation);

    public Task<IReadOnlyList<DeadLetter>> ListDeadAsync(int limit, EmailCursor? after, CancellationToken cancellation) =>
        _queue.ListDeadAsync(limit, after, cancellation);

    public Task<DeadLetter?> FindDeadAsync(string jobId, CancellationToken cancellation) => _queue.FindDeadAsync(jobId, cancellation);

    public Task<bool> DropDeadAsync(DeadLetter letter, CancellationToken cancellation) => _queue.DropDeadAsync(letter, cancellation);

    public Task<bool> DropDeadAsync(string jobId, CancellationToken cancellation) => _queue.DropDeadAsync(jobId, cancellation);

    public Task<QueueDepth> MeasureAsync(CancellationToken cancellation) => _queue.MeasureAsync(cancellation);
}
