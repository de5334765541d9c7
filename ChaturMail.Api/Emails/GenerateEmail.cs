using ChaturMail.Api.Http;

namespace ChaturMail.Api.Emails;

/// <summary>Writes an email, or several variants of it, and answers with it, in the same response.</summary>
public static class GenerateEmail
{
    /// <summary>The fields by which it is asked for.</summary>
    public sealed record Request : EmailRequestFields;

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, EmailRequestReader reader, EmailGeneration generation, HttpContext context)
    {
        var (asked, failure) = await reader.ReadAsync(request, session.Account.Uid, context.Request, context.RequestAborted);
        return asked is null ? failure! : await generation.RunAsync(session.Account, asked, context.RequestAborted);
    }
}
