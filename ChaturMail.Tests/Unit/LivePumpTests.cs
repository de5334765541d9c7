using System.Text;
using ChaturMail.Core.Language;
using ChaturMail.Core.Live;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Unit;

public sealed class LivePumpTests
{
    [Fact]
    public async Task TheFirstPieceLeavesAtOnceAndWhatGathersMeanwhileGoesTogether()
    {
        var live = new HeldText();
        await using (var pump = Pump(live))
        {
            pump.Append("Dear");
            Assert.Equal("Dear", (await live.ArrivalAsync()).Text);
            pump.Append(" Maria");
            pump.Append(",");
            pump.Append("\n\nHello.");
            live.Release();

            Assert.Equal(" Maria,\n\nHello.", (await live.ArrivalAsync()).Text);
            live.Release();
        }

        Assert.Equal(2, live.Writes.Count);
        Assert.Equal([true, false], live.Writes.Select(write => write.Begins));
        Assert.Single(live.Writes.Select(write => write.Run).Distinct());
    }

    [Fact]
    public async Task HoweverATextIsCutNothingInvisibleLeavesAndAllElseDoes()
    {
        // Pairs of surrogates, joined emoji, line breaks of two characters, tags, zero-width and bidirectional controls, a lone half.
        const string text = "Dear \U0001F469‍\U0001F4BB️ Maria,\r\n\r\nक्‍ष 1️⃣ \U000E0041\U000E0042​‮x‍\uD83D y\r\rHe\u2028llo  \n️end\U0001F600";
        var expected = InvisibleCharacters.Remove(text);
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var live = new HeldText(isHeld: false);
            await using (var pump = Pump(live))
            {
                for (var at = 0; at < text.Length;)
                {
                    var length = Math.Min(random.Next(1, 5), text.Length - at);
                    pump.Append(text.Substring(at, length));
                    at += length;
                    if (random.Next(3) == 0) await Task.Yield();
                }
            }

            Assert.Equal(expected, live.Text);
            Assert.All(live.Writes, write => Assert.False(char.IsHighSurrogate(write.Text[^1])));
        }
    }

    [Fact]
    public async Task ARestartDropsWhatHasNotLeftAndSaysSoAtOnce()
    {
        var live = new HeldText();
        await using var pump = Pump(live);
        pump.Append("one");
        var first = await live.ArrivalAsync();
        pump.Append("never");

        pump.Restart();
        live.Release();
        var restart = await live.ArrivalAsync();
        pump.Append("two");
        live.Release();
        var second = await live.ArrivalAsync();
        live.Release();

        Assert.Equal((true, ""), (restart.Begins, restart.Text));
        Assert.NotEqual(first.Run, restart.Run);
        Assert.Equal((restart.Run, false, "two"), (second.Run, second.Begins, second.Text));
    }

    [Fact]
    public async Task ARestartBeforeAnythingWasReadIsNotSaid()
    {
        var live = new HeldText(isHeld: false);
        await using (var pump = Pump(live))
        {
            pump.Restart();
            pump.Append("one");
        }

        Assert.Equal((true, "one"), (Assert.Single(live.Writes).Begins, live.Text));
    }

    [Fact]
    public async Task ASecondRunSaysAtOnceThatTheFirstDoesNotCount()
    {
        var live = new HeldText(isHeld: false);
        await using (Pump(live, attempt: 2)) Assert.Equal((true, ""), ((await live.ArrivalAsync()).Begins, live.Text));
    }

    [Fact]
    public async Task AWayThatIsBlockedHoldsUpNeitherTheModelNorTheJobsEnd()
    {
        var live = new HeldText();
        var pump = Pump(live, time: new HurriedTimeProvider(100));
        for (var i = 0; i < 10_000; i++) pump.Append("word ");

        await pump.DisposeAsync();

        Assert.Single(live.Writes);
    }

    [Fact]
    public async Task APumpThatMeetsAnErrorGivesUpAndThrowsNothing()
    {
        var live = new HeldText(isHeld: false) { Failure = new IOException("away") };
        await using (var pump = Pump(live))
        {
            pump.Append("one");
            await live.ArrivalAsync();
            await Task.Yield();
            pump.Append("two");
            pump.Restart();
        }

        Assert.InRange(live.Writes.Count, 1, 1);
    }

    [Fact]
    public async Task ARunThatIsSupersededIsWrittenNoFurther()
    {
        var live = new HeldText { IsSuperseded = true };
        await using (var pump = Pump(live))
        {
            pump.Append("one");
            await live.ArrivalAsync();
            pump.Append("two");
            live.Release();
        }

        Assert.Single(live.Writes);
    }

    [Fact]
    public async Task WhatIsPassedOnIsBounded()
    {
        var live = new HeldText(isHeld: false);
        await using (var pump = Pump(live))
        {
            for (var i = 0; i < 100; i++) pump.Append(new string('x', 1000));
        }

        Assert.Equal(65_000, live.Text.Length);
    }

    private static LivePump Pump(ILiveText live, int attempt = 1, TimeProvider? time = null) =>
        new(live, "job", attempt, time ?? TimeProvider.System, NullLogger.Instance);

    /// <summary>Takes what is written, each only when the test lets it, and gives none of it back.</summary>
    private sealed class HeldText(bool isHeld = true) : ILiveText
    {
        private readonly SemaphoreSlim _arrivals = new(0);
        private readonly SemaphoreSlim _released = new(0);
        private readonly List<(string Run, bool Begins, string Text)> _writes = [];
        private int _read;

        public Exception? Failure { get; init; }

        public bool IsSuperseded { get; init; }

        public IReadOnlyList<(string Run, bool Begins, string Text)> Writes
        {
            get
            {
                lock (_writes) return [.. _writes];
            }
        }

        public string Text => Writes.Aggregate(new StringBuilder(), (all, write) => all.Append(write.Text)).ToString();

        public void Release() => _released.Release();

        public async Task<(string Run, bool Begins, string Text)> ArrivalAsync()
        {
            Assert.True(await _arrivals.WaitAsync(TimeSpan.FromSeconds(20)), "nothing was written");
            return Writes[_read++];
        }

        public async Task<bool> WriteAsync(string jobId, string run, bool begins, string piece, CancellationToken cancellation)
        {
            lock (_writes) _writes.Add((run, begins, piece));
            _arrivals.Release();
            if (Failure is not null) throw Failure;
            if (isHeld) await _released.WaitAsync(cancellation);
            return !IsSuperseded;
        }

        public Task EndAsync(string jobId, string run, CancellationToken cancellation) =>
            Failure is null ? Task.CompletedTask : Task.FromException(Failure);

        public Task<LiveSection> ReadAsync(string jobId, LivePosition after, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<ILiveListener> ListenAsync(string jobId) => throw new NotSupportedException();
    }
}
