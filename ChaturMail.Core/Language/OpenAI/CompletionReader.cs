using System.Text.Json;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// Reads an answer of <c>POST /v1/chat/completions</c> (OpenAI API reference, "The chat completion object") from whatever bytes came.
/// Knows nothing of HTTP: what a status means is <see cref="FailureReader"/>'s.
/// </summary>
internal static class CompletionReader
{
    /// <summary>The answer in a body of status 200.</summary>
    public static ModelAnswer Read(ReadOnlyMemory<byte> body, string askedModel)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return Read(json.RootElement, askedModel);
        }
        catch (JsonException)
        {
            return Unreadable("is not JSON or is cut off");
        }
        catch (InvalidOperationException)
        {
            // A string with half a surrogate pair or bytes that are not UTF-8.
            return Unreadable("holds text that is not Unicode");
        }
    }

    private static ModelAnswer Read(JsonElement root, string askedModel)
    {
        if (Property(root, "error") is { ValueKind: JsonValueKind.Object } error) return FailureReader.FromErrorObject(error, 200);
        if (Property(root, "choices") is not { ValueKind: JsonValueKind.Array } choices || choices.GetArrayLength() == 0)
            return Unreadable("has no choices");
        var finish = Text(choices[0], "finish_reason");
        if (Property(choices[0], "message") is not { ValueKind: JsonValueKind.Object } message) return Unreadable("has no message");
        if (finish == "content_filter") return Refused("the content filter stopped the answer");
        if (!string.IsNullOrWhiteSpace(Text(message, "refusal"))) return Refused("the model refused");
        var text = Content(message);
        if (string.IsNullOrWhiteSpace(text)) return Unreadable(finish == "length" ? "spent every token before its text" : "has no text");

        var usage = Property(root, "usage");
        var model = Text(root, "model") is { Length: > 0 and <= 200 } named ? named : askedModel;
        return new ModelAnswer.Written(text, model, Count(usage, "prompt_tokens"), Count(usage, "completion_tokens"), Note: null);
    }

    /// <summary>The text, or that of the text parts: compatible servers send either.</summary>
    private static string? Content(JsonElement message)
    {
        if (Property(message, "content") is not { ValueKind: JsonValueKind.Array } parts) return Text(message, "content");
        return string.Concat(parts.EnumerateArray().Select(part => Text(part, "text")));
    }

    /// <summary>The named member of an object; undefined for anything else.</summary>
    internal static JsonElement Property(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? value : default;

    /// <summary>The named member when it is a string, or null.</summary>
    internal static string? Text(JsonElement from, string name) =>
        Property(from, name) is { ValueKind: JsonValueKind.String } value ? value.GetString() : null;

    private static int Count(JsonElement usage, string name) =>
        Property(usage, name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var count) && count > 0 ? count : 0;

    private static ModelAnswer.Failed Unreadable(string problem) =>
        new(ModelFailure.Retryable, $"OpenAI answered 200, but the answer {problem}.");

    private static ModelAnswer.Failed Refused(string why) => new(ModelFailure.RequestRefused, $"OpenAI answered 200, but {why}.");
}
