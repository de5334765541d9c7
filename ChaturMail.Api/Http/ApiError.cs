using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Http;

/// <summary>A failure that a client can be told: its stable code, its HTTP status, its sentence.</summary>
/// <param name="Code">Stable; clients may act on it.</param>
/// <param name="Status">HTTP status (RFC 9110, section 15).</param>
/// <param name="Message">What to show to a person.</param>
/// <param name="RetryAfter">Seconds after which to try again, or null.</param>
public sealed record ApiError(string Code, int Status, string Message, int? RetryAfter = null)
{
    /// <summary>The body cannot be read as JSON.</summary>
    public static readonly ApiError MalformedJson = new("malformed_json", 400, "The request body is not valid JSON.");

    /// <summary>A field is missing, of another type, or out of its limits. The sentence names it.</summary>
    public static readonly ApiError InvalidField = new("invalid_field", 400, "A field of the request is not valid.");

    /// <summary>No template has this id.</summary>
    public static readonly ApiError UnknownPrompt = new("unknown_prompt", 400, "There is no email template with this promptId.");

    /// <summary>No model of this server has this name.</summary>
    public static readonly ApiError UnknownModel = new("unknown_model", 400, "There is no model of this name on this server.");

    /// <summary>The request cannot be understood for another reason.</summary>
    public static readonly ApiError BadRequest = new("bad_request", 400, "The request could not be understood.");

    /// <summary>No bearer token, or one that is not good (any more).</summary>
    public static readonly ApiError NotAuthenticated = new("not_authenticated", 401, "Your session is not valid any more. Please sign in again.");

    /// <summary>The account was disabled by an operator.</summary>
    public static readonly ApiError AccountDisabled = new("account_disabled", 403, "This account is disabled. Please contact support.");

    /// <summary>The route is for operators.</summary>
    public static readonly ApiError NotAdmin = new("not_admin", 403, "This is for operators only.");

    /// <summary>Too few coins for what was asked.</summary>
    public static readonly ApiError InsufficientCoins = new("insufficient_coins", 403, "You do not have enough coins for this email. Earn more coins and try again.");

    /// <summary>No such route.</summary>
    public static readonly ApiError NotFound = new("not_found", 404, "There is nothing at this address.");

    /// <summary>The user has no email of this id.</summary>
    public static readonly ApiError EmailNotFound = new("email_not_found", 404, "There is no such email in your history.");

    /// <summary>The user has no prompt of this id.</summary>
    public static readonly ApiError PromptNotFound = new("prompt_not_found", 404, "There is no such prompt of your own.");

    /// <summary>The user has as many prompts as they may have.</summary>
    public static readonly ApiError TooManyPrompts = new(
        "too_many_prompts", 409, $"You have {IOwnPromptStore.MostPrompts} prompts of your own, which is the most. Delete one first.");

    /// <summary>The route wants another method.</summary>
    public static readonly ApiError MethodNotAllowed = new("method_not_allowed", 405, "This address wants another method; API requests are POST.");

    /// <summary>The Idempotency-Key was used for another request in the last 24 hours.</summary>
    public static readonly ApiError IdempotencyConflict = new("idempotency_conflict", 409, "This Idempotency-Key was used for another request. Use a new one.");

    /// <summary>The email was edited since the request's sender read it.</summary>
    public static readonly ApiError EditConflict = new("edit_conflict", 409, "This email was edited elsewhere in the meantime. Load it again before you save.");

    /// <summary>The body is larger than allowed.</summary>
    public static readonly ApiError TooLarge = new("body_too_large", 413, $"The request body is larger than {Limits.BodyBytes / 1024} KB.");

    /// <summary>The body is not JSON by its Content-Type.</summary>
    public static readonly ApiError UnsupportedMediaType = new("unsupported_media_type", 415, "The Content-Type must be application/json, in UTF-8.");

    /// <summary>Too many requests in a while. Retry-After says how long to wait.</summary>
    public static readonly ApiError TooManyRequests = new("too_many_requests", 429, "Too many requests. Please wait a moment.", 10);

    /// <summary>The client went away, or took too long to send its request.</summary>
    public static readonly ApiError Cancelled = new("request_cancelled", 408, "The request was cancelled before it was finished.");

    /// <summary>A bug.</summary>
    public static readonly ApiError Unexpected = new("internal_error", 500, "Something went wrong on our side. Please try again.");

    /// <summary>The identity provider cannot be asked now.</summary>
    public static readonly ApiError IdentityUnavailable = new("identity_unavailable", 503, "Sign-in is not available at the moment. Please try again.", 10);

    /// <summary>The store cannot be reached now.</summary>
    public static readonly ApiError StoreUnavailable = new("store_unavailable", 503, "The service is not available at the moment. Please try again.", 5);

    /// <summary>As many requests wait for their email as the server holds; nothing was charged.</summary>
    public static readonly ApiError Busy = new("busy", 503, "Very many emails are being written right now. Please try again in a moment.", 5);

    /// <summary>The model did not answer; the coins were given back.</summary>
    public static readonly ApiError ModelUnavailable = new(FailureCode.ModelUnavailable, 503, "The email could not be written now. Your coins were given back. Please try again.", 10);

    /// <summary>The model refused the request; the coins were given back.</summary>
    public static readonly ApiError RequestRefused = new(FailureCode.RequestRefused, 400, "The email could not be written from this subject and these keywords. Your coins were given back.");

    /// <summary>The job failed on every attempt; the coins were given back.</summary>
    public static readonly ApiError GenerationFailed = new(FailureCode.Poisoned, 500, "The email could not be written. Your coins were given back.");

    /// <summary>What the model wrote may not be given out; the coins were given back.</summary>
    public static readonly ApiError AnswerRejected = new(FailureCode.AnswerRejected, 400, "No email that is safe to send could be written from this. Your coins were given back.");

    /// <summary>The moderation refused; the coins were given back.</summary>
    public static readonly ApiError ContentFlagged = new(FailureCode.ContentFlagged, 400, "This content is not allowed. Your coins were given back.");

    /// <summary>No model here can do it; the coins were given back.</summary>
    public static readonly ApiError NotSupported = new(FailureCode.NotSupported, 400, "No model on this server can do this. Your coins were given back.");

    /// <summary>A day's budget is spent; the coins were given back.</summary>
    public static readonly ApiError BudgetExceeded = new(FailureCode.BudgetExceeded, 429, "The limit for today is reached. Your coins were given back. Please try again tomorrow.", 3600);

    /// <summary>No account has this address and this password.</summary>
    public static readonly ApiError InvalidCredentials = new("invalid_credentials", 400, "The email address or the password is wrong.");

    /// <summary>The password is right, but the address is yet to be proved.</summary>
    public static readonly ApiError EmailNotVerified = new("email_not_verified", 403, "Please verify your email address first: enter the code that was sent to it.");

    /// <summary>The new password is too easy to guess. The sentence says why.</summary>
    public static readonly ApiError WeakPassword = new("weak_password", 400, "This password is too easy to guess. Please choose another.");

    /// <summary>The code is wrong, used, or too old.</summary>
    public static readonly ApiError InvalidCode = new("invalid_code", 400, "The code is wrong or has expired. Please ask for another.");

    /// <summary>The table: every code, for the documents and the tests that hold them against it.</summary>
    public static readonly IReadOnlyList<ApiError> All =
    [
        MalformedJson, InvalidField, UnknownPrompt, UnknownModel, BadRequest, NotAuthenticated, AccountDisabled, NotAdmin, InsufficientCoins, NotFound, EmailNotFound,
        PromptNotFound, TooManyPrompts, MethodNotAllowed, IdempotencyConflict, EditConflict, TooLarge, UnsupportedMediaType, TooManyRequests, Cancelled,
        Unexpected, IdentityUnavailable, StoreUnavailable,
        Busy, ModelUnavailable, RequestRefused, GenerationFailed, AnswerRejected, ContentFlagged, NotSupported, BudgetExceeded,
        InvalidCredentials, EmailNotVerified, WeakPassword, InvalidCode,
    ];

    /// <summary>The error for an HTTP status that arose without one of ours, e.g. in routing or in the server.</summary>
    public static ApiError ForStatus(int status) => status switch
    {
        401 => NotAuthenticated,
        404 => NotFound,
        405 => MethodNotAllowed,
        408 => Cancelled,
        413 => TooLarge,
        415 => UnsupportedMediaType,
        429 => TooManyRequests,
        >= 500 => Unexpected,
        _ => BadRequest with { Status = status },
    };

    /// <summary>The error for a job that failed for good.</summary>
    public static ApiError ForFailure(string code) => code switch
    {
        FailureCode.ModelUnavailable => ModelUnavailable,
        FailureCode.RequestRefused => RequestRefused,
        FailureCode.UnknownPrompt => UnknownPrompt,
        FailureCode.AnswerRejected => AnswerRejected,
        FailureCode.ContentFlagged => ContentFlagged,
        FailureCode.NotSupported => NotSupported,
        FailureCode.BudgetExceeded => BudgetExceeded,
        _ => GenerationFailed,
    };
}
