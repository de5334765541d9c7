using ChaturMail.Api.Http;
using ChaturMail.Core.Content;
using ChaturMail.Core.Language.Composer;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>
/// Publishes a template: a new one, or another text of one that is there, shipped or published. Every Api and Worker knows it within seconds; a
/// job that names a new one is written with it at once.
/// </summary>
public static class PublishPrompt
{
    /// <param name="Template">Its text, in the form of the program's own files.</param>
    public sealed record Request(string? Template);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, OfferedPrompts prompts, IContentStore content, ContentFeed feed, OperatorActions actions, TimeProvider time,
        CancellationToken cancellation)
    {
        var check = new Check();
        var text = check.Required("template", request.Template, Limits.PublishedText, lines: true);
        if (check.Failure is { } failure) return failure;
        await feed.LookAsync(cancellation);
        if (Read(check, text, prompts.Current) is not { } template) return check.Failure!;
        if (feed.Current.Find(ContentKind.Prompt, template.Id) is null && feed.Current.Of(ContentKind.Prompt).Count() >= ContentEntry.MostOfAKind)
            return Reply.Error(ApiError.TooMuchContent);

        await actions.NoteAsync(session, "prompt.publish", template.Id, "", cancellation);
        var updatedOn = Math.Max(time.GetUtcNow().ToUnixTimeSeconds(), prompts.Current.Find(template.Id)?.UpdatedOn + 1 ?? 0);
        var entry = await content.PublishAsync(ContentKind.Prompt, template.Id, text, updatedOn, cancellation);
        await feed.LookAsync(cancellation);
        return Reply.Ok("The template is published.", AdminPromptItem.Of(template with { UpdatedOn = entry.UpdatedOn }, isPublished: true));
    }

    private static PromptTemplate? Read(Check check, string text, PromptCatalog known)
    {
        try
        {
            var template = PromptCatalog.ParsePublished(text);
            OfflineComposer.Check(template);
            // The slug is the icon's name, and that of users' own prompts is theirs.
            if (template.Slug == OwnPrompt.Slug || known.All.Any(other => other.Slug == template.Slug && other.Id != template.Id))
                check.Fail($"The field 'template' has the slug '{template.Slug}', which another one has.");
            return check.Failure is null ? template : null;
        }
        catch (PromptFileException e)
        {
            check.Fail($"The field 'template' cannot be used: {e.Problem}.");
            return null;
        }
    }
}
