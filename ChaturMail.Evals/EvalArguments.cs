using System.Globalization;

namespace ChaturMail.Evals;

/// <summary>The command line.</summary>
internal sealed record EvalArguments
{
    /// <summary>What <c>--help</c> prints.</summary>
    public const string Help = """
        Judges the emails that a model writes.

          dotnet run --project ChaturMail.Evals -- --model composer --inputs FILE

          --model NAME       composer (the default), or a configured provider: openai, or a name of Models:Providers
          --inputs FILE      a JSON list of requests; may be repeated. Without it the program's own requests alone
          --own              the program's own requests beside those of --inputs
          --out FILE         writes the report as JSON
          --compare FILE     prints what changed since an earlier report
          --markdown FILE    writes the emails and the table as Markdown, without a date: the same emails give the same file
          --threshold N      percent of its checks that each template must pass, 0 to 100; 95
          --judge NAME       asks this provider whether each email is ready to send; counted apart
          --seeds N          writes each request with the seeds 1 to N, 1 to 100; 1
          --concurrency N    requests under way at once, 1 to 64; 4
          --timeout SECONDS  the time for one email, its retries included, 1 to 3600; 180

        Exit code 0: every template passes. 1: one is below the threshold. 2: an argument, a file or a setting cannot be used.
        """;

    /// <summary>The model that writes.</summary>
    public string Model { get; private init; } = "composer";

    /// <summary>Files of requests.</summary>
    public IReadOnlyList<string> Inputs { get; private init; } = [];

    /// <summary>Whether the program's own requests are judged.</summary>
    public bool Own { get; private init; }

    /// <summary>Where the report goes, or null.</summary>
    public string? Out { get; private init; }

    /// <summary>The report to compare with, or null.</summary>
    public string? Compare { get; private init; }

    /// <summary>Where the emails go as Markdown, or null.</summary>
    public string? Markdown { get; private init; }

    /// <summary>Percent of its checks that each template must pass.</summary>
    public double Threshold { get; private init; } = 95;

    /// <summary>The provider that is asked about readiness, or null.</summary>
    public string? Judge { get; private init; }

    /// <summary>How many texts of each request.</summary>
    public int Seeds { get; private init; } = 1;

    /// <summary>Requests under way at once.</summary>
    public int Concurrency { get; private init; } = 4;

    /// <summary>The time for one email.</summary>
    public TimeSpan Timeout { get; private init; } = TimeSpan.FromMinutes(3);

    /// <summary>Reads the arguments; null when help is asked for.</summary>
    /// <exception cref="InputException">One is unknown, lacks its value, or has one that cannot be.</exception>
    public static EvalArguments? Read(IReadOnlyList<string> args)
    {
        if (args.Contains("--help") || args.Contains("-h")) return null;
        var read = new EvalArguments();
        for (var i = 0; i < args.Count; i++)
        {
            if (args[i] == "--own")
            {
                read = read with { Own = true };
                continue;
            }

            var name = args[i];
            string Value() => i + 1 < args.Count && args[i + 1].Length > 0 && !args[i + 1].StartsWith("--", StringComparison.Ordinal) ? args[++i] : throw new InputException($"{name} needs a value.");
            read = name switch
            {
                "--model" => read with { Model = Value() },
                "--inputs" => read with { Inputs = [.. read.Inputs, Value()] },
                "--out" => read with { Out = Value() },
                "--compare" => read with { Compare = Value() },
                "--markdown" => read with { Markdown = Value() },
                "--threshold" => read with { Threshold = Number(name, Value(), 0, 100) },
                "--judge" => read with { Judge = Value() },
                "--seeds" => read with { Seeds = (int)Number(name, Value(), 1, 100, whole: true) },
                "--concurrency" => read with { Concurrency = (int)Number(name, Value(), 1, 64, whole: true) },
                "--timeout" => read with { Timeout = TimeSpan.FromSeconds(Number(name, Value(), 1, 3600)) },
                _ => throw new InputException($"{name} is no option. --help lists them."),
            };
        }

        return read.Inputs.Count == 0 ? read with { Own = true } : read;
    }

    private static double Number(string name, string value, double least, double most, bool whole = false) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
        && (!whole || number == Math.Floor(number)) ? number
        : throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{name} must be {(whole ? "a whole number from " : "")}{least} to {most}, not {value}."));
}
