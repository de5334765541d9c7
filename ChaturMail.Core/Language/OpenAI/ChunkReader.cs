using System.Text.Json;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// Reads the JSON of an answer in one pass, without a document: a whole one (OpenAI API reference, "The chat completion object" and "The
/// completion object") or a chunk of a streamed one ("The chat completion chunk object"). Takes the first choice; what else is there, or
/// is of another type than it should be, does no harm.
/// </summary>
internal static class ChunkReader
{
    /// <summary>Adds what <paramref name="json"/> says to <paramref name="answer"/>.</summary>
    /// <exception cref="JsonException">It is not JSON, is cut off, or is no object.</exception>
    /// <exception cref="InvalidOperationException">It holds a text that is not Unicode.</exception>
    public static void Read(ReadOnlySpan<byte> json, AnswerText answer)
    {
        var reader = new Utf8JsonReader(json);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) throw new JsonException("An answer is a JSON object.");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("choices"u8)) Choices(ref reader, answer);
            else if (reader.ValueTextEquals("usage"u8)) Usage(ref reader, answer);
            else if (reader.ValueTextEquals("error"u8)) Error(ref reader, answer);
            else if (answer.Model is null && reader.ValueTextEquals("model"u8)) Model(ref reader, answer);
            else reader.Skip();
        }

        if (reader.Read()) throw new JsonException("There is more than one object.");
    }

    private static void Choices(ref Utf8JsonReader reader, AnswerText answer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        var isFirst = true;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!isFirst || reader.TokenType != JsonTokenType.StartObject) reader.Skip();
            else Choice(ref reader, answer);
            isFirst = false;
        }
    }

    private static void Choice(ref Utf8JsonReader reader, AnswerText answer)
    {
        answer.HasChoices = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("delta"u8) || reader.ValueTextEquals("message"u8)) Message(ref reader, answer);
            else if (reader.ValueTextEquals("text"u8)) Content(ref reader, answer);
            else if (reader.ValueTextEquals("finish_reason"u8))
            {
                reader.Read();
                if (reader.TokenType == JsonTokenType.String) answer.Finish ??= reader.GetString();
                else reader.Skip();
            }
            else reader.Skip();
        }
    }

    private static void Message(ref Utf8JsonReader reader, AnswerText answer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("content"u8)) Content(ref reader, answer);
            else if (reader.ValueTextEquals("refusal"u8)) answer.IsRefused |= IsText(ref reader);
            // A reasoning model's thoughts, as vLLM, llama.cpp and Ollama name them: no text, and yet a sign of life.
            else if (reader.ValueTextEquals("reasoning_content"u8) || reader.ValueTextEquals("reasoning"u8))
            {
                if (IsText(ref reader)) answer.CountPiece();
            }
            else reader.Skip();
        }
    }

    /// <summary>A text, or text parts: compatible servers send either.</summary>
    private static void Content(ref Utf8JsonReader reader, AnswerText answer)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) answer.Append(ref reader);
        else if (reader.TokenType != JsonTokenType.StartArray) reader.Skip();
        else
        {
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.StartObject)
                {
                    reader.Skip();
                    continue;
                }

                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var isText = reader.ValueTextEquals("text"u8);
                    reader.Read();
                    if (isText && reader.TokenType == JsonTokenType.String) answer.Append(ref reader);
                    else reader.Skip();
                }
            }
        }
    }

    private static void Usage(ref Utf8JsonReader reader, AnswerText answer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        int? input = null, output = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8)) input = Count(ref reader);
            else if (reader.ValueTextEquals("completion_tokens"u8)) output = Count(ref reader);
            else reader.Skip();
        }

        answer.Counts = (input, output);
    }

    private static int? Count(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var count)) return count;
        reader.Skip();
        return null;
    }

    private static void Error(ref Utf8JsonReader reader, AnswerText answer)
    {
        reader.Read();
        if (reader.TokenType is JsonTokenType.Null or JsonTokenType.False) return;
        using var error = JsonDocument.ParseValue(ref reader);
        answer.Error = error.RootElement.Clone();
    }

    private static void Model(ref Utf8JsonReader reader, AnswerText answer)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String) reader.Skip();
        else if (reader.GetString() is { Length: > 0 and <= 200 } model) answer.Model = model;
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.String) return reader.ValueSpan.IndexOfAnyExcept((byte)' ') >= 0;
        reader.Skip();
        return false;
    }
}
