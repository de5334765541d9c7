using ChaturMail.Api.Http;
using ChaturMail.Core.Content;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Api.Admin;

/// <summary>Lists the templates, withdrawn ones last, or shows one with its text.</summary>
public static class GetPrompts
{
    /// <param name="Id">The one to show; all are listed when absent.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, OfferedPrompts prompts, ContentFeed feed, CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.Optional("id", request?.Id, Limits.Id);
        if (check.Failure is { } failure) return failure;

        await feed.LookAsync(cancellation);
        var published = feed.Current.Of(ContentKind.Prompt).Where(entry => entry.Data.Length > 0).Select(entry => entry.Id).ToHashSet();
        if (id is null) return Reply.List("Templates.", prompts.Current.All.Select(p => AdminPromptItem.Of(p, published.Contains(p.Id))).ToList());
        return prompts.Current.Find(id) is { } one
            ? Reply.Ok("The template.", AdminPromptItem.Of(one, published.Contains(id), isWhole: true))
            : Reply.Error(ApiError.ContentNotFound);
    }
}
