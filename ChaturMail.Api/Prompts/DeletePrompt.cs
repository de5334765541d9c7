using ChaturMail.Api.Http;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Prompts;

/// <summary>Deletes one of the user's own prompts. Emails that were written with it stay, and with them its title in the gallery.</summary>
public static class DeletePrompt
{
    /// <param name="Id">The prompt's id.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, IOwnPromptStore prompts, CancellationToken cancellation)
    {
        var check = new Check();
        var id = OwnPromptId.Read(check, request.Id);
        if (check.Failure is { } failure) return failure;
        return await prompts.DeleteAsync(session.Account.Uid, id, cancellation)
            ? Reply.Ok("The prompt was deleted.")
            : Reply.Error(ApiError.PromptNotFound);
    }
}
