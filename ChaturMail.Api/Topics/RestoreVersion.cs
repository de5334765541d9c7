using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Makes an earlier version of a draft the next one.</summary>
public static class RestoreVersion
{
    /// <param name="Id">The topic.</param>
    /// <param name="Version">The version that is current; refused when there is a newer one.</param>
    /// <param name="Restore">The version that is to come back.</param>
    public sealed record Request(string? Id, int? Version, int? Restore);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicDrafts drafts, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var version = TopicFields.Version(check, request.Version);
        var restore = TopicFields.Version(check, request.Restore, field: "restore");
        if (check.Failure is { } failure) return failure;
        return TopicReply.Draft(await drafts.RestoreAsync(id, session.Account.Uid, version, restore, cancellation), "The version was restored.");
    }
}
