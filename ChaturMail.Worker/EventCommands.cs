using System.Globalization;
using ChaturMail.Core.Events;

namespace ChaturMail.Worker;

/// <summary>The command line for whoever looks after events: <c>ChaturMail.Worker events …</c>.</summary>
public sealed class EventCommands(IOutbox outbox, IEventStream stream, TextWriter output)
{
    /// <summary>How the commands are used.</summary>
    public const string Usage =
        """
        ChaturMail.Worker events COMMAND

          lag                events in the outbox and in the stream, and how far each group has come
          dead               the newest events that a group gave up, and why

        Ends with 0, with 1 when something could not be done, with 2 when the command makes no sense.
        """;

    private const int MostListed = 100;

    /// <summary>Runs one command.</summary>
    /// <param name="args">The words after <c>events</c>.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        switch (args)
        {
            case ["lag"]:
                var (waiting, depth) = (await outbox.CountAsync(cancellation), await stream.MeasureAsync(cancellation));
                TextTable.Write(output, ["outbox", "stream", "dead"], [[Text(waiting), Text(depth.Events), Text(depth.Dead)]]);
                TextTable.Write(
                    output, ["group", "waiting", "held", "oldest"],
                    depth.Groups.Select(lag => new[] { lag.Group, Text(lag.Waiting), Text(lag.Held), lag.Oldest.ToString("c", CultureInfo.InvariantCulture) }));
                return 0;
            case ["dead"]:
                var dead = await stream.ListDeadAsync(MostListed, cancellation);
                TextTable.Write(
                    output, ["group", "id", "type", "subject", "buried", "tries", "reason"],
                    dead.Select(e => new[] { e.Group, e.EventId, e.Type, e.Subject, e.BuriedAt.ToString("u", CultureInfo.InvariantCulture), Text(e.Deliveries), e.Reason }));
                return 0;
            default:
                await output.WriteLineAsync(Usage);
                return 2;
        }
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
