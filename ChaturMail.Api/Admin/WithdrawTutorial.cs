using ChaturMail.Api.Http;
using ChaturMail.Api.Tutorials;
using ChaturMail.Core.Content;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Lists a tutorial no more, or again.</summary>
public static class WithdrawTutorial
{
    /// <param name="Id">The tutorial.</param>
    /// <param name="Withdrawn">False to offer it again; true when absent.</param>
    public sealed record Request(string? Id, bool? Withdrawn);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, OfferedTutorials tutorials, IContentStore content, ContentFeed feed, OperatorActions actions,
        TimeProvider time, CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.Required("id", request.Id, Limits.TutorialId);
        if (check.Failure is { } failure) return failure;
        await feed.LookAsync(cancellation);
        if (tutorials.List().FirstOrDefault(t => t.Tutorial.Id == id).Tutorial is not { } tutorial) return Reply.Error(ApiError.ContentNotFound);

        var isWithdrawn = request.Withdrawn ?? true;
        await actions.NoteAsync(session, isWithdrawn ? "tutorial.withdraw" : "tutorial.offer", id, "", cancellation);
        var updatedOn = Math.Max(time.GetUtcNow().ToUnixTimeSeconds(), tutorial.UpdatedOn + 1);
        var entry = await content.SetWithdrawnAsync(ContentKind.Tutorial, id, isWithdrawn, updatedOn, cancellation);
        await feed.LookAsync(cancellation);
        return Reply.Ok(
            isWithdrawn ? "The tutorial is withdrawn." : "The tutorial is offered again.",
            AdminTutorialItem.Of(tutorial with { UpdatedOn = entry.UpdatedOn }, entry.Data.Length > 0, isWithdrawn));
    }
}
