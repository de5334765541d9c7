using System.Globalization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>Lists the versions of a draft, newest first, each with what changed since the one before it.</summary>
public static class GetDraftVersions
{
    /// <param name="Id">The topic.</param>
    /// <param name="Limit">Versions in the page, 1 to 20; 20 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(string? Id, int? Limit, string? Cursor);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, TopicService topics, TopicDrafts drafts, CancellationToken cancellation)
    {
        var check = new Check();
        var id = TopicFields.Id(check, "id", request.Id);
        var (limit, before) = ReadPage(check, request.Limit, request.Cursor);
        if (check.Failure is { } failure) return failure;
        if (await topics.FindAsync(id, session.Account.Uid, cancellation) is not var (topic, _)) return TopicReply.NotFound();

        // One more than asked for: what the last of the page is compared with, and whether there is another page.
        var listed = await drafts.ListVersionsAsync(topic, before, limit + 1, cancellation);
        var page = listed.Take(limit).Select((version, i) => DraftItem.Of(version) with
        {
            Diff = i + 1 < listed.Count ? DiffItem.Between(listed[i + 1].Text, version.Text) : null,
        }).ToList();
        return Reply.List("The versions of the draft.", page, listed.Count > limit ? page[^1].Version.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <summary>Reads which page is wanted of what is counted down.</summary>
    internal static (int Limit, int? Before) ReadPage(Check check, int? limit, string? cursor)
    {
        var most = limit ?? Limits.Versions;
        if (most is < 1 or > Limits.Versions) check.Fail($"The field 'limit' must be 1 to {Limits.Versions}.");
        if (cursor is null) return (most, null);
        if (!(int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var before) && before > 0))
            check.Fail("The field 'cursor' must be the nextCursor of the page before.");
        return (most, before);
    }
}
