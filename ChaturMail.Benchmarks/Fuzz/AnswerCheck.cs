using System.Text;
using System.Text.Json;

namespace ChaturMail.Benchmarks.Fuzz;

/// <summary>What an answer must be, whatever was asked.</summary>
internal static class AnswerCheck
{
    // No text of the product holds these; an exception, a stack or the framework's own page would.
    private static readonly string[] Traces = ["Exception", "   at ", ".cs:line", "StackTrace", "<html", "<!DOCTYPE", "System.Text", "Microsoft.AspNetCore", "SQLite Error"];

    /// <summary>True for a failure of the server. That it does not speak another version of HTTP (505) is none.</summary>
    public static bool IsServerError(RawAnswer answer) => answer.Status is >= 500 and not 505;

    /// <summary>What is wrong with the answer, or null.</summary>
    public static string? Problem(FuzzRequest request, RawAnswer answer)
    {
        if (answer.Status == 0) return request.Expected == Expectation.Envelope ? "no answer" : null;
        var body = Encoding.UTF8.GetString(answer.Body);
        var page = request.What.Contains("/docs/", StringComparison.Ordinal);
        if (!page && Traces.FirstOrDefault(trace => body.Contains(trace, StringComparison.Ordinal)) is { } found) return $"holds \"{found}\"";
        if (answer.Header("Content-Encoding").Length > 0) return "is compressed";
        if (answer.Header("Server").Length > 0) return "names the server";
        // The server below the API refuses what is no HTTP, without a body.
        if (request.Expected is Expectation.Refusal or Expectation.Harmless && answer.Body.Length == 0 && answer.Status is >= 400) return null;
        // A browser's question before its request (CORS).
        if (answer.Status == 204 && answer.Header("Access-Control-Allow-Methods").Length > 0) return null;
        if (answer.Header("X-Content-Type-Options") != "nosniff") return "lacks X-Content-Type-Options";
        if (request.Expected == Expectation.Harmless || request.IsHead) return null;
        // A file or a probe at one of the paths.
        if (request.Expected == Expectation.Refusal && answer.Status == 200 && answer.Header("Content-Type") is "image/svg+xml" or "text/plain") return null;
        return answer.Header("Content-Type") switch
        {
            "application/json; charset=utf-8" => EnvelopeProblem(answer.Body, answer.Status),
            "text/event-stream" when answer.Status == 200 => StreamProblem(body),
            var type => $"is of type \"{type}\"",
        };
    }

    private static string? StreamProblem(string body)
    {
        foreach (var line in body.Split('\n').Where(line => line.StartsWith("data: ", StringComparison.Ordinal)))
            if (Read(Encoding.UTF8.GetBytes(line[6..])) is null) return "streams data that is no JSON";
        return null;
    }

    private static string? EnvelopeProblem(byte[] body, int httpStatus)
    {
        using var document = Read(body);
        if (document is null) return "is no JSON";
        if (document.RootElement is not { ValueKind: JsonValueKind.Object } root) return "is no object";
        if (!root.TryGetProperty("status", out var status) || status.ValueKind != JsonValueKind.Number || !status.TryGetInt32(out var number) || number is < 0 or > 1) return "has no status";
        if (!root.TryGetProperty("message", out var message) || message.ValueKind != JsonValueKind.String || message.GetString() is not { Length: > 0 }) return "has no message";
        if (!root.TryGetProperty("payload", out var payload)) return "has no payload";
        if (payload.ValueKind is not JsonValueKind.Null && !(payload.ValueKind == JsonValueKind.Array && payload.GetArrayLength() > 0)) return "has a payload that is neither null nor a list of something";
        if (httpStatus >= 400 && number != 0) return "says that it succeeded";
        return number == 0 && !root.TryGetProperty("code", out _) ? "has no code" : null;
    }

    private static JsonDocument? Read(byte[] json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
