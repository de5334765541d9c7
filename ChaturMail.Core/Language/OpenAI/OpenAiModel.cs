using System.ClientModel;
using System.ClientModel.Primitives;
using System.Diagnostics;
using System.Net;
using OpenAI;
using OpenAI.Chat;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// Writes emails with OpenAI's chat completions, over the official client's protocol methods: its typed ones cost half as much CPU
/// again and twice the memory. One HTTP request a call: the client's own retries are off, since the caller retries and every try
/// counts against the provider's limit. Whatever the server sends becomes a value; only the caller's cancellation is an exception.
/// </summary>
public sealed class OpenAiModel : ILanguageModel, IDisposable
{
    /// <summary>The longest answer that is read, in bytes: some fifty times the longest email.</summary>
    public const int AnswerLimit = 1024 * 1024;

    private readonly ProviderOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ChatClient _chat;
    private readonly PromptMessages _messages;

    /// <summary>A client with its own connections. Keep one for the life of the process.</summary>
    /// <exception cref="ArgumentException"><see cref="ProviderOptions.Validate"/> has something to say.</exception>
    public OpenAiModel(ProviderOptions options, TimeProvider time)
    {
        var problems = string.Join(' ', options.Validate());
        if (problems.Length > 0) throw new ArgumentException(problems, nameof(options));
        _options = options;
        _time = time;
        _messages = new PromptMessages(options);
        _http = new HttpClient(Connections()) { Timeout = Timeout.InfiniteTimeSpan };
        _chat = new ChatClient(options.Model, new ApiKeyCredential(options.ApiKey.Trim()), new OpenAIClientOptions
        {
            Endpoint = options.BaseAddress,
            Transport = new HttpClientPipelineTransport(_http, enableLogging: false, loggerFactory: null),
            RetryPolicy = new ClientRetryPolicy(maxRetries: 0, enableLogging: false, loggerFactory: null),
            // The one time-out is ours, below: it covers the reading of the answer too.
            NetworkTimeout = Timeout.InfiniteTimeSpan,
            ClientLoggingOptions = new ClientLoggingOptions { EnableLogging = false },
            EnableDistributedTracing = false,
        });
    }

    /// <inheritdoc/>
    public async Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var timeout = new CancellationTokenSource(_options.Timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, timeout.Token);
        try
        {
            return await AskAsync(request, either.Token);
        }
        catch (Exception e) when (IsBrokenCall(e))
        {
            // A broken connection may well be the cancellation's doing, so what the caller and the clock say goes first.
            cancellation.ThrowIfCancellationRequested();
            return timeout.IsCancellationRequested
                ? Retryable($"did not answer within {_options.Timeout}")
                : Retryable($"broke the connection ({Cause(e)})");
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose() => _http.Dispose();

    private async Task<ModelAnswer> AskAsync(ModelRequest request, CancellationToken cancellation)
    {
        using var content = _messages.Write(request);
        var call = new RequestOptions
        {
            CancellationToken = cancellation,
            ErrorOptions = ClientErrorBehaviors.NoThrow,
            BufferResponse = false,
        };
        using var response = (await _chat.CompleteChatAsync(content, call)).GetRawResponse();
        using var body = new AnswerBody(AnswerLimit);
        try
        {
            if (!await body.ReadAsync(response.ContentStream, cancellation) && response.Status == (int)HttpStatusCode.OK)
                return Retryable($"answered 200 with more than {AnswerLimit} bytes");
        }
        catch (Exception e) when (e is IOException && response.Status != (int)HttpStatusCode.OK)
        {
            // A failure's status says enough without the rest of its body.
        }

        return Interpret(response, body.Bytes);
    }

    private ModelAnswer Interpret(PipelineResponse response, ReadOnlyMemory<byte> body)
    {
        if (response.Status == (int)HttpStatusCode.OK) return CompletionReader.Read(body, _options.Model);
        response.Headers.TryGetValue("Retry-After", out var header);
        return FailureReader.Read(response.Status, body, FailureReader.RetryAfter(header, _time.GetUtcNow()));
    }

    private static SocketsHttpHandler Connections() => new()
    {
        // A redirect would carry the key to another host.
        AllowAutoRedirect = false,
        UseCookies = false,
        // Connections outlive neither a change of the provider's addresses nor its idle limit.
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(55),
        // Spans of the call are kept, but the ids of our traces are nobody else's business.
        ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
    };

    // The last is the official client's answer to a status of 640 or more, which its table of statuses has no place for.
    private static bool IsBrokenCall(Exception e) =>
        e is HttpRequestException or IOException or ClientResultException or OperationCanceledException
        || (e is InvalidOperationException && e.Source == "System.ClientModel");

    /// <summary>An exception's kind; never its message, which can quote a header.</summary>
    private static string Cause(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: var error } => error.ToString(),
        ClientResultException { InnerException: { } inner } => Cause(inner),
        HttpIOException { HttpRequestError: var error } => error.ToString(),
        _ => e.GetType().Name,
    };

    private static ModelAnswer.Failed Retryable(string what) => new(ModelFailure.Retryable, $"OpenAI {what}.");
}
