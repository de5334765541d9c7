using ChaturMail.Api.Http;
using ChaturMail.Core.Content;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Tutorials;

namespace ChaturMail.Api.Admin;

/// <summary>
/// Publishes a tutorial: a new one, or another text of one that is there. The text is Markdown: HTML in it is shown as text, and links lead to web
/// pages, addresses of mail or places in the text. The app renders it in a web view, so an operator's account must not be enough to run code in
/// everybody's app.
/// </summary>
public static class PublishTutorial
{
    /// <param name="Id">Lower-case letters, digits and hyphens; that of a shipped one is its file's name.</param>
    /// <param name="Text">Its text, in the form of the program's own files.</param>
    public sealed record Request(string? Id, string? Text);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IContentStore content, ContentFeed feed, OperatorActions actions, TimeProvider time,
        CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.Required("id", request.Id, Limits.TutorialId);
        if (check.Failure is null && !id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            check.Fail("The field 'id' must be lower-case letters (a to z), digits and hyphens.");
        var text = check.Required("text", request.Text, Limits.PublishedText, lines: true);
        if (check.Failure is { } failure) return failure;
        if (Read(check, text) is not { } tutorial) return check.Failure!;
        await feed.LookAsync(cancellation);
        if (feed.Current.Find(ContentKind.Tutorial, id) is null && feed.Current.Of(ContentKind.Tutorial).Count() >= ContentEntry.MostOfAKind)
            return Reply.Error(ApiError.TooMuchContent);

        await actions.NoteAsync(session, "tutorial.publish", id, "", cancellation);
        var entry = await content.PublishAsync(ContentKind.Tutorial, id, text, time.GetUtcNow().ToUnixTimeSeconds(), cancellation);
        await feed.LookAsync(cancellation);
        return Reply.Ok(
            "The tutorial is published.",
            AdminTutorialItem.Of(tutorial with { Id = id, UpdatedOn = entry.UpdatedOn }, isPublished: true, isWithdrawn: false));
    }

    private static Tutorial? Read(Check check, string text)
    {
        try
        {
            return TutorialCatalog.ParsePublished(text);
        }
        catch (TutorialFileException e)
        {
            check.Fail($"The field 'text' cannot be used: {e.Problem}.");
            return null;
        }
    }
}
