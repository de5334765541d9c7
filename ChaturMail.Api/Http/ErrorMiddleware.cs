using System.Text.Json;
using ChaturMail.Core;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Codes;
using ChaturMail.Core.Storage;
using Microsoft.AspNetCore.Http.Timeouts;

namespace ChaturMail.Api.Http;

/// <summary>Puts every failure into the envelope: bad input that the framework finds, an exception, a status without a body.</summary>
public sealed class ErrorMiddleware(RequestDelegate next, StoreDescription store, ILogger<ErrorMiddleware> log)
{
    /// <summary>Runs the rest and answers for what goes wrong in it.</summary>
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response.StatusCode >= 400 && !context.Response.HasStarted && context.Response.ContentType is null)
                await Reply.WriteErrorAsync(context, ApiError.ForStatus(context.Response.StatusCode));
        }
        catch (Exception e)
        {
            var (error, message) = Explain(e, context);
            if (error.Status >= 500) log.LogFault(e, $"{context.GetEndpoint()?.DisplayName} failed");
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Features.Get<EncryptedAnswer>()?.Restart();
            context.Response.Clear();
            await Reply.WriteErrorAsync(context, error, message);
        }
    }

    private (ApiError Error, string? Message) Explain(Exception e, HttpContext context) => e switch
    {
        BadHttpRequestException { InnerException: JsonException json } => ExplainJson(json),
        BadHttpRequestException bad => (ApiError.ForStatus(bad.StatusCode), null),
        AnswerTooLargeException => (ApiError.TooLarge, "This answer is too large to be encrypted. Please ask for it without encryption."),
        // Within an encrypted answer; the framework itself answers for the others.
        OperationCanceledException when context.Features.Get<IHttpRequestTimeoutFeature>() is { RequestTimeoutToken.IsCancellationRequested: true } =>
            (ApiError.RequestTimeout, null),
        // The client went away, or the server stops and reads no more of it.
        OperationCanceledException => (ApiError.Cancelled, null),
        CodesUnavailableException => (ApiError.CodesUnavailable, null),
        ObjectStoreException => (ApiError.FilesUnavailable, null),
        IOException when context.RequestAborted.IsCancellationRequested => (ApiError.Cancelled, null),
        _ when store.IsOutage(e) => (ApiError.StoreUnavailable, null),
        _ => (ApiError.Unexpected, null),
    };

    // The serializer wraps what the reader finds (broken JSON) in its own exception; what it finds itself (a wrong type) it does not.
    private static (ApiError Error, string? Message) ExplainJson(JsonException json)
    {
        if (json.InnerException is JsonException) return (ApiError.MalformedJson, null);
        var field = json.Path is { Length: > 2 and < 100 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;
        return (ApiError.InvalidField, field is null
            ? "The request body must be a JSON object of the documented fields."
            : $"The field '{field}' is of the wrong type, or stands twice.");
    }
}
