using System.Globalization;
using ChaturMail.Core.Spending;

namespace ChaturMail.Worker;

/// <summary>The command line for whoever pays for the models: <c>ChaturMail.Worker models …</c>.</summary>
public sealed class ModelCommands(ISpendingStore spending, TimeProvider time, TextWriter output)
{
    /// <summary>How the commands are used.</summary>
    public const string Usage =
        """
        ChaturMail.Worker models COMMAND

          report [--days N]  what each model's calls cost: today and N - 1 days before it (UTC), 7 unless given, 90 at most

        Ends with 0, with 2 when the command makes no sense.
        """;

    private const int DefaultDays = 7;
    private const int MostDays = 90;

    /// <summary>Runs one command.</summary>
    /// <param name="args">The words after <c>models</c>.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(string[] args, CancellationToken cancellation)
    {
        var days = args switch
        {
            ["report"] => DefaultDays,
            ["report", "--days", var given] when int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
            _ => 0,
        };
        if (days is < 1 or > MostDays)
        {
            await output.WriteLineAsync(Usage);
            return 2;
        }

        var from = DateOnly.FromDateTime(time.GetUtcNow().UtcDateTime).AddDays(1 - days);
        TextTable.Write(
            output, ["day", "provider", "model", "role", "calls", "tokens in", "tokens out", "dollars", "mean seconds"],
            (await spending.ListTotalsAsync(from, cancellation)).Select(Row));
        return 0;
    }

    private static string[] Row(ModelTotal total)
    {
        var sum = total.Sum;
        return
        [
            sum.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), sum.Provider, sum.Model, sum.Role.ToString().ToLowerInvariant(),
            Text(total.Calls), Text(sum.InputTokens), Text(sum.OutputTokens),
            (sum.CostNanoUsd / 1e9m).ToString("0.000000", CultureInfo.InvariantCulture),
            (sum.Duration.TotalSeconds / total.Calls).ToString("0.00", CultureInfo.InvariantCulture),
        ];
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
