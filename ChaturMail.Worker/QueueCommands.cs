using System.Globalization;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;

namespace ChaturMail.Worker;

/// <summary>The command line for whoever looks after the queue: <c>ChaturMail.Worker queue …</c>.</summary>
public sealed class QueueCommands(IJobStore jobs, IGenerationQueue queue, TextWriter output)
{
    /// <summary>How the commands are used.</summary>
    public const string Usage =
        """
        ChaturMail.Worker queue COMMAND

          status             entries that are ready, delayed and held, dead letters, and how long the oldest has been ready
          dead list          the newest dead letters
          dead show ID       one dead letter and its job
          dead retry ID      try a dead job again; its coins are reserved again
          dead retry --all   all of them
          dead drop ID       forget a dead letter
          drain              write emails in this process until nothing waits, then end

        Ends with 0, with 1 when something could not be done, with 2 when the command makes no sense.
        """;

    private readonly DeadLetters _letters = new(jobs, queue);

    private const int MostListed = 100;
    private const int MostRetried = 10_000;

    /// <summary>Runs one command but <c>drain</c>, which is a worker's work.</summary>
    /// <param name="args">The words after <c>queue</c>.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        switch (args)
        {
            case ["status"]:
                var depth = await queue.MeasureAsync(cancellation);
                return Table(
                    ["ready", "delayed", "held", "dead", "oldest"],
                    [[Text(depth.Waiting - depth.Delayed), Text(depth.Delayed), Text(depth.Held), Text(depth.Dead), depth.Oldest.ToString("c", CultureInfo.InvariantCulture)]]);
            case ["dead", "list"]:
                var dead = await queue.ListDeadAsync(MostListed, cancellation);
                return Table(["id", "first tried", "buried", "attempts", "reason"], dead.Select(Row));
            case ["dead", "show", var id]:
                return await ShowAsync(id, cancellation);
            case ["dead", "retry", "--all"]:
                var codes = new List<int>();
                foreach (var letter in await queue.ListDeadAsync(MostRetried, cancellation)) codes.Add(await RetryAsync(letter.JobId, cancellation));
                return codes.Count == 0 ? 0 : codes.Max();
            case ["dead", "retry", var id]:
                return await RetryAsync(id, cancellation);
            case ["dead", "drop", var id]:
                return await queue.DropDeadAsync(id, cancellation) ? Say(0, $"{id}: forgotten") : Say(1, $"{id}: no such dead letter");
            default:
                return Say(2, Usage);
        }
    }

    private async Task<int> ShowAsync(string id, CancellationToken cancellation)
    {
        if (await queue.FindDeadAsync(id, cancellation) is not { } letter)
            return Say(1, $"{id}: no such dead letter");
        Table(["id", "first tried", "buried", "attempts", "reason"], [Row(letter)]);
        // Neither subject nor keywords: whoever looks after the queue need not read the users' mail.
        return await jobs.FindAsync(id, cancellation) is { } job
            ? Table(
                ["state", "failure", "template", "coins", "accepted"],
                [[job.State.ToString(), job.Failure ?? "", job.PromptId, Text(job.Coins), Text(job.AcceptedAt)]])
            : Say(0, "its job is gone: the user was erased, or the record is old");
    }

    private async Task<int> RetryAsync(string id, CancellationToken cancellation) => await _letters.RetryAsync(id, cancellation) switch
    {
        JobRetry.Queued => Say(0, $"{id}: queued"),
        JobRetry.InsufficientCoins => Say(1, $"{id}: its user has too few coins"),
        _ => Say(1, $"{id}: it is done, or it or its user is gone"),
    };

    private static string[] Row(DeadLetter letter) => [letter.JobId, Text(letter.FirstTriedAt), Text(letter.BuriedAt), Text(letter.Attempts), letter.Reason];

    private static string Text(IFormattable value) => value.ToString(value is DateTimeOffset ? "u" : null, CultureInfo.InvariantCulture);

    private int Say(int code, string text)
    {
        output.WriteLine(text);
        return code;
    }

    private int Table(string[] head, IEnumerable<string[]> rows)
    {
        TextTable.Write(output, head, rows);
        return 0;
    }
}

/// <summary>Writes a table for people: columns as wide as their widest cell.</summary>
internal static class TextTable
{
    public static void Write(TextWriter output, string[] head, IEnumerable<string[]> rows)
    {
        var all = rows.Prepend(head).ToList();
        var widths = head.Select((_, column) => all.Max(row => row[column].Length)).ToList();
        foreach (var row in all) output.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
