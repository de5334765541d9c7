namespace ChaturMail.Benchmarks.Load;

/// <summary>What a chat load is to be.</summary>
/// <param name="Sockets">Connections, one for each user.</param>
/// <param name="Parties">Into which the users are divided, each with one topic, in whose conversation its members write.</param>
/// <param name="Rate">Messages a second in all.</param>
/// <param name="WarmUp">How long is sent before anything is measured; what is lost or doubled is counted all the same.</param>
/// <param name="Duration">How long is sent after that.</param>
/// <param name="AcknowledgeEvery">Time between two acknowledgements of a user.</param>
/// <param name="Kills">True to kill one of the two Apis in the middle.</param>
/// <param name="Keeps">True to leave store and logs where they are.</param>
internal sealed record ChatOptions(int Sockets, int Parties, int Rate, TimeSpan WarmUp, TimeSpan Duration, TimeSpan AcknowledgeEvery, bool Kills, bool Keeps);

/// <summary>Opens sockets by the thousand and counts what becomes of each message.</summary>
internal static class ChatCommand
{
    /// <summary>How the command is used.</summary>
    public const string Usage =
        """
        chat [--sockets N] [--parties N] [--rate N] [--seconds N] [--warm-up N] [--ack-ms N] [--kill] [--keep]

        Starts a redis-server, two Apis and a Worker on free ports with a temporary folder; signs users in, one for each socket, puts them into
        parties with a topic each, and connects half of each party to either Api. They send in their topic's conversation over the hub, take
        what they are told, acknowledge it, and ask for what is missing, as docs/api.md says of clients.

          --sockets N   2 to 10,000 (2000)
          --parties N   into which they are divided, each with at most 256 (200)
          --rate N      messages a second in all, 1 to 100,000 (1000)
          --seconds N   how long they send, 1 to 3600 (60)
          --warm-up N   seconds before that which are counted and not measured, 0 to 3600: for half a minute an Api compiles what it does often (30)
          --ack-ms N    milliseconds between two acknowledgements of a user, 50 to 60,000 (1000)
          --kill        kills one Api (SIGKILL) in the middle: its users connect to the other, catch up, and send again what had no answer
          --keep        leave store and logs where they are; done anyway when something is wrong

        Its last line is
          sent=N delivered=N lost=0 doubled=0 p99_ms=…

          sent       messages that were sent, each until it was answered
          delivered  messages that a member of the conversation took, the sender among them, each member's once
          lost       messages that a member has not got within a minute of the last answer
          doubled    messages that a member got twice, under two numbers
          p99_ms     from the call that sends to the taking by a member, both in this process; with --kill the outage is in it

        Exit code: 0 when nothing was lost or doubled, 1 when something was, 2 when it cannot run, 130 when it was interrupted.
        """;

    /// <summary>Runs it and gives the exit code.</summary>
    public static async Task<int> RunAsync(Arguments arguments, Action<string> print, CancellationToken cancellation)
    {
        var options = new ChatOptions(
            arguments.Number("--sockets", 2000, 2, 10_000), arguments.Number("--parties", 200, 1, 5000), arguments.Number("--rate", 1000, 1, 100_000),
            TimeSpan.FromSeconds(arguments.Number("--warm-up", 30, 0, 3600)), TimeSpan.FromSeconds(arguments.Number("--seconds", 60, 1, 3600)), TimeSpan.FromMilliseconds(arguments.Number("--ack-ms", 1000, 50, 60_000)),
            arguments.Flag("--kill"), arguments.Flag("--keep"));
        arguments.ExpectNoMore();
        if (options.Sockets % options.Parties != 0 || options.Sockets / options.Parties is < 2 or > 256)
            throw new FormatException("--sockets must be a multiple of --parties, 2 to 256 times as many.");
        if (!Topology.IsPossible) throw new InvalidOperationException("redis-server is not on the PATH.");

        var settings = new Dictionary<string, string>
        {
            ["Workspaces__MembersOfAParty"] = "256",
            ["Realtime__MaxConnections"] = "20000",
            ["Server__MaxConnections"] = "20000",
        };
        await using var topology = await Topology.StartAsync(1, settings, cancellation, apis: 2);
        topology.KeepsFolder = true;
        var load = new ChatLoad(options, topology, TimeProvider.System, print);
        var counts = await load.RunAsync(cancellation);
        var isRight = counts is { Lost: 0, Doubled: 0 } && topology.Exits.Count == 0;
        foreach (var exit in topology.Exits) print(exit);
        topology.KeepsFolder = options.Keeps || !isRight;
        if (topology.KeepsFolder) print($"store and logs: {topology.Folder}");
        print(counts.ToString());
        return isRight ? 0 : 1;
    }
}
