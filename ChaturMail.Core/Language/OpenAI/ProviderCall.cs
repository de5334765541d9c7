using System.ClientModel;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// One call of a server that speaks OpenAI's API, from sending to value: its time limits, its answer whole or streamed, its failures and
/// its cost. Whatever the server sends becomes a value; only the caller's cancellation is an exception. A text that the server or the
/// connection broke off is never an email; one that the limit of tokens ended is, with a note.
/// </summary>
internal sealed class ProviderCall(ProviderOptions options, TimeProvider time)
{
    /// <summary>The longest answer that is read, in bytes: some fifty times the longest email. Also the longest text and event of a streamed one.</summary>
    public const int AnswerLimit = 1024 * 1024;

    /// <summary>The most bytes of a streamed answer, which spends some 300 on a token.</summary>
    public const int StreamLimit = 16 * AnswerLimit;

    /// <summary>What the user is told about a text that ended at the limit of tokens, <see cref="ProviderOptions.MaxOutputTokens"/> or the server's own.</summary>
    public const string BrokenOff = "The model reached its limit of tokens, so the email may break off.";

    // What a server may add to our text before it counts: a chat format, a system message of its own.
    private const int ServersOwnTokens = 4096;

    // No vocabulary makes more tokens of a text than it has bytes, and those are at most four for each token of our estimate.
    private const int MostTokensForOne = 4;

    private readonly FailureReader _failures = new(options.Name);

    /// <summary>Connections as every provider gets them.</summary>
    public static SocketsHttpHandler Connections() => new()
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

    /// <summary>Writes the members of a request's body that ask for a stream.</summary>
    public static void WriteStream(Utf8JsonWriter json)
    {
        json.WriteBoolean("stream", true);
        json.WriteStartObject("stream_options");
        json.WriteBoolean("include_usage", true);
        json.WriteEndObject();
    }

    /// <summary>Makes the call.</summary>
    /// <param name="answer">Takes the text, and is the caller's to dispose.</param>
    /// <param name="isStreamed">True when a stream was asked for.</param>
    /// <param name="estimatedInput">Tokens of the prompt by <see cref="TokenEstimate"/>.</param>
    /// <param name="send">Sends the request and gives the answer's head.</param>
    public async Task<ModelAnswer> RunAsync(
        AnswerText answer, bool isStreamed, int estimatedInput, Func<CancellationToken, Task<ProviderResponse>> send, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        using var clock = new CallClock(options, isStreamed, time, cancellation);
        ModelAnswer.Failed? failed;
        var isPaid = false;
        try
        {
            using var response = await send(clock.Token);
            isPaid = response.Status == (int)HttpStatusCode.OK;
            failed = await ReadAsync(response, answer, clock) ?? Fault(answer);
        }
        catch (Exception e) when (IsBrokenCall(e))
        {
            // A broken connection may well be the cancellation's doing, so what the caller and the clock say goes first.
            cancellation.ThrowIfCancellationRequested();
            // When the text is whole, only its counts are missing.
            failed = answer.IsComplete ? Fault(answer) : Broken(e, clock);
            isPaid |= WasSent(e);
        }

        var usage = UsageOf(answer, estimatedInput);
        // An error in place of an answer costs nothing; one in its middle costs what came before.
        if (failed is not null) return isPaid && (answer.Error is null || answer.Pieces > 0) ? failed with { Usage = usage } : failed;
        var (input, output) = Counted(answer, estimatedInput);
        // A base model goes on after the email's end: what is cut off there is no part of it.
        var note = answer is { Finish: "length", IsPastEnd: false } ? BrokenOff : null;
        return new ModelAnswer.Written(answer.Text, answer.Model ?? options.Model, input ?? 0, output ?? 0, note) { Usage = usage };
    }

    // Null when the answer came to its end.
    private async Task<ModelAnswer.Failed?> ReadAsync(ProviderResponse response, AnswerText answer, CallClock clock)
    {
        if (response.Status == (int)HttpStatusCode.OK && response.IsEventStream) return await ReadStreamAsync(response.Body, answer, clock);

        // No stream, whatever was asked: what is left is to read it.
        clock.TokenCame();
        using var body = new AnswerBody(AnswerLimit);
        try
        {
            if (!await body.ReadAsync(response.Body, clock.Token) && response.Status == (int)HttpStatusCode.OK)
                return Unreadable($"has more than {AnswerLimit} bytes");
        }
        catch (Exception e) when (e is IOException && response.Status != (int)HttpStatusCode.OK)
        {
            // A failure's status says enough without the rest of its body.
        }

        if (response.Status != (int)HttpStatusCode.OK)
            return _failures.Read(response.Status, body.Bytes, FailureReader.RetryAfter(response.RetryAfter, time.GetUtcNow()));
        answer.IsEnded = true;
        return Take(body.Bytes.Span, answer);
    }

    private async Task<ModelAnswer.Failed?> ReadStreamAsync(Stream? body, AnswerText answer, CallClock clock)
    {
        using var events = new EventStream(body ?? Stream.Null, AnswerLimit, StreamLimit);
        while (true)
        {
            var state = await events.NextAsync(clock.Token);
            if (state == EventStreamState.TooLong || answer.Length > AnswerLimit) return Unreadable("is too long");
            if (state == EventStreamState.End) return answer.IsComplete ? null : Unreadable("broke off in the middle");
            if (events.Data.SequenceEqual("[DONE]"u8))
            {
                answer.IsEnded = true;
                return null;
            }

            // After the last piece there is nothing left that could spoil the text.
            if (Take(events.Data, answer) is { } failed) return answer.IsComplete && answer.Error is null ? null : failed;
            if (answer.IsPastEnd) return null;
            if (answer.Pieces > 0) clock.TokenCame();
            if (answer.Finish is not null) clock.TextIsComplete();
        }
    }

    private ModelAnswer.Failed? Take(ReadOnlySpan<byte> json, AnswerText answer)
    {
        try
        {
            ChunkReader.Read(json, answer);
            return answer.Error is { } error ? _failures.FromErrorObject(error, 200) : null;
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

    // Why an answer that came to its end is no text; null when it is one.
    private ModelAnswer.Failed? Fault(AnswerText answer)
    {
        if (!answer.HasChoices) return Unreadable("has no choices");
        if (answer.Finish == "content_filter") return Refused("the content filter stopped the answer");
        if (answer.IsRefused) return Refused("the model refused");
        // Gateways end a stream so when the server behind them went away.
        if (answer.Finish == "error") return Unreadable("broke off with an error");
        if (!string.IsNullOrWhiteSpace(answer.Text)) return null;
        return Unreadable(answer.Finish == "length" ? "spent every token before its text" : "has no text");
    }

    /// <summary>
    /// The provider's counts where they can be true, else estimates: of the prompt, and of the text, which has at least a token for each piece
    /// that it came in.
    /// </summary>
    private EmailUsage UsageOf(AnswerText answer, int estimatedInput)
    {
        var (input, output) = Counted(answer, estimatedInput);
        var read = input ?? estimatedInput;
        var written = output ?? Math.Max(TokenEstimate.Of(answer.All), answer.Pieces);
        return new EmailUsage(options.Name, read, written, input is null || output is null, options.CostNanoUsd(read, written));
    }

    // Null for a count that is absent, negative, zero where there is a text, or more than the text and the limit allow.
    private (int? Input, int? Output) Counted(AnswerText answer, int estimatedInput)
    {
        var (input, output) = answer.Counts;
        if (input < 1 || input > (long)estimatedInput * MostTokensForOne + ServersOwnTokens) input = null;
        if (output < (answer.Length > 0 ? 1 : 0)) output = null;
        if (output > options.MaxOutputTokens && output > (long)TokenEstimate.Of(answer.All) * MostTokensForOne) output = null;
        return (input, output);
    }

    private ModelAnswer.Failed Broken(Exception e, CallClock clock) => Retryable(
        clock.MissedFirstToken is { } first ? $"gave no first token within {first}"
        : clock.IsOver ? $"did not answer within {options.Timeout}"
        : $"broke the connection ({Cause(e)})");

    // The last is the official client's answer to a status of 640 or more, which its table of statuses has no place for.
    private static bool IsBrokenCall(Exception e) =>
        e is HttpRequestException or IOException or ClientResultException or OperationCanceledException
        || (e is InvalidOperationException && e.Source == "System.ClientModel");

    // A request that found no connection was not paid for. One that was left alone may have been read in full.
    private static bool WasSent(Exception e) => e switch
    {
        ClientResultException { InnerException: { } inner } => WasSent(inner),
        HttpRequestException { HttpRequestError: var error } => error is not (HttpRequestError.ConnectionError
            or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError),
        _ => true,
    };

    /// <summary>An exception's kind; never its message, which can quote a header.</summary>
    private static string Cause(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: var error } => error.ToString(),
        ClientResultException { InnerException: { } inner } => Cause(inner),
        HttpIOException { HttpRequestError: var error } => error.ToString(),
        _ => e.GetType().Name,
    };

    private ModelAnswer.Failed Retryable(string what) => new(ModelFailure.Retryable, $"{options.Name} {what}.");

    private ModelAnswer.Failed Unreadable(string problem) => Retryable($"answered 200, but the answer {problem}");

    private ModelAnswer.Failed Refused(string why) => new(ModelFailure.RequestRefused, $"{options.Name} answered 200, but {why}.");
}

/// <summary>An answer's head, and its body still to be read.</summary>
/// <param name="Owner">Holds the connection.</param>
internal sealed record ProviderResponse(int Status, string? ContentType, string? RetryAfter, Stream? Body, IDisposable Owner) : IDisposable
{
    /// <summary>True when the body is a stream of events.</summary>
    public bool IsEventStream => ContentType?.StartsWith("text/event-stream", StringComparison.OrdinalIgnoreCase) == true;

    public void Dispose() => Owner.Dispose();
}
