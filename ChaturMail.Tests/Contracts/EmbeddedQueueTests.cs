using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

public sealed class EmbeddedQueueTests : GenerationQueueContract
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(25);

    protected override Task<QueueFixture> OpenAsync() => Task.FromResult<QueueFixture>(new Fixture());

    [Fact]
    public async Task AnEntryOfAnotherProcessIsFoundByPolling()
    {
        using var folder = new TextFolder();
        var path = Path.Combine(folder.Path, "test.db");
        using var one = new SqliteDatabase(path);
        using var other = new SqliteDatabase(path);
        var taking = new EmbeddedQueue(one, TimeProvider.System, QueueFixture.Lease, Poll).TakeAsync(1, TestContext.Current.CancellationToken);

        await new EmbeddedQueue(other, TimeProvider.System, QueueFixture.Lease, Poll).EnqueueAsync("6b018b08c371b1bcac5105a3", default);

        Assert.Single(await taking.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    private sealed class Fixture : QueueFixture
    {
        private readonly TextFolder _folder = new();
        private readonly SqliteDatabase _database;

        public Fixture()
        {
            _database = new SqliteDatabase(Path.Combine(_folder.Path, "test.db"));
            Queue = new EmbeddedQueue(_database, Time, Lease, Poll);
        }

        public override IGenerationQueue Queue { get; }

        public override ValueTask DisposeAsync()
        {
            _database.Dispose();
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
