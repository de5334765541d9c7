using ChaturMail.Core.Queue.Redis;

namespace ChaturMail.Tests.Unit;

public sealed class GroupCommitTests
{
    private const int Most = 10;

    [Fact]
    public async Task TheFirstGoesAtOnceAndWhatComesMeanwhileGoesTogether()
    {
        var release = new TaskCompletionSource();
        var batches = new List<int[]>();
        var group = new GroupCommit<int>(async items => { batches.Add([.. items]); await release.Task; }, Most);

        var first = group.AddAsync(0, default);
        var others = Enumerable.Range(1, 15).Select(i => group.AddAsync(i, default)).ToList();
        Assert.Equal([0], Assert.Single(batches));
        release.SetResult();
        await Task.WhenAll([first, .. others]).WaitAsync(TimeSpan.FromSeconds(10));

        Assert.Equal([1, Most, 5], batches.Select(batch => batch.Length));
        Assert.Equal(Enumerable.Range(0, 16), batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task AFailureIsNotThatOfTheNextCaller()
    {
        var group = new GroupCommit<int>(
            items => items.Contains(1) ? Task.FromException(new TimeoutException()) : Task.CompletedTask, Most);

        await group.AddAsync(0, default);
        await Assert.ThrowsAsync<TimeoutException>(() => group.AddAsync(1, default));
        await group.AddAsync(2, default);
    }

    [Fact]
    public async Task WhatWaitsBehindAFailureFailsWithItInsteadOfOneTimeOutLaterEach()
    {
        var fail = new TaskCompletionSource();
        var batches = 0;
        var group = new GroupCommit<int>(_ => { batches++; return fail.Task; }, Most);
        var all = Enumerable.Range(0, 5 * Most).Select(i => group.AddAsync(i, default)).ToList();

        fail.SetException(new TimeoutException());

        foreach (var call in all) await Assert.ThrowsAsync<TimeoutException>(() => call.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, batches);
        await Assert.ThrowsAsync<TimeoutException>(() => group.AddAsync(0, default));
        Assert.Equal(2, batches);
    }

    [Fact]
    public async Task WhoIsCancelledWhileWaitingLeavesTheOthersAlone()
    {
        var release = new TaskCompletionSource();
        var group = new GroupCommit<int>(_ => release.Task, Most);
        using var cancel = new CancellationTokenSource();
        var first = group.AddAsync(0, default);
        var cancelled = group.AddAsync(1, cancel.Token);
        var last = group.AddAsync(2, default);

        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        release.SetResult();

        await Task.WhenAll(first, last).WaitAsync(TimeSpan.FromSeconds(10));
    }
}
