using System.Text;
using ChaturMail.Core.Realtime;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

/// <summary>What watchers of one process are told of people who come and go.</summary>
public sealed class PresenceWatchTests
{
    [Fact]
    public void WhoBeginsToWatchSomebodyDuringAShortAbsenceIsToldOfItsEnd()
    {
        var time = new ManualTimeProvider(1_800_000_000);
        var watch = new PresenceWatch(time);
        var (first, second) = (new Watcher(), new Watcher());
        watch.Watch(first, Found(online: true));
        watch.Note("asha", online: false);
        time.Advance(PresenceWatch.Brief / 2);

        watch.Watch(second, Found(online: false));
        watch.Note("asha", online: true);

        Assert.Contains("\"online\":true", second.Told[^1], StringComparison.Ordinal);
        Assert.Contains("\"online\":true", first.Told[^1], StringComparison.Ordinal);
    }

    private static Dictionary<string, PresenceState> Found(bool online) => new() { ["asha"] = new PresenceState(online, 1_800_000_000) };

    private sealed class Watcher : IUserConnection
    {
        public List<string> Told { get; } = [];

        public string Uid => "watcher";

        public void Tell(LiveUpdate update) => Told.Add(Encoding.UTF8.GetString(update.Json.Span));
    }
}
