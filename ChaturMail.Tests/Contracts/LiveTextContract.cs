using ChaturMail.Core.Live;
using ChaturMail.Core.Live.Embedded;
using ChaturMail.Core.Live.Redis;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using StackExchange.Redis;

namespace ChaturMail.Tests.Contracts;

/// <summary>The live texts of one adapter, as processes see them.</summary>
public abstract class LiveTextFixture : IAsyncDisposable
{
    /// <summary>As the worker sees it.</summary>
    public abstract ILiveText Writer { get; }

    /// <summary>As the Api sees it.</summary>
    public abstract ILiveText Reader { get; }

    /// <summary>Lets the lifetime of all that is written pass.</summary>
    public abstract Task ExpireAsync(string jobId);

    public abstract ValueTask DisposeAsync();
}

/// <summary>What every <see cref="ILiveText"/> does.</summary>
public abstract class LiveTextContract
{
    protected const string Job = "6b018b08c371b1bcac5105a3";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    protected abstract Task<LiveTextFixture> OpenAsync();

    [Fact]
    public async Task APieceIsReadFromAnyPositionOfItsRun()
    {
        await using var f = await OpenAsync();
        var run = await WriteAsync(f.Writer, "Dear ", "Maria,", "\n\n", "नमस्ते 👋");

        for (var i = 0; i <= 4; i++)
        {
            var section = await f.Reader.ReadAsync(Job, new LivePosition(run, i), default);
            Assert.Equal((run, i), (section.Run, section.From));
            Assert.Equal(new[] { "Dear ", "Maria,", "\n\n", "नमस्ते 👋" }[i..], section.Pieces);
        }
    }

    [Fact]
    public async Task AReaderWithoutAPositionStartsAtTheBeginning()
    {
        await using var f = await OpenAsync();
        var run = await WriteAsync(f.Writer, "a", "b");

        var section = await f.Reader.ReadAsync(Job, LivePosition.Start, default);

        Assert.Equal((run, 0), (section.Run, section.From));
        Assert.Equal(["a", "b"], section.Pieces);
    }

    [Fact]
    public async Task AJobWithoutTextHasNone()
    {
        await using var f = await OpenAsync();
        await WriteAsync(f.Writer, "a");

        var section = await f.Reader.ReadAsync("6b018b08c371b1bcac5105a4", new LivePosition("0123abcd", 3), default);

        Assert.Equal(("", 0), (section.Run, section.From));
        Assert.Empty(section.Pieces);
    }

    [Fact]
    public async Task APositionPastTheEndHasNothingAfterIt()
    {
        await using var f = await OpenAsync();
        var run = await WriteAsync(f.Writer, "a");

        Assert.Empty((await f.Reader.ReadAsync(Job, new LivePosition(run, int.MaxValue), default)).Pieces);
    }

    [Fact]
    public async Task NotMoreThanAPageIsReadAtOnce()
    {
        await using var f = await OpenAsync();
        var pieces = Enumerable.Range(0, ILiveText.PageSize + 7).Select(i => $"{i} ").ToArray();
        var run = await WriteAsync(f.Writer, pieces);

        var first = await f.Reader.ReadAsync(Job, LivePosition.Start, default);
        var rest = await f.Reader.ReadAsync(Job, new LivePosition(run, first.Pieces.Count), default);

        Assert.Equal(ILiveText.PageSize, first.Pieces.Count);
        Assert.Equal(pieces, first.Pieces.Concat(rest.Pieces));
    }

    [Fact]
    public async Task ANewRunTakesThePlaceOfTheOldOneWhichMayWriteNoMore()
    {
        await using var f = await OpenAsync();
        var old = await WriteAsync(f.Writer, "old", "older");
        var run = await WriteAsync(f.Writer, "new");

        Assert.False(await f.Writer.WriteAsync(Job, old, false, "late", default));

        var section = await f.Reader.ReadAsync(Job, new LivePosition(old, 2), default);
        Assert.Equal((run, 0), (section.Run, section.From));
        Assert.Equal(["new"], section.Pieces);
    }

    [Fact]
    public async Task ARunMayBeginWithoutAPiece()
    {
        await using var f = await OpenAsync();
        await WriteAsync(f.Writer, "old");
        var run = await WriteAsync(f.Writer, "");

        var section = await f.Reader.ReadAsync(Job, LivePosition.Start, default);

        Assert.Equal(run, section.Run);
        Assert.Empty(section.Pieces);
    }

    [Fact]
    public async Task ATextThatHasExpiredIsGoneAndItsRunMayWriteNoMore()
    {
        await using var f = await OpenAsync();
        var run = await WriteAsync(f.Writer, "a");

        await f.ExpireAsync(Job);

        Assert.Equal("", (await f.Reader.ReadAsync(Job, new LivePosition(run, 1), default)).Run);
        // Without its beginning the rest is of no use to anybody.
        Assert.False(await f.Writer.WriteAsync(Job, run, false, "b", default));
    }

    [Fact]
    public async Task ARunHasABoundedNumberOfPieces()
    {
        await using var f = await OpenAsync();
        var run = LivePosition.NewRun();
        await f.Writer.WriteAsync(Job, run, true, "", default);
        var written = 0;
        while (await f.Writer.WriteAsync(Job, run, false, "x", default)) written++;

        Assert.Equal(ILiveText.MostPieces, written);
    }

    [Fact]
    public async Task AListenerHearsOfItsJobAndOfNoOther()
    {
        await using var f = await OpenAsync();
        using var listener = await f.Reader.ListenAsync(Job);
        using var other = await f.Reader.ListenAsync("6b018b08c371b1bcac5105a4");
        var news = other.WhenWritten();

        await HearsAsync(f, listener);
        await HearsAsync(f, listener);

        Assert.False(news.IsCompleted);
    }

    [Fact]
    public async Task AListenerThatIsClosedTakesNoOtherWithIt()
    {
        await using var f = await OpenAsync();
        var early = await f.Reader.ListenAsync(Job);
        using var late = await f.Reader.ListenAsync(Job);
        early.Dispose();
        early.Dispose();

        await HearsAsync(f, late);
    }

    /// <summary>Writes a run of these pieces and gives its name.</summary>
    protected static async Task<string> WriteAsync(ILiveText live, params string[] pieces)
    {
        var run = LivePosition.NewRun();
        for (var i = 0; i < pieces.Length; i++) Assert.True(await live.WriteAsync(Job, run, i == 0, pieces[i], default));
        return run;
    }

    // A subscription gives no sign of its own: written again and again, it is heard once that stands.
    private static async Task HearsAsync(LiveTextFixture f, ILiveListener listener)
    {
        var news = listener.WhenWritten();
        await Eventually.TrueAsync(
            async () =>
            {
                await WriteAsync(f.Writer, "a");
                return news.IsCompleted;
            },
            Patience);
    }
}

public sealed class EmbeddedLiveTextTests : LiveTextContract
{
    protected override Task<LiveTextFixture> OpenAsync() => Task.FromResult<LiveTextFixture>(new Fixture());

    [Fact]
    public async Task TheOldestOfTooManyTextsGoFirst()
    {
        var live = new EmbeddedLiveText(TimeProvider.System);
        for (var i = 0; i <= EmbeddedLiveText.MostTexts; i++) await live.WriteAsync($"job-{i}", "0123abcd", true, "a", default);

        Assert.Equal("", (await live.ReadAsync("job-0", LivePosition.Start, default)).Run);
        Assert.Equal("0123abcd", (await live.ReadAsync("job-1", LivePosition.Start, default)).Run);
    }

    private sealed class Fixture : LiveTextFixture
    {
        private readonly ManualTimeProvider _time = new(1_800_000_000);
        private readonly EmbeddedLiveText _live;

        public Fixture() => _live = new EmbeddedLiveText(_time);

        public override ILiveText Writer => _live;

        public override ILiveText Reader => _live;

        public override Task ExpireAsync(string jobId)
        {
            _time.Advance(ILiveText.Lifetime + TimeSpan.FromSeconds(1));
            return Task.CompletedTask;
        }

        public override ValueTask DisposeAsync() => default;
    }
}

public sealed class RedisLiveTextTests(SharedRedis redis) : LiveTextContract
{
    protected override async Task<LiveTextFixture> OpenAsync() => new Fixture(await redis.ServerAsync());

    [Fact]
    public async Task ATextExpiresTenMinutesAfterItsLastPiece()
    {
        await using var f = new Fixture(await redis.ServerAsync());
        await WriteAsync(f.Writer, "a", "b");

        var left = (long)await f.Redis.ExecuteAsync("PTTL", f.Redis.Key("live:" + Job));

        Assert.InRange(left, 590_000, 600_000);
    }

    [Fact]
    public async Task AWholeTextExpiresAMinuteAfterItsEndAndOnlyItsOwnRunEndsIt()
    {
        await using var f = new Fixture(await redis.ServerAsync());
        var superseded = await WriteAsync(f.Writer, "a");
        var run = await WriteAsync(f.Writer, "a", "b");

        await f.Writer.EndAsync(Job, superseded, default);
        Assert.InRange((long)await f.Redis.ExecuteAsync("PTTL", f.Redis.Key("live:" + Job)), 590_000, 600_000);
        await f.Writer.EndAsync(Job, run, default);
        Assert.InRange((long)await f.Redis.ExecuteAsync("PTTL", f.Redis.Key("live:" + Job)), 50_000, 60_000);
        Assert.Equal(["a", "b"], (await f.Reader.ReadAsync(Job, LivePosition.Start, default)).Pieces);
    }

    [Fact]
    public async Task APumpThatWroteTheWholeTextEndsIt()
    {
        await using var f = new Fixture(await redis.ServerAsync());
        var pump = new LivePump(f.Writer, Job, 1, TimeProvider.System, NullLogger.Instance);
        pump.Append("Dear Maria");
        await pump.DisposeAsync();

        Assert.InRange((long)await f.Redis.ExecuteAsync("PTTL", f.Redis.Key("live:" + Job)), 1, 60_000);
        Assert.Equal(["Dear Maria"], (await f.Reader.ReadAsync(Job, LivePosition.Start, default)).Pieces);
    }

    [Fact]
    public async Task AWriterDoesNotListen()
    {
        await using var f = new Fixture(await redis.ServerAsync());
        await WriteAsync(f.Writer, "a");
        Assert.Equal(0, await f.SubscribersAsync());

        using var one = await f.Reader.ListenAsync(Job);
        using var two = await f.Reader.ListenAsync("6b018b08c371b1bcac5105a4");

        // One for a process, however many read.
        await Eventually.TrueAsync(async () => await f.SubscribersAsync() == 1);
    }

    private sealed class Fixture : LiveTextFixture
    {
        public Fixture(RedisServer server)
        {
            Redis = new RedisFixture(server);
            Writer = new RedisLiveText(Redis.Connect());
            Reader = new RedisLiveText(Redis.Connect());
        }

        public RedisFixture Redis { get; }

        public override ILiveText Writer { get; }

        public override ILiveText Reader { get; }

        public override async Task ExpireAsync(string jobId)
        {
            await Redis.ExecuteAsync("PEXPIRE", Redis.Key("live:" + jobId), 1);
            await Eventually.TrueAsync(async () => (long)await Redis.ExecuteAsync("EXISTS", Redis.Key("live:" + jobId)) == 0);
        }

        public async Task<long> SubscribersAsync() =>
            (long)((RedisResult[]?)await Redis.ExecuteAsync("PUBSUB", "NUMSUB", Redis.Key("live").ToString()))![1];

        public override ValueTask DisposeAsync() => Redis.DisposeAsync();
    }
}
