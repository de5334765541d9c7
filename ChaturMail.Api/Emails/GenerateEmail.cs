using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Api.Prompts;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Emails;

/// <summary>Writes an email and answers with it, in the same response.</summary>
public static class GenerateEmail
{
    /// <param name="Subject">What the email is about.</param>
    /// <param name="Keywords">Comma separated; each is woven into the email.</param>
    /// <param name="PromptId">The template.</param>
    /// <param name="ToEmail">Recipient.</param>
    /// <param name="Placeholders">Values for the placeholders of the user's own prompt, by name.</param>
    public sealed record Request(
        string? Subject, string? Keywords, string? PromptId, string? ToEmail, IReadOnlyDictionary<string, string?>? Placeholders = null);

    /// <summary>An email that is not finished yet; it appears in the history under this id.</summary>
    public sealed record Pending(string Id, [property: JsonPropertyName("_id")] string DocumentId, string State);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, PromptLibrary prompts, GenerationService generation, RequestLimits limits, WaitingRequests waiting,
        HttpContext context)
    {
        var check = new Check();
        var subject = check.Required("subject", request.Subject, Limits.Subject);
        var keywords = check.Required("keywords", request.Keywords, Limits.Keywords, lines: true);
        var promptId = check.Required("promptId", request.PromptId, Limits.Id);
        var toEmail = check.Required("toEmail", request.ToEmail, Limits.EmailAddress);
        if (check.Failure is null && Keywords.Split(keywords).Count is 0 or > Limits.KeywordCount)
            check.Fail($"The field 'keywords' must hold 1 to {Limits.KeywordCount} keywords, separated by commas.");
        var key = IdempotencyKey(context.Request, check);
        if (check.Failure is { } failure) return failure;
        if (await prompts.FindAsync(session.Account.Uid, promptId, context.RequestAborted) is not { } prompt) return Reply.Error(ApiError.UnknownPrompt);
        var options = new EmailOptions { Placeholders = PlaceholderValues.Read(check, prompt, request.Placeholders) };
        if (check.Failure is { } wrongValue) return wrongValue;
        if (await limits.CountGenerationAsync(session.Account.Uid) is { } tooMany) return Reply.Error(tooMany);

        using var place = waiting.TryEnter(context.RequestAborted);
        if (place is null) return Reply.Error(ApiError.Busy);
        var asked = new GenerationRequest(prompt, subject, keywords, toEmail, key) { Options = options };
        return await generation.GenerateAsync(session.Account, asked, waiting.Longest, place.Cancellation) switch
        {
            GenerationResult.Finished { Email: var email } =>
                Reply.Ok(email.Note is null ? "Email generated." : $"Email generated. {email.Note}", EmailItem.Of(email)),
            GenerationResult.StillRunning { Id: var id } => Reply.Ok(
                "Your email takes longer than usual. It will appear in your history.", new Pending(id, id, "queued"), StatusCodes.Status202Accepted),
            GenerationResult.Refused { Why: Acceptance.InsufficientCoins } => Reply.Error(ApiError.InsufficientCoins),
            GenerationResult.KeyReused => Reply.Error(ApiError.IdempotencyConflict),
            GenerationResult.Failed { Code: var code } => Reply.Error(ApiError.ForFailure(code)),
            // The account went away between the check of the request and now.
            _ => Reply.Error(ApiError.NotAuthenticated),
        };
    }

    // https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
    private static string? IdempotencyKey(HttpRequest request, Check check)
    {
        if (!request.Headers.TryGetValue("Idempotency-Key", out var values)) return null;
        var key = values.Count == 1 ? values[0] ?? "" : "";
        if (key.Length is 0 or > Limits.IdempotencyKey || !key.All(c => c is > ' ' and <= '~'))
            check.Fail($"The header 'Idempotency-Key' must be 1 to {Limits.IdempotencyKey} visible ASCII characters.");
        return key;
    }
}
