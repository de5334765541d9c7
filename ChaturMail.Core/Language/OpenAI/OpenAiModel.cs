using System.ClientModel;
using System.ClientModel.Primitives;
using OpenAI;
using OpenAI.Chat;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// Writes emails with the chat completions of OpenAI or of a server that speaks the same (vLLM, Ollama, llama.cpp), over the official
/// client's protocol methods: its typed ones cost half as much CPU again and twice the memory. One HTTP request a call: the client's own
/// retries are off, since the caller retries and every try counts against the provider's limit. Whatever the server sends becomes a value;
/// only the caller's cancellation is an exception.
/// </summary>
public sealed class OpenAiModel : ILanguageModel, IDisposable
{
    private readonly ProviderOptions _options;
    private readonly HttpClient _http;
    private readonly ChatClient _chat;
    private readonly PromptMessages _messages;
    private readonly ProviderCall _call;

    /// <summary>A client with its own connections. Keep one for the life of the process.</summary>
    /// <exception cref="ArgumentException"><see cref="ProviderOptions.Validate"/> has something to say.</exception>
    public OpenAiModel(ProviderOptions options, TimeProvider time)
    {
        var problems = string.Join(' ', options.Validate());
        if (problems.Length > 0) throw new ArgumentException(problems, nameof(options));
        _options = options;
        _messages = new PromptMessages(options);
        _call = new ProviderCall(options, time);
        _http = new HttpClient(ProviderCall.Connections()) { Timeout = Timeout.InfiniteTimeSpan };
        // The client insists on a key. Servers that want none do not look at it.
        var key = options.ApiKey.Trim() is { Length: > 0 } given ? given : "none";
        _chat = new ChatClient(options.Model, new ApiKeyCredential(key), new OpenAIClientOptions
        {
            Endpoint = options.BaseAddress,
            Transport = new HttpClientPipelineTransport(_http, enableLogging: false, loggerFactory: null),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0, enableLogging: false, loggerFactory: null),
            // The time-outs are ours: they cover the reading of the answer too.
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
            EnableDistributedTracing = false,
        });
    }

    /// <inheritdoc/>
    public async Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation)
    {
        using var answer = new AnswerText(request.Sink);
        var isStreamed = _options.Streams(request);
        return await _call.RunAsync(answer, isStreamed, TokenEstimate.Of(request), token => SendAsync(request, isStreamed, token), cancellation);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<ProviderResponse> SendAsync(ModelRequest request, bool isStreamed, CancellationToken cancellation)
    {
        using var content = _messages.Write(request, isStreamed);
        var call = new RequestOptions
        {
            CancellationToken = cancellation,
            ErrorOptions = ClientErrorBehaviors.NoThrow,
            BufferResponse = false,
        };
        var response = (await _chat.CompleteChatAsync(content, call)).GetRawResponse();
        response.Headers.TryGetValue("Content-Type", out var type);
        response.Headers.TryGetValue("Retry-After", out var retryAfter);
        return new ProviderResponse(response.Status, type, retryAfter, response.ContentStream, response);
    }
}
