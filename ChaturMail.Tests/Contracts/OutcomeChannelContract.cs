using ChaturMail.Core.Generation;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

/// <summary>The channels of one adapter, as many as there are processes, on one store.</summary>
public abstract class OutcomeChannelFixture : IAsyncDisposable
{
    private readonly TextFolder _folder = new();
    private readonly SqliteDatabase _database;
    private readonly List<OutcomeChannel> _channels = [];

    protected OutcomeChannelFixture()
    {
        _database = new SqliteDatabase(Path.Combine(_folder.Path, "test.db"));
        Users = new SqliteUserStore(_database, TimeProvider.System);
        Jobs = new SqliteJobStore(_database, TimeProvider.System);
    }

    public IUserStore Users { get; }

    public IJobStore Jobs { get; }

    /// <summary>A channel that runs.</summary>
    public async Task<OutcomeChannel> OpenAsync(TimeSpan askEvery)
    {
        var channel = Make(askEvery);
        _channels.Add(channel);
        await channel.StartAsync(default);
        return channel;
    }

    public async Task<GenerationJob> AcceptAsync()
    {
        await Users.SignInAsync(StoreFixture.SignInOf("u1"), default);
        var job = new GenerationJob(
            DocumentId.New(TimeProvider.System), "u1", "1", "Leave", "annual leave", "maria@example.com", "Asha Rao", 250, 7, TimeProvider.System.GetUtcNow());
        Assert.Equal(Acceptance.Accepted, await Jobs.AcceptAsync(job, default));
        return job;
    }

    public virtual async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var channel in _channels)
        {
            await channel.StopAsync(default);
            channel.Dispose();
        }

        _database.Dispose();
        _folder.Dispose();
    }

    protected abstract OutcomeChannel Make(TimeSpan askEvery);
}

/// <summary>What every <see cref="IOutcomeChannel"/> does.</summary>
public abstract class OutcomeChannelContract
{
    protected static readonly TimeSpan Never = TimeSpan.FromHours(1);
    protected static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected abstract Task<OutcomeChannelFixture> OpenFixtureAsync();

    [Fact]
    public async Task EveryListenerOfAJobHearsItsEndAndNoOther()
    {
        await using var f = await OpenFixtureAsync();
        var channel = await f.OpenAsync(Never);
        using var one = channel.Listen("a");
        using var two = channel.Listen("a");
        using var other = channel.Listen("b");

        await channel.AnnounceAsync("a", default);

        await Task.WhenAll(one.Ended, two.Ended).WaitAsync(Patience);
        Assert.False(other.Ended.IsCompleted);
    }

    [Fact]
    public async Task AListenerThatIsClosedTakesNoOtherWithIt()
    {
        await using var f = await OpenFixtureAsync();
        var channel = await f.OpenAsync(Never);
        var early = channel.Listen("a");
        using var late = channel.Listen("a");
        early.Dispose();
        early.Dispose();

        await channel.AnnounceAsync("a", default);

        await late.Ended.WaitAsync(Patience);
        Assert.False(early.Ended.IsCompleted);
    }

    [Fact]
    public async Task AnEndThatNobodyAnnouncedIsFoundInTheStore()
    {
        await using var f = await OpenFixtureAsync();
        var channel = await f.OpenAsync(Often);
        var (ended, running) = (await f.AcceptAsync(), await f.AcceptAsync());
        using var one = channel.Listen(ended.Id);
        using var other = channel.Listen(running.Id);

        await f.Jobs.FailAsync(ended.Id, FailureCode.ModelUnavailable, default);

        await one.Ended.WaitAsync(Patience);
        Assert.False(other.Ended.IsCompleted);
    }

    [Fact]
    public async Task FiveThousandListenersAreServed()
    {
        await using var f = await OpenFixtureAsync();
        var channel = await f.OpenAsync(Never);
        var listeners = Enumerable.Range(0, 5000).Select(i => channel.Listen($"job-{i}")).ToList();

        await Task.WhenAll(Enumerable.Range(0, 5000).Select(i => channel.AnnounceAsync($"job-{i}", default)));

        await Task.WhenAll(listeners.Select(listener => listener.Ended)).WaitAsync(Patience);
        listeners.ForEach(listener => listener.Dispose());
    }
}
