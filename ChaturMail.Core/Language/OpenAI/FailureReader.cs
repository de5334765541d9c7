using System.Globalization;
using System.Text.Json;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// Tells failures apart by status and error code (OpenAI guide "Error codes"). Only a code's own characters reach the reason: a
/// provider's sentence can quote the key and the user's text.
/// </summary>
/// <param name="provider">The provider's name, for the reasons.</param>
internal sealed class FailureReader(string provider)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>The failure that an answer with another status than 200 means.</summary>
    public ModelAnswer.Failed Read(int status, ReadOnlyMemory<byte> body, TimeSpan? retryAfter)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            return FromErrorObject(Property(json.RootElement, "error"), status, retryAfter);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // A gateway's HTML page, or nothing at all: the status alone decides.
            return FromErrorObject(default, status, retryAfter);
        }
    }

    /// <summary>
    /// The failure that an error object means; <paramref name="error"/> may be undefined. Within an answer of status 200 the error's own
    /// code takes the place of the status: llama.cpp, vLLM and gateways put it there as a number, since the head of a stream has gone.
    /// </summary>
    public ModelAnswer.Failed FromErrorObject(JsonElement error, int status, TimeSpan? retryAfter = null)
    {
        var code = Word(error, "code") ?? Word(error, "type");
        if (status == 200 && Property(error, "code") is { ValueKind: JsonValueKind.Number } number
            && number.TryGetInt32(out var own) && own is >= 400 and <= 599) status = own;
        var kind = Kind(status, code, Word(error, "type"));
        return new ModelAnswer.Failed(kind, $"{provider} answered {status} ({code ?? "no error code"}).", retryAfter);
    }

    /// <summary>
    /// What <c>Retry-After</c> asks for (RFC 9110, section 10.2.3: seconds or a date), at most a day; null when it is neither.
    /// </summary>
    public static TimeSpan? RetryAfter(string? header, DateTimeOffset now)
    {
        if (string.IsNullOrWhiteSpace(header)) return null;
        if (double.TryParse(header, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture, out var seconds))
            return double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Min(seconds, LongestWait.TotalSeconds)) : null;
        if (!DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)) return null;
        var wait = date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > LongestWait ? LongestWait : wait;
    }

    private static ModelFailure Kind(int status, string? code, string? type)
    {
        if (IsOutOfCredit(code) || IsOutOfCredit(type)) return ModelFailure.OutOfCredit;
        if (code is "model_not_found" or "invalid_api_key") return ModelFailure.ProviderOnly;
        if (code is "content_filter" or "content_policy_violation") return ModelFailure.RequestRefused;
        return status switch
        {
            402 => ModelFailure.OutOfCredit,
            400 or 413 or 422 => ModelFailure.RequestRefused,
            200 or 408 or 409 or 425 or 429 or >= 500 => ModelFailure.Retryable,
            // 401, 403, 404, and what a wrong address gives: redirects, 405 and their like.
            _ => ModelFailure.ProviderOnly,
        };
    }

    private static bool IsOutOfCredit(string? word) => word is "insufficient_quota" or "billing_hard_limit_reached" or "billing_not_active";

    /// <summary>An error's code or type when it looks like one. OpenAI's own are words with underscores.</summary>
    private static string? Word(JsonElement error, string name) =>
        Property(error, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 and <= 48 } word
            && word.All(c => char.IsAsciiLetterLower(c) || c == '_') ? word : null;

    /// <summary>The named member of an object; undefined for anything else.</summary>
    internal static JsonElement Property(JsonElement from, string name) =>
        from.ValueKind == JsonValueKind.Object && from.TryGetProperty(name, out var value) ? value : default;
}
