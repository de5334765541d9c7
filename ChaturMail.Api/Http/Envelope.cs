using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ChaturMail.Api.Http;

/// <summary>
/// The form of every answer: <c>{"status":1|0,"message":"…","payload":[…]|null}</c>. Beside it, where there is something to say:
/// <c>code</c> (the stable code of an error) and <c>nextCursor</c> (where the next page starts).
/// </summary>
/// <param name="Status">1 for success, 0 for failure.</param>
/// <param name="Message">A sentence for the user.</param>
/// <param name="Payload">The result; null, never empty, when there is none.</param>
/// <param name="Code">An error's code, else absent.</param>
/// <param name="NextCursor">Where the next page starts, else absent.</param>
public sealed record Envelope<T>(
    int Status, string Message, IReadOnlyList<T>? Payload,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Code = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? NextCursor = null);

/// <summary>The payload of an answer that has none.</summary>
public sealed record NoPayload;

/// <summary>The body of a request that has nothing to say: <c>{}</c>.</summary>
public sealed record NoFields;

/// <summary>Writes answers in the envelope.</summary>
public static class Reply
{
    /// <summary>Media type of every answer.</summary>
    public const string ContentType = "application/json; charset=utf-8";

    /// <summary>Success without a payload.</summary>
    public static IResult Ok(string message) => new EnvelopeResult<NoPayload>(200, new(1, message, null));

    /// <summary>Success with one item.</summary>
    public static IResult Ok<T>(string message, T item, int status = 200) => new EnvelopeResult<T>(status, new(1, message, [item]));

    /// <summary>Success with a list; an empty one becomes null.</summary>
    public static IResult List<T>(string message, IReadOnlyList<T> items, string? nextCursor = null, int status = 200) =>
        new EnvelopeResult<T>(status, new(1, message, items.Count == 0 ? null : items, NextCursor: nextCursor));

    /// <summary>One of the failures that the app understands only as HTTP 200 with status 0.</summary>
    public static IResult SoftFailure(string message, string code) => new EnvelopeResult<NoPayload>(200, new(0, message, null, code));

    /// <summary>A failure of that kind that says how to go on.</summary>
    public static IResult SoftFailure<T>(string message, string code, T item) => new EnvelopeResult<T>(200, new(0, message, [item], code));

    /// <summary>A failure.</summary>
    /// <param name="message">Instead of the error's own sentence.</param>
    public static IResult Error(ApiError error, string? message = null) => new ErrorResult(error, message ?? error.Message);

    /// <summary>Writes a failure outside a handler.</summary>
    public static Task WriteErrorAsync(HttpContext context, ApiError error, string? message = null) =>
        new ErrorResult(error, message ?? error.Message).ExecuteAsync(context);

    /// <summary>Writes the envelope of an answer of this class where it is a part of something else: an event of a stream.</summary>
    public static void WriteTo(IBufferWriter<byte> output, IResult answer) => ((IEnvelopeResult)answer).WriteTo(output);

    private interface IEnvelopeResult : IResult
    {
        void WriteTo(IBufferWriter<byte> output);
    }

    private sealed class EnvelopeResult<T>(int status, Envelope<T> envelope) : IEnvelopeResult
    {
        // Resolved once for each payload type, not at each request.
        private static readonly JsonTypeInfo<Envelope<T>> Type = (JsonTypeInfo<Envelope<T>>)ApiJson.Options.GetTypeInfo(typeof(Envelope<T>));

        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = status;
            httpContext.Response.ContentType = ContentType;
            WriteTo(httpContext.Response.BodyWriter);
            return Task.CompletedTask;
        }

        public void WriteTo(IBufferWriter<byte> output)
        {
            using var writer = new Utf8JsonWriter(output, ApiJson.WriterOptions);
            JsonSerializer.Serialize(writer, envelope, Type);
        }
    }

    private sealed class ErrorResult(ApiError error, string message) : IEnvelopeResult
    {
        private readonly EnvelopeResult<NoPayload> _envelope = new(error.Status, new(0, message, null, error.Code));

        public Task ExecuteAsync(HttpContext httpContext)
        {
            if (error.RetryAfter is { } seconds) httpContext.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            return _envelope.ExecuteAsync(httpContext);
        }

        public void WriteTo(IBufferWriter<byte> output) => _envelope.WriteTo(output);
    }
}

/// <summary>How JSON is read and written.</summary>
public static class ApiJson
{
    /// <summary>The options, for code outside the framework's own reading and writing.</summary>
    public static readonly JsonSerializerOptions Options = Configure(new JsonSerializerOptions(JsonSerializerDefaults.Web) { TypeInfoResolver = new DefaultJsonTypeInfoResolver() });

    internal static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>
    /// Letters of every script are written as they are: the answers are JSON, never part of a page. A field that stands twice is refused:
    /// two readers could take a different one.
    /// </summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.AllowDuplicateProperties = false;
        options.PropertyNameCaseInsensitive = false;
        options.MaxDepth = 16;
        return options;
    }
}
