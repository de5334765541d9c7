using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Prompts;

/// <summary>Deletes one of the user's own prompts, for those too whom it is shared with. Emails that were written with it stay, and with them its title in the gallery.</summary>
public static class DeletePrompt
{
    /// <param name="Id">The prompt's id.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IOwnPromptStore prompts, SharedPrompts shared, CancellationToken cancellation)
    {
        var check = new Check();
        var id = OwnPromptId.Read(check, request.Id);
        if (check.Failure is { } failure) return failure;
        var isDeleted = await prompts.DeleteAsync(session.Account.Uid, id, cancellation);
        // Without the prompt a share shows nothing. Also when the prompt was gone already: whoever deleted it may have died before this.
        await shared.UnshareAsync(session.Account.Uid, id, cancellation);
        return isDeleted
            ? Reply.Ok("The prompt was deleted.")
            : Reply.Error(ApiError.PromptNotFound);
    }
}
