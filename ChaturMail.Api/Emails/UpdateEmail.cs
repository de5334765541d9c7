using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Language;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Emails;

/// <summary>Saves the user's own edit of an email in place.</summary>
public static class UpdateEmail
{
    /// <param name="Id">The email.</param>
    /// <param name="GeneratedEmail">Its text from now on, kept as it is but for what a reader cannot see.</param>
    /// <param name="Subject">Its subject from now on.</param>
    /// <param name="ToEmail">Its recipient from now on.</param>
    /// <param name="IfEditedOn">The <c>editedOn</c> of the email that the edit started from, 0 when it had none; refused when there is another by now.</param>
    public sealed record Request(string? Id, string? GeneratedEmail, string? Subject, string? ToEmail, long? IfEditedOn);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, IEmailStore emails, TimeProvider time, CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.EmailId(request.Id);
        var edit = new EmailEdit(
            Text(request.GeneratedEmail, check),
            request.Subject is { } subject ? check.Visible("subject", subject, Limits.Subject) : null,
            request.ToEmail is { } toEmail ? check.Visible("toEmail", toEmail, Limits.EmailAddress) : null,
            request.IfEditedOn);
        if (edit is { Text: null, Subject: null, ToEmail: null }) check.Fail("One of the fields 'generatedEmail', 'subject' and 'toEmail' is required.");
        if (check.Failure is { } failure) return failure;

        return await emails.EditAsync(session.Account.Uid, id, edit, time.GetUtcNow(), cancellation) switch
        {
            EmailEditResult.Saved { Email: var email } => Reply.Ok("The email was saved.", EmailItem.Of(email)),
            EmailEditResult.Conflict => Reply.Error(ApiError.EditConflict),
            _ => Reply.Error(ApiError.EmailNotFound),
        };
    }

    // Not trimmed: blanks at either end may be the user's wish.
    private static string? Text(string? value, Check check)
    {
        if (value is null) return null;
        var text = InvisibleCharacters.Remove(value);
        if (string.IsNullOrWhiteSpace(text)) check.Fail("The field 'generatedEmail' must not be empty.");
        else if (text.Length > Limits.GeneratedEmail) check.Fail($"The field 'generatedEmail' must have at most {Limits.GeneratedEmail} characters.");
        return text;
    }
}
