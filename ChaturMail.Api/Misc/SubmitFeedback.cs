using ChaturMail.Api.Http;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Misc;

/// <summary>Keeps what a user writes to the operators.</summary>
public static class SubmitFeedback
{
    /// <param name="Subject">At least 10 characters.</param>
    /// <param name="Message">At least 10 characters.</param>
    public sealed record Request(string? Subject, string? Message);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IFeedbackStore feedback, TimeProvider time, CancellationToken cancellation)
    {
        var check = new Check();
        var subject = check.Required("subject", request.Subject, Limits.Subject, Limits.FeedbackLeast);
        var message = check.Required("message", request.Message, Limits.FeedbackMessage, Limits.FeedbackLeast, lines: true);
        if (check.Failure is { } failure) return failure;

        var kept = await feedback.AddAsync(
            new FeedbackMessage(
                DocumentId.New(time), session.Account.Uid, session.Account.Email, subject, message, time.GetUtcNow().ToUnixTimeMilliseconds()),
            cancellation);
        return kept ? Reply.Ok("Thank you for your feedback.") : Reply.Error(ApiError.NotAuthenticated);
    }
}
