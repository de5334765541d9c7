using ChaturMail.Api.Parties;
using ChaturMail.Api.Topics;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Content;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Scheduling;
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

    /// <summary>The route is for operators who signed in with a second factor.</summary>
    public static readonly ApiError SecondFactorRequired = new(
        "second_factor_required", 403, "This needs a sign-in with a second factor. Please sign in again.");

    /// <summary>The user has no session of this id.</summary>
    public static readonly ApiError SessionNotFound = new("session_not_found", 404, "There is no such session. It may have ended already.");

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

    /// <summary>An encrypted body that cannot be opened, or is not for this route and session. Which it is, is not told.</summary>
    public static readonly ApiError EncryptionFailed = new("encryption_failed", 400, "The encrypted request could not be read.");

    /// <summary>An encrypted body for a key that this server does not have (any more).</summary>
    public static readonly ApiError UnknownEncryptionKey = new(
        "unknown_encryption_key", 400, "The request is encrypted for a key that is not in use any more. Please try again.");

    /// <summary>An encrypted body whose time is too far from the server's, or that was received before.</summary>
    public static readonly ApiError EncryptionNotFresh = new(
        "encryption_not_fresh", 400, "The request is too old or was sent twice. Please check the clock of your device and try again.");

    /// <summary>The server takes encrypted bodies only.</summary>
    public static readonly ApiError EncryptionRequired = new("encryption_required", 400, "This server takes encrypted requests only. Please update the app.");

    /// <summary>The server has no key for encrypted bodies.</summary>
    public static readonly ApiError EncryptionUnavailable = new("encryption_unavailable", 404, "This server does not take encrypted requests.");

    /// <summary>A callback about an advertisement is not the advertising network's, or too old.</summary>
    public static readonly ApiError RewardNotVerified = new("reward_not_verified", 403, "This is not a callback of the advertising network.");

    /// <summary>Operators withdrew the template.</summary>
    public static readonly ApiError PromptWithdrawn = new("prompt_withdrawn", 400, "This email template is not offered any more. Please choose another one.");

    /// <summary>There is no account of this uid.</summary>
    public static readonly ApiError UserNotFound = new("user_not_found", 404, "There is no user of this uid.");

    /// <summary>There is no message of this id.</summary>
    public static readonly ApiError FeedbackNotFound = new("feedback_not_found", 404, "There is no feedback of this id.");

    /// <summary>No job of this id is among those that were given up.</summary>
    public static readonly ApiError DeadLetterNotFound = new("dead_letter_not_found", 404, "There is no dead letter of this id. It may have been tried again or dropped already.");

    /// <summary>A job that was given up cannot be tried again. The sentence says why.</summary>
    public static readonly ApiError RetryImpossible = new("retry_impossible", 409, "This cannot be tried again.");

    /// <summary>The queue cannot be reached now.</summary>
    public static readonly ApiError QueueUnavailable = new("queue_unavailable", 503, "The queue cannot be reached at the moment. Please try again.", 5);

    /// <summary>There is no template or tutorial of this id.</summary>
    public static readonly ApiError ContentNotFound = new("content_not_found", 404, "There is nothing of this id to withdraw or show.");

    /// <summary>What operators cannot do to their own account.</summary>
    public static readonly ApiError OwnAccount = new("own_account", 409, "Operators cannot do this to their own account.");

    /// <summary>As much is published as there may be.</summary>
    public static readonly ApiError TooMuchContent = new(
        "too_much_content", 409, $"{ContentEntry.MostOfAKind} of these are published, which is the most. Publish one in the place of another.");

    /// <summary>The request was not done in its time. Retry-After says when to try again.</summary>
    public static readonly ApiError RequestTimeout = new("request_timeout", 503, "This took too long. Please try again in a moment.", 5);

    /// <summary>A code is wrong, used, or too old.</summary>
    public static readonly ApiError InvalidCode = new("invalid_code", 400, "This code is wrong or has expired.");

    /// <summary>The sign-in that waited for a code is over: by time, by its end, or by too many wrong codes.</summary>
    public static readonly ApiError ChallengeExpired = new("challenge_expired", 400, "This sign-in has expired. Please sign in again.");

    /// <summary>The change wants a code of the second factor that is on.</summary>
    public static readonly ApiError CodeRequired = new("code_required", 403, "Enter a code of your second factor.");

    /// <summary>Operators cannot do without a second factor.</summary>
    public static readonly ApiError SecondFactorMandatory = new("second_factor_mandatory", 403, "Operators cannot do without a second factor.");

    /// <summary>There is no second factor that could be changed.</summary>
    public static readonly ApiError SecondFactorMissing = new("second_factor_missing", 409, "You have no second factor.");

    /// <summary>The server cannot send mail, or none now.</summary>
    public static readonly ApiError MailUnavailable = new("mail_unavailable", 503, "No mail can be sent at the moment. Please try again.", 10);

    /// <summary>What keeps the codes cannot be reached now.</summary>
    public static readonly ApiError CodesUnavailable = new("codes_unavailable", 503, "Codes cannot be checked at the moment. Please try again.", 5);

    /// <summary>No account has this address and this password.</summary>
    public static readonly ApiError InvalidCredentials = new("invalid_credentials", 400, "The email address or the password is wrong.");

    /// <summary>The password is right, but the address is yet to be proved.</summary>
    public static readonly ApiError EmailNotVerified = new("email_not_verified", 403, "Please verify your email address first: enter the code that was sent to it.");

    /// <summary>The new password is too easy to guess. The sentence says why.</summary>
    public static readonly ApiError WeakPassword = new("weak_password", 400, "This password is too easy to guess. Please choose another.");

    /// <summary>The user is in no conversation of this id.</summary>
    public static readonly ApiError ConversationNotFound = new(ConversationFailure.NotFound, 404, "There is no such conversation of yours.");

    /// <summary>No message of this id is in a conversation of the user's.</summary>
    public static readonly ApiError MessageNotFound = new(ConversationFailure.MessageNotFound, 404, "There is no such message. It may have been deleted.");

    /// <summary>Nobody but the user is left in the conversation.</summary>
    public static readonly ApiError ConversationClosed = new(ConversationFailure.Closed, 409, "Nobody else is left in this conversation.");

    /// <summary>The conversation is no group.</summary>
    public static readonly ApiError NotAGroup = new(ConversationFailure.NotAGroup, 409, "This can be done with a group only.");

    /// <summary>Only admins may do this, or whoever wrote the message.</summary>
    public static readonly ApiError NotConversationAdmin = new(ConversationFailure.NotAllowed, 403, "You may not do this here.");

    /// <summary>The group has as many members as it may have.</summary>
    public static readonly ApiError GroupFull = new(ConversationFailure.GroupFull, 409, "There is no room for so many in this group.");

    /// <summary>The user has made as many groups as they may.</summary>
    public static readonly ApiError TooManyGroups = new(ConversationFailure.TooManyGroups, 409, "You have made as many groups as you may, or somebody would be in too many. Delete or leave one first.");

    /// <summary>There is no attachment of this id that is the user's, or that they may see.</summary>
    public static readonly ApiError AttachmentNotFound = new(AttachmentRefusal.NotFound, 404, "There is no such attachment.");

    /// <summary>What was announced has not come, or not whole.</summary>
    public static readonly ApiError UploadIncomplete = new(AttachmentRefusal.Incomplete, 409, "The picture has not arrived whole. Please upload it again.");

    /// <summary>The bytes are no picture of a kind that is taken.</summary>
    public static readonly ApiError UnsupportedImage = new(
        AttachmentRefusal.UnsupportedImage, 400, "This file is not taken: it must be a picture (PNG, JPEG, WebP or GIF) and undamaged.");

    /// <summary>The picture has too many pixels or frames.</summary>
    public static readonly ApiError ImageTooLarge = new(
        AttachmentRefusal.ImageTooLarge, 400, "This picture is too large: at most 12000 pixels a side, 40 million in all, and 500 frames.");

    /// <summary>Too many uploads of the user are not finished.</summary>
    public static readonly ApiError TooManyUploads = new(AttachmentRefusal.TooManyUploads, 409, "Too many of your uploads are not finished. Finish or delete one first.");

    /// <summary>The user has as many files, or bytes of them, as they may have.</summary>
    public static readonly ApiError StorageFull = new(AttachmentRefusal.StorageFull, 409, "You have as many pictures as there is room for. Delete some first.");

    /// <summary>The attachment is used for something, or is for another purpose.</summary>
    public static readonly ApiError AttachmentInUse = new(AttachmentRefusal.InUse, 409, "This attachment is used for something else.");

    /// <summary>The object store cannot be reached now.</summary>
    public static readonly ApiError FilesUnavailable = new("files_unavailable", 503, "Pictures are not available at the moment. Please try again.", 5);

    /// <summary>An address of a file that was not signed for this request, or whose minute is over.</summary>
    public static readonly ApiError AddressNotValid = new("address_not_valid", 403, "This address is not valid, or not any more. Ask for a new one.");

    /// <summary>The user has no schedule of this id.</summary>
    public static readonly ApiError ScheduleNotFound = new(ScheduleFailure.NotFound, 404, "There is no such schedule of yours.");

    /// <summary>The user has as many active schedules as they may have.</summary>
    public static readonly ApiError TooManySchedules = new(ScheduleFailure.TooMany, 409, "You have scheduled as much as you may. Cancel something first.");

    /// <summary>The pictures are together larger than a mail may be.</summary>
    public static readonly ApiError AttachmentsTooLarge = new(
        ScheduleFailure.AttachmentsTooLarge, 400, $"The pictures are too large for one email: at most {EmailDelivery.MostAttachedBytes / (1024 * 1024)} MB together.");

    /// <summary>The time is over, too far ahead, or never comes.</summary>
    public static readonly ApiError ScheduleTimeInvalid = new(
        ScheduleFailure.TimeInvalid, 400, "This time is over or too far ahead, or its days never come. Please choose another.");

    /// <summary>The schedule has left, ended or was cancelled.</summary>
    public static readonly ApiError ScheduleEnded = new(ScheduleFailure.Ended, 409, "This has been sent or cancelled already and cannot be changed any more.");

    /// <summary>A recipient wants no more mail of this user.</summary>
    public static readonly ApiError RecipientUnsubscribed = new(ScheduleFailure.Unsubscribed, 409, "One of the recipients does not want emails from you any more.");

    /// <summary>There is nothing of a delivery that could be sent again.</summary>
    public static readonly ApiError DeliveryNotResendable = new(ScheduleFailure.NotToBeSentAgain, 409, "There is nothing of this delivery that can be sent again.");

    /// <summary>A page of this origin may not open a live connection.</summary>
    public static readonly ApiError OriginNotAllowed = new("origin_not_allowed", 403, "Pages of this origin may not connect.");

    /// <summary>The table: every code, for the documents and the tests that hold them against it.</summary>
    public static readonly IReadOnlyList<ApiError> All =
    [
        MalformedJson, InvalidField, UnknownPrompt, UnknownModel, BadRequest, NotAuthenticated, AccountDisabled, NotAdmin, InsufficientCoins, NotFound, EmailNotFound,
        PromptNotFound, TooManyPrompts, MethodNotAllowed, IdempotencyConflict, EditConflict, TooLarge, UnsupportedMediaType, TooManyRequests, Cancelled,
        Unexpected, IdentityUnavailable, StoreUnavailable,
        Busy, ModelUnavailable, RequestRefused, GenerationFailed, AnswerRejected, ContentFlagged, NotSupported, BudgetExceeded,
        EncryptionFailed, UnknownEncryptionKey, EncryptionNotFresh, EncryptionRequired, EncryptionUnavailable,
        RewardNotVerified,
        PromptWithdrawn, UserNotFound, FeedbackNotFound, ContentNotFound, OwnAccount, TooMuchContent,
        DeadLetterNotFound, RetryImpossible, QueueUnavailable,
        RequestTimeout,
        InvalidCode, ChallengeExpired, CodeRequired, SecondFactorMandatory, SecondFactorMissing, MailUnavailable, CodesUnavailable,
        SecondFactorRequired, SessionNotFound,
        ScheduleNotFound, TooManySchedules, AttachmentsTooLarge, ScheduleTimeInvalid, ScheduleEnded, RecipientUnsubscribed, DeliveryNotResendable,
        InvalidCredentials, EmailNotVerified, WeakPassword,
        .. PartyErrors.All,
        .. TopicErrors.All,
        ConversationNotFound, MessageNotFound, ConversationClosed, NotAGroup, NotConversationAdmin, GroupFull, TooManyGroups,
        AttachmentNotFound, UploadIncomplete, UnsupportedImage, ImageTooLarge, TooManyUploads, StorageFull, AttachmentInUse, FilesUnavailable, AddressNotValid,
        OriginNotAllowed,
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
