using System.Text.Json;
using System.Text.Json.Serialization;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Evals;

/// <summary>A request with its place, by which two reports find the same one again.</summary>
/// <param name="Id">File name without its ending, and the number in it from 1.</param>
internal sealed record EvalItem(string Id, EvalRequest Request);

/// <summary>What is wrong with an argument or an input file, in a sentence. The command ends with exit code 2.</summary>
internal sealed class InputException(string message) : Exception(message);

/// <summary>Reads files of requests: a JSON list of objects with the fields of <see cref="EvalRequest"/>.</summary>
internal static class InputFile
{
    private const int MostItems = 10_000;
    private const long MostBytes = 32 * 1024 * 1024;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        NumberHandling = JsonNumberHandling.Strict,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    /// <summary>The requests of a file.</summary>
    /// <exception cref="InputException">The file is away, too long or no such list, or a request has a wrong field or an unknown template.</exception>
    public static IReadOnlyList<EvalItem> Read(string path, PromptCatalog catalog)
    {
        try
        {
            if (new FileInfo(path).Length > MostBytes) throw new InputException($"{path} is longer than {MostBytes} bytes.");
            return Parse(Path.GetFileName(path), File.ReadAllText(path), catalog);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path} cannot be read: {e.Message}");
        }
    }

    /// <summary>The program's own requests, template by template.</summary>
    public static IReadOnlyList<EvalItem> Own(PromptCatalog catalog)
    {
        var assembly = typeof(InputFile).Assembly;
        return [.. assembly.GetManifestResourceNames().Where(n => n.StartsWith("inputs/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .SelectMany(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return Parse(name["inputs/".Length..], reader.ReadToEnd(), catalog);
            })];
    }

    /// <summary>The requests of a file's text.</summary>
    /// <exception cref="InputException">See <see cref="Read"/>.</exception>
    public static IReadOnlyList<EvalItem> Parse(string file, string text, PromptCatalog catalog)
    {
        List<JsonElement>? elements;
        try
        {
            elements = JsonSerializer.Deserialize<List<JsonElement>>(text, Format);
        }
        catch (JsonException e)
        {
            throw new InputException($"{file} is no JSON list: {e.Message}");
        }

        if (elements is null || elements.Count == 0) throw new InputException($"{file} holds no request.");
        if (elements.Count > MostItems) throw new InputException($"{file} holds more than {MostItems} requests.");
        return [.. elements.Select((element, index) => new EvalItem(
            $"{Path.GetFileNameWithoutExtension(file)}#{index + 1}", Item($"{file}, request {index + 1}", element, catalog)))];
    }

    private static EvalRequest Item(string where, JsonElement element, PromptCatalog catalog)
    {
        try
        {
            var request = element.Deserialize<EvalRequest>(Format) ?? throw new InputException($"{where} is null.");
            if (request.Template is null || request.Subject is null || request.Keywords is null || request.ToEmail is null)
                throw new InputException($"{where}: template, subject, keywords and toEmail must be texts.");
            if (catalog.All.All(p => p.Slug != request.Template))
                throw new InputException($"{where}: there is no template \"{request.Template}\".");
            _ = request.Change();
            return request;
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            throw new InputException($"{where}: {e.Message}");
        }
    }
}
