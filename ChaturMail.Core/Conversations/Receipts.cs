using System.Text.Json;
using ChaturMail.Core.Realtime;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Conversations;

/// <summary>
/// Tells members of a conversation how far others have come: at once where it is quiet; where everybody acknowledges what somebody writes, in <see cref="Rest"/> once,
/// for all of them. Ten members who acknowledge each message would cause ten times as many updates as the message itself. Safe for concurrent use.
/// </summary>
/// <remarks>What a process that dies has not told yet is told with the next: positions are in the store.</remarks>
public sealed class Receipts(IMessageStore messages, IUserChannel channel, TimeProvider time, ILogger<Receipts> log) : BackgroundService
{
    /// <summary>Time between two tellings of one conversation, by one process.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    // Conversations have their turns spread over the rest: all at once they would hold up messages.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, Turn> _turns = [];

    /// <summary>Tells the members of a position, now or in a moment.</summary>
    public async Task TellAsync(string conversationId, IReadOnlyCollection<string> members, ReadPosition position)
    {
        lock (_gate)
        {
            if (_turns.TryGetValue(conversationId, out var turn))
            {
                turn.Members = members;
                turn.Moved.Add(position.Uid);
                return;
            }

            _turns[conversationId] = new Turn(time.GetTimestamp(), members);
        }

        await TellAsync(conversationId, members, [position]);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var (conversationId, turn) in Due())
            {
                try
                {
                    // As they are now: through another process they may have come further meanwhile, and it have told so.
                    var positions = await messages.PositionsAsync(conversationId, stoppingToken);
                    await TellAsync(conversationId, turn.Members, [.. positions.Where(position => turn.Moved.Contains(position.Uid))]);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    log.LogFault(e, "Receipts were not told");
                }
            }
        }
    }

    // Those whose rest is over: with something to tell they rest again, without they are forgotten.
    private List<KeyValuePair<string, Turn>> Due()
    {
        lock (_gate)
        {
            var over = _turns.Where(turn => time.GetElapsedTime(turn.Value.Since) >= Rest).ToList();
            foreach (var (conversationId, _) in over) _turns.Remove(conversationId);
            var due = over.Where(turn => turn.Value.Moved.Count > 0).ToList();
            foreach (var (conversationId, turn) in due) _turns[conversationId] = new Turn(time.GetTimestamp(), turn.Members);
            return due;
        }
    }

    private async Task TellAsync(string conversationId, IReadOnlyCollection<string> members, IReadOnlyCollection<ReadPosition> positions)
    {
        if (positions.Count == 0) return;
        var updates = positions
            .Select(p => new UserUpdate(
                "receipt", JsonSerializer.Serialize(new { conversationId, userId = p.Uid, delivered = p.Delivered, seen = p.Seen }, MessageJson.Options)))
            .ToList();
        await channel.TellAsync(members, updates[0] with { Further = updates[1..] }, CancellationToken.None);
    }

    private sealed class Turn(long since, IReadOnlyCollection<string> members)
    {
        public long Since => since;

        public IReadOnlyCollection<string> Members { get; set; } = members;

        public HashSet<string> Moved { get; } = [];
    }
}
