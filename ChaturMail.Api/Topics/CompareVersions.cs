using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>What changed between any two versions of a draft.</summary>
public static class CompareVersions
{
    /// <param name="Id">The topic.</param>
    /// <param name="Version">The version that is shown.</param>
    /// <param name="With">The version that it is compared with.</param>
    public sealed record Request(string? Id, int? Version, int? With);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicService topics, TopicDrafts drafts, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var number = TopicFields.Version(check, request.Version);
        var with = TopicFields.Version(check, request.With, field: "with");
        if (check.Failure is { } failure) return failure;
        if (await topics.FindAsync(id, session.Account.Uid, cancellation) is not var (topic, _)) return TopicReply.NotFound();
        return await drafts.FindVersionAsync(topic, number, cancellation) is { } version && await drafts.FindVersionAsync(topic, with, cancellation) is { } other
            ? Reply.Ok("What changed.", DraftItem.Of(version) with { Diff = DiffItem.Between(other.Text, version.Text) })
            : Reply.Error(TopicErrors.VersionNotFound);
    }
}
