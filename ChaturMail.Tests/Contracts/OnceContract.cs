using ChaturMail.Core.Limits;
using ChaturMail.Core.Limits.Embedded;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Contracts;

/// <summary>One adapter as two processes see it, for which time passes when the test says so.</summary>
public abstract class OnceFixture : IAsyncDisposable
{
    public abstract IOnce Once { get; }

    public abstract IOnce Another { get; }

    public abstract Task PassAsync(TimeSpan by);

    public abstract ValueTask DisposeAsync();
}

/// <summary>What every <see cref="IOnce"/> does.</summary>
public abstract class OnceContract
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(11);

    protected abstract Task<OnceFixture> OpenAsync();

    [Fact]
    public async Task AKeyIsClaimedOnceWhicheverProcessAsks()
    {
        await using var fixture = await OpenAsync();

        Assert.Equal(OnceResult.First, await fixture.Once.TryClaimAsync("a", Lifetime, default));
        Assert.Equal(OnceResult.Again, await fixture.Once.TryClaimAsync("a", Lifetime, default));
        Assert.Equal(OnceResult.Again, await fixture.Another.TryClaimAsync("a", Lifetime, default));
        Assert.Equal(OnceResult.First, await fixture.Another.TryClaimAsync("A", Lifetime, default));
        Assert.Equal(OnceResult.Again, await fixture.Once.TryClaimAsync("A", Lifetime, default));
    }

    [Fact]
    public async Task AKeyStaysClaimedForItsTimeAndNoLonger()
    {
        await using var fixture = await OpenAsync();
        await fixture.Once.TryClaimAsync("a", Lifetime, default);

        await fixture.PassAsync(Lifetime - TimeSpan.FromMinutes(1));
        // Asking again prolongs nothing.
        Assert.Equal(OnceResult.Again, await fixture.Another.TryClaimAsync("a", Lifetime, default));
        await fixture.PassAsync(TimeSpan.FromMinutes(1));

        Assert.Equal(OnceResult.First, await fixture.Another.TryClaimAsync("a", Lifetime, default));
        Assert.Equal(OnceResult.Again, await fixture.Once.TryClaimAsync("a", Lifetime, default));
    }

    [Fact]
    public async Task OfManyAtOnceOneIsTheFirst()
    {
        await using var fixture = await OpenAsync();

        var results = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => Task.Run(
            () => (i % 2 == 0 ? fixture.Once : fixture.Another).TryClaimAsync("a", Lifetime, default))));

        Assert.Equal(1, results.Count(result => result == OnceResult.First));
        Assert.Equal(99, results.Count(result => result == OnceResult.Again));
    }
}

public sealed class EmbeddedOnceTests : OnceContract
{
    protected override Task<OnceFixture> OpenAsync() => Task.FromResult<OnceFixture>(new Fixture());

    private sealed class Fixture : OnceFixture
    {
        private readonly TextFolder _folder = new();
        private readonly ManualTimeProvider _time = new(1_800_000_000);
        private readonly SqliteDatabase _database;
        private readonly SqliteDatabase _another;

        public Fixture()
        {
            (_database, _another) = (Open(), Open());
            (Once, Another) = (new EmbeddedOnce(_database, _time), new EmbeddedOnce(_another, _time));
        }

        public override IOnce Once { get; }

        public override IOnce Another { get; }

        public override Task PassAsync(TimeSpan by)
        {
            _time.Advance(by);
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync()
        {
            _database.Dispose();
            _another.Dispose();
            _folder.Dispose();
            return ValueTask.CompletedTask;
        }

        private SqliteDatabase Open() => new(Path.Combine(_folder.Path, "test.db"));
    }
}
