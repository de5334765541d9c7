using System.Buffers;
using System.Text;
using ChaturMail.Core.Encryption;
using ChaturMail.Core.Limits;
using ChaturMail.Core.Storage;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ChaturMail.Api.Http;

/// <summary>Marks routes that take a plain body where <c>Encryption:Required</c> refuses it.</summary>
public sealed class PlainBodyAllowed;

/// <summary>
/// Opens encrypted bodies (<c>application/jose</c>, a JWE in compact form) and encrypts the answers to them. It runs after
/// <see cref="SessionMiddleware"/>: what is refused there, by headers alone, costs no private key operation. The rest of the program sees JSON.
/// </summary>
public sealed class EncryptionMiddleware
{
    private const string Bearer = "Bearer ";

    // What the clocks of two instances may differ by: a request's number is remembered until no instance takes its time any more.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(1);

    private readonly RequestDelegate _next;
    private readonly RequestDelegate _opened;
    private readonly EncryptionKeys _keys;
    private readonly EncryptionOptions _options;
    private readonly IOnce _once;
    private readonly TimeProvider _time;

    /// <summary>Makes the middleware.</summary>
    public EncryptionMiddleware(
        RequestDelegate next, EncryptionKeys keys, EncryptionOptions options, IOnce once, StoreDescription store, TimeProvider time,
        ILogger<ErrorMiddleware> log)
    {
        (_next, _keys, _options, _once, _time) = (next, keys, options, once, time);
        // The failures of an opened request are put into the envelope within its encryption.
        _opened = new ErrorMiddleware(GoOnOnceAsync, store, log).InvokeAsync;
    }

    /// <summary>Lets plain requests through, or refuses them where they must be encrypted; answers encrypted ones encrypted.</summary>
    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata is not { } metadata || metadata.GetMetadata<ApiRoute>() is null) return _next(context);
        if (_keys.IsOn && IsEncrypted(context.Request)) return AnswerAsync(context);
        return _options.Required && metadata.GetMetadata<PlainBodyAllowed>() is null
            ? Reply.WriteErrorAsync(context, ApiError.EncryptionRequired)
            : _next(context);
    }

    private static bool IsEncrypted(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
        && type.MediaType.Equals(EncryptedAnswer.ContentType, StringComparison.OrdinalIgnoreCase);

    private async Task AnswerAsync(HttpContext context)
    {
        var (message, tooLarge) = await ReadAsync(context.Request, context.RequestAborted);
        var error = tooLarge ? ApiError.TooLarge : Check(message, context.Request);
        if (error is not null)
        {
            await Reply.WriteErrorAsync(context, error);
            return;
        }

        var (opened, isBusy) = await _keys.OpenAsync(message!, context.RequestAborted);
        if (opened is null)
        {
            await Reply.WriteErrorAsync(context, isBusy ? ApiError.TooManyRequests with { RetryAfter = 1 } : ApiError.EncryptionFailed);
            return;
        }

        using var answer = new EncryptedAnswer(context, opened.ContentKey, RequestProof.Read(message!)!);
        context.Request.Body = new MemoryStream(opened.Plaintext, writable: false);
        context.Request.ContentLength = opened.Plaintext.Length;
        context.Request.ContentType = Reply.ContentType;
        await _opened(context);
        await answer.SendAsync();
    }

    // All of it can be read by anybody, and is looked at first, for that costs little. It is believed once the message is opened.
    private ApiError? Check(JweCompact? message, HttpRequest request)
    {
        if (message is not { IsForRequests: true, KeyId: { } keyId } || RequestProof.Read(message) is not { } proof) return ApiError.EncryptionFailed;
        if (!_keys.Has(keyId)) return ApiError.UnknownEncryptionKey;
        if (!proof.IsFor(request.Path.Value, BearerToken(request))) return ApiError.EncryptionFailed;
        return proof.IsFresh(_time.GetUtcNow(), _options.ReplayWindow) ? null : ApiError.EncryptionNotFresh;
    }

    private async Task GoOnOnceAsync(HttpContext context)
    {
        var key = context.Features.GetRequiredFeature<EncryptedAnswer>().OnceKey;
        var claim = await _once.TryClaimAsync(key, (2 * _options.ReplayWindow) + ClockSkew, context.RequestAborted);
        if (claim == OnceResult.First) await _next(context);
        else await Reply.WriteErrorAsync(context, claim == OnceResult.Again ? ApiError.EncryptionNotFresh : ApiError.StoreUnavailable);
    }

    private static string? BearerToken(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.Length == 0) return null;
        return header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim() : header;
    }

    // The buffers are the pool's: what requests of any size cost beside the message itself is used again by the next ones.
    private static async ValueTask<(JweCompact? Message, bool TooLarge)> ReadAsync(HttpRequest request, CancellationToken cancellation)
    {
        var most = (int)Math.Min(request.ContentLength ?? Limits.BodyBytes, Limits.BodyBytes) + 1;
        var bytes = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var length = await request.Body.ReadAtLeastAsync(bytes.AsMemory(0, most), most, throwOnEndOfStream: false, cancellation);
            return length > Limits.BodyBytes ? (null, true) : (Parse(bytes.AsSpan(0, length)), false);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    private static JweCompact? Parse(ReadOnlySpan<byte> body)
    {
        var text = ArrayPool<char>.Shared.Rent(body.Length);
        try
        {
            // A character a byte: what is not ASCII is no base64url.
            return JweCompact.Parse(text.AsSpan(0, Encoding.Latin1.GetChars(body, text)));
        }
        finally
        {
            ArrayPool<char>.Shared.Return(text);
        }
    }
}
