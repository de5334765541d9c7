using ChaturMail.Api.Http;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Translation;

namespace ChaturMail.Api.Emails;

/// <summary>Deletes one of the user's own emails.</summary>
public static class DeleteGeneratedEmail
{
    /// <param name="Id">The email's id.</param>
    public sealed record Request(string? Id);

    /// <summary>What mongoose answers to a deletion.</summary>
    public sealed record Response(bool Acknowledged, int DeletedCount);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IEmailStore emails, TranslationService translations, CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.EmailId(request.Id);
        if (check.Failure is { } failure) return failure;
        // Its translations go first: whoever dies in between leaves an email that is translated anew.
        if (translations.IsAvailable && await emails.FindAsync(session.Account.Uid, id, cancellation) is { } email)
        {
            await translations.ForgetAsync(email.Subject, cancellation);
            await translations.ForgetAsync(email.Text, cancellation);
        }

        return await emails.DeleteAsync(session.Account.Uid, id, cancellation)
            ? Reply.Ok("The email was deleted.", new Response(true, 1))
            : Reply.Error(ApiError.EmailNotFound);
    }
}
