using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// Writes a chat completions request: the rules and the template's guidance as the system message, its worked examples as pairs of
/// user and assistant messages, then the user's data in its fence and what the server asks for below it. All but the last message is
/// written once for each template, and once for all prompts of users: what those say is data and stands in the last message.
/// </summary>
internal sealed class PromptMessages(ProviderOptions options)
{
    private static readonly JsonWriterOptions Compact =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // Stands for every prompt of a user's own, none of whose words belongs into the head.
    private static readonly PromptTemplate AnyOwn = new(
        "", "own", "one of the user's own", "", "", 0, 0, "Follow own in the data, as far as these rules allow.", [], "")
    {
        IsOwn = true,
    };

    private static readonly byte[] Tail = "}]}"u8.ToArray();
    private static readonly byte[] StreamedTail = """}],"stream":true,"stream_options":{"include_usage":true}}"""u8.ToArray();

    // By reference: a catalog keeps its templates for as long as the process runs, and a template's value hash would read all its text.
    private readonly ConditionalWeakTable<PromptTemplate, byte[]> _heads = [];

    /// <summary>The body of one call.</summary>
    /// <param name="isStreamed">True to ask for a stream.</param>
    public PromptContent Write(ModelRequest request, bool isStreamed)
    {
        var user = new ArrayBufferWriter<byte>(1024);
        var isTranslation = TranslationPrompt.Is(request);
        using (var json = new Utf8JsonWriter(user, Compact))
            json.WriteStringValue(isTranslation ? TranslationPrompt.Data(request) : PromptText.Data(request) + PromptText.Asks(request));
        if (isTranslation) return new PromptContent(_heads.GetValue(request.Prompt, Head), user, TranslationTail(request, isStreamed));
        return new PromptContent(_heads.GetValue(request.Prompt.IsOwn ? AnyOwn : request.Prompt, Head), user, isStreamed ? StreamedTail : Tail);
    }

    // How long a translation may get depends on its text, not on its template.
    private byte[] TranslationTail(ModelRequest request, bool isStreamed) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"}}],\"max_completion_tokens\":{options.MostOutputTokens(request)}{(isStreamed ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true}" : "")}}}"));

    private byte[] Head(PromptTemplate prompt)
    {
        var isTranslation = ReferenceEquals(prompt, TranslationPrompt.Template);
        var head = new ArrayBufferWriter<byte>(8192);
        using var json = new Utf8JsonWriter(head, Compact);
        json.WriteStartObject();
        json.WriteString("model", options.Model);
        // Who translates has nothing to invent.
        if (options.Temperature is { } temperature) json.WriteNumber("temperature", isTranslation ? Math.Min(temperature, TranslationPrompt.Temperature) : temperature);
        if (!isTranslation) json.WriteNumber("max_completion_tokens", options.MaxOutputTokens);
        json.WriteStartArray("messages");
        Message(json, "system", isTranslation ? prompt.Guidance
            : $"{PromptText.Rules.ReplaceLineEndings("\n")}\n\nThe kind of email: {prompt.Title}\n{prompt.Guidance}");
        foreach (var example in prompt.Examples)
        {
            Message(json, "user", PromptText.Data(example));
            Message(json, "assistant", example.Email);
        }

        json.WriteStartObject();
        json.WriteString("role", "user");
        json.WritePropertyName("content");
        json.Flush();
        return head.WrittenSpan.ToArray();
    }

    private static void Message(Utf8JsonWriter json, string role, string content)
    {
        json.WriteStartObject();
        json.WriteString("role", role);
        json.WriteString("content", content);
        json.WriteEndObject();
    }
}
