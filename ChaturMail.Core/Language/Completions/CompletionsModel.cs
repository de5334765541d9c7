using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ChaturMail.Core.Language.OpenAI;

namespace ChaturMail.Core.Language.Completions;

/// <summary>
/// Writes emails with a base model, one that continues a text and knows no chat, such as OPT, over <c>POST {BaseAddress}/completions</c>
/// (OpenAI API reference, "Completions (legacy)"; vLLM, llama.cpp and text-generation servers speak it). <see cref="FewShotText"/> says what
/// it is shown, <see cref="EmailEnd"/> where its email ends. It does by example what can be shown by example; translating is
/// <see cref="ModelFailure.Unsupported"/>, as is a request that does not fit its context. Otherwise it behaves as <see cref="OpenAiModel"/>
/// does, streaming included.
/// </summary>
public sealed class CompletionsModel : ILanguageModel, IDisposable
{
    private static readonly JsonWriterOptions Compact =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly ProviderOptions _options;
    private readonly ProviderCall _call;
    private readonly HttpClient _http;
    private readonly Uri _address;

    /// <summary>A client with its own connections. Keep one for the life of the process.</summary>
    /// <exception cref="ArgumentException"><see cref="ProviderOptions.Validate"/> has something to say.</exception>
    public CompletionsModel(ProviderOptions options, TimeProvider time)
    {
        var problems = string.Join(' ', options.Validate());
        if (problems.Length > 0) throw new ArgumentException(problems, nameof(options));
        _options = options;
        _call = new ProviderCall(options, time);
        _address = new Uri(options.BaseAddress.AbsoluteUri.TrimEnd('/') + "/completions");
        _http = new HttpClient(ProviderCall.Connections()) { Timeout = Timeout.InfiniteTimeSpan };
        if (options.ApiKey.Trim() is { Length: > 0 } key) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    /// <inheritdoc/>
    public async Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!FewShotText.CanShow(request)) return Unsupported("cannot translate: it is a base model");
        if (FewShotText.Of(request, _options.ContextTokens - _options.MaxOutputTokens) is not { } prompt)
            return Unsupported($"does not hold the request: with the answer it is more than {_options.ContextTokens} tokens");
        using var answer = new AnswerText(request.Sink, new EmailEnd(prompt.Stops));
        var isStreamed = _options.Streams(request);
        return await _call.RunAsync(answer, isStreamed, TokenEstimate.Of(prompt.Text), token => SendAsync(prompt, isStreamed, token), cancellation);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<ProviderResponse> SendAsync(FewShotText prompt, bool isStreamed, CancellationToken cancellation)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, _address) { Content = new ReadOnlyMemoryContent(Body(prompt, isStreamed)) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
        var headers = response.Headers.NonValidated;
        return new ProviderResponse(
            (int)response.StatusCode, response.Content.Headers.NonValidated.TryGetValues("Content-Type", out var type) ? type.ToString() : null,
            headers.TryGetValues("Retry-After", out var retryAfter) ? retryAfter.ToString() : null,
            await response.Content.ReadAsStreamAsync(cancellation), response);
    }

    private ReadOnlyMemory<byte> Body(FewShotText prompt, bool isStreamed)
    {
        var body = new ArrayBufferWriter<byte>(8192);
        using var json = new Utf8JsonWriter(body, Compact);
        json.WriteStartObject();
        json.WriteString("model", _options.Model);
        json.WriteString("prompt", prompt.Text);
        json.WriteNumber("max_tokens", _options.MaxOutputTokens);
        if (_options.Temperature is { } temperature) json.WriteNumber("temperature", temperature);
        json.WriteStartArray("stop");
        foreach (var stop in prompt.Stops) json.WriteStringValue("\n" + stop);
        json.WriteEndArray();
        if (isStreamed) ProviderCall.WriteStream(json);
        json.WriteEndObject();
        json.Flush();
        return body.WrittenMemory;
    }

    private ModelAnswer.Failed Unsupported(string what) => new(ModelFailure.Unsupported, $"{_options.Name} {what}.");
}
