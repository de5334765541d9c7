using ChaturMail.Api.Http;
using ChaturMail.Core.Content;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>
/// Withdraws a template, or offers it again. A withdrawn one stays in the gallery's list, marked and last, for the app looks up there what past
/// emails name; nothing new is written with it. Jobs that were accepted before are.
/// </summary>
public static class WithdrawPrompt
{
    /// <param name="Id">The template.</param>
    /// <param name="Withdrawn">False to offer it again; true when absent.</param>
    public sealed record Request(string? Id, bool? Withdrawn);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, OfferedPrompts prompts, IContentStore content, ContentFeed feed, OperatorActions actions, TimeProvider time,
        CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.Required("id", request.Id, Limits.Id);
        if (check.Failure is { } failure) return failure;
        await feed.LookAsync(cancellation);
        if (prompts.Current.Find(id) is not { } template) return Reply.Error(ApiError.ContentNotFound);

        var isWithdrawn = request.Withdrawn ?? true;
        await actions.NoteAsync(session, isWithdrawn ? "prompt.withdraw" : "prompt.offer", id, "", cancellation);
        var updatedOn = Math.Max(time.GetUtcNow().ToUnixTimeSeconds(), template.UpdatedOn + 1);
        var entry = await content.SetWithdrawnAsync(ContentKind.Prompt, id, isWithdrawn, updatedOn, cancellation);
        await feed.LookAsync(cancellation);
        return Reply.Ok(
            isWithdrawn ? "The template is withdrawn." : "The template is offered again.",
            AdminPromptItem.Of(template with { IsWithdrawn = isWithdrawn, UpdatedOn = entry.UpdatedOn }, entry.Data.Length > 0));
    }
}
