using ChaturMail.Core.Events;
using ChaturMail.Core.Events.Embedded;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

public sealed class EmbeddedEventStreamTests : EventStreamContract
{
    protected override Task<StreamFixture> OpenAsync() => Task.FromResult<StreamFixture>(new Fixture(new EventsOptions()));

    [Fact]
    public async Task NoMoreThanTheNewestAreKept()
    {
        await using var s = new Fixture(new EventsOptions { KeepAtMost = 1000 });
        await s.PublishAsync(1010);
        await s.ReadAsync(most: 1);

        await s.Stream.TrimAsync(TimeProvider.System.GetUtcNow().AddDays(-1), default);

        Assert.Equal(1000, (await s.Stream.MeasureAsync(default)).Events);
        Assert.Equal((1000, 0), ((await s.LagAsync()).Waiting, (await s.LagAsync()).Held));
    }

    private sealed class Fixture : StreamFixture
    {
        private readonly TextFolder _folder = new();
        private readonly SqliteDatabase _database;
        private readonly ManualTimeProvider _time = new(TimeProvider.System.GetUtcNow());

        public Fixture(EventsOptions options)
        {
            _database = new SqliteDatabase(Path.Combine(_folder.Path, "test.db"));
            Stream = new EmbeddedEventStream(_database, options, _time, Lease);
        }

        public override IEventStream Stream { get; }

        public override Task PassAsync(string group, TimeSpan by)
        {
            _time.Advance(by);
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync()
        {
            _database.Dispose();
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
