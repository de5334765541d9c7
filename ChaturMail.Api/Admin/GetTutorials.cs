using ChaturMail.Api.Http;
using ChaturMail.Api.Tutorials;
using ChaturMail.Core.Content;

namespace ChaturMail.Api.Admin;

/// <summary>Lists the tutorials, withdrawn ones too, or shows one with its text.</summary>
public static class GetTutorials
{
    /// <param name="Id">The one to show; all are listed when absent.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, OfferedTutorials tutorials, ContentFeed feed, CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.Optional("id", request?.Id, Limits.TutorialId);
        if (check.Failure is { } failure) return failure;

        await feed.LookAsync(cancellation);
        var found = tutorials.List().Where(t => id is null || t.Tutorial.Id == id)
            .Select(t => AdminTutorialItem.Of(t.Tutorial, t.IsPublished, t.IsWithdrawn, isWhole: id is not null)).ToList();
        return found.Count == 0 && id is not null ? Reply.Error(ApiError.ContentNotFound) : Reply.List("Tutorials.", found);
    }
}
