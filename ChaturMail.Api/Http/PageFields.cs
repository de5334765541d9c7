using ChaturMail.Core.Emails;

namespace ChaturMail.Api.Http;

/// <summary>The fields that say which page of a list is wanted.</summary>
internal static class PageFields
{
    /// <summary>Reads them. Without them it is the first page, as long as one may be.</summary>
    public static (int Limit, EmailCursor? After) Read(Check check, int? limit, string? cursor)
    {
        var most = limit ?? Limits.PageSize;
        if (most is < 1 or > Limits.PageSize) check.Fail($"The field 'limit' must be 1 to {Limits.PageSize}.");
        EmailCursor? after = null;
        if (cursor is not null && (after = EmailCursor.Decode(cursor)) is null)
            check.Fail("The field 'cursor' must be the nextCursor of the page before.");
        return (most, after);
    }

    /// <summary>Where the next page starts; null after a page that is not full. After a full one that was the last comes an empty one.</summary>
    public static string? Next<T>(IReadOnlyList<T> page, int limit, Func<T, EmailCursor> placeOf) =>
        page.Count < limit ? null : placeOf(page[^1]).Encode();
}
