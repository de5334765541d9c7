using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChaturMail.Core.Emails;
using ChaturMail.Evals.Judging;

namespace ChaturMail.Evals.Reports;

/// <summary>One request, what came of it, and what the judge says.</summary>
internal sealed record EvalResult
{
    /// <summary>The request's place; see <see cref="EvalItem"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The seed it was written with.</summary>
    public required int Seed { get; init; }

    /// <summary>What was asked.</summary>
    public required EvalRequest Request { get; init; }

    /// <summary>The email, or null.</summary>
    public string? Email { get; init; }

    /// <summary>The model that wrote it, as its provider names it.</summary>
    public string? Model { get; init; }

    /// <summary>The model's note about its limits.</summary>
    public string? Note { get; init; }

    /// <summary>Tokens and price.</summary>
    public EmailUsage? Usage { get; init; }

    /// <summary>Why there is no email, or null.</summary>
    public string? Failure { get; init; }

    /// <summary>Why the composer refused what it cannot do, or null. Such a request is counted apart and not judged.</summary>
    public string? Unsupported { get; init; }

    /// <summary>What the judge says.</summary>
    public IReadOnlyList<CheckResult> Checks { get; init; } = [];

    /// <summary>What a judge model says, or null where none was asked.</summary>
    public Readiness? Readiness { get; init; }

    /// <summary>What two reports compare by.</summary>
    [JsonIgnore]
    public string Key => $"{Id}/{Seed}";
}

/// <summary>Passed checks of all.</summary>
internal sealed record Score(int Passed, int Total)
{
    /// <summary>Percent passed; 100 of none.</summary>
    public double Percent => Total == 0 ? 100 : 100.0 * Passed / Total;

    /// <summary>The score of these results.</summary>
    public static Score Of(IEnumerable<CheckResult> checks)
    {
        var (passed, total) = (0, 0);
        foreach (var check in checks) (passed, total) = (passed + (check.Passed ? 1 : 0), total + 1);
        return new Score(passed, total);
    }
}

/// <summary>A whole run.</summary>
internal sealed record EvalReport
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>When it ended.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The model by its name on the command line.</summary>
    public required string Model { get; init; }

    /// <summary>Percent asked of each template.</summary>
    public required double Threshold { get; init; }

    /// <summary>Each request.</summary>
    public required IReadOnlyList<EvalResult> Items { get; init; }

    /// <summary>All checks together.</summary>
    public Score Total => Score.Of(Items.SelectMany(i => i.Checks));

    /// <summary>Each template's checks together.</summary>
    public IReadOnlyDictionary<string, Score> Templates => new SortedDictionary<string, Score>(
        Items.GroupBy(i => i.Request.Template).ToDictionary(g => g.Key, g => Score.Of(g.SelectMany(i => i.Checks))), StringComparer.Ordinal);

    /// <summary>Each check over all templates.</summary>
    public IReadOnlyDictionary<string, Score> Checks => Check.All.ToDictionary(
        name => name, name => Score.Of(Items.SelectMany(i => i.Checks).Where(c => c.Name == name)));

    /// <summary>The templates below the threshold.</summary>
    public IReadOnlyList<string> Below() => [.. Templates.Where(t => t.Value.Percent < Threshold).Select(t => t.Key)];

    /// <summary>The report as JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Format);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="InputException">It is no such report.</exception>
    public static EvalReport Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<EvalReport>(File.ReadAllText(path), Format) ?? throw new InputException($"{path} is no report.");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} is no report: {e.Message}");
        }
    }
}
