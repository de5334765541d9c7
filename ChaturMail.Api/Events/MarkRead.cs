using ChaturMail.Api.Http;
using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Events;

/// <summary>Notes that the user has read notifications: some, or all that there are.</summary>
public static class MarkRead
{
    /// <param name="Ids">Which, 1 to 100; those that are gone, or not the user's, do nothing.</param>
    /// <param name="All">True in place of them.</param>
    public sealed record Request(IReadOnlyList<string?>? Ids, bool? All);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, SessionUser session, Notifications notifications, CancellationToken cancellation)
    {
        var check = new Check();
        var all = request?.All ?? false;
        var ids = request?.Ids?.Select(id => id ?? "").ToList();
        if (all == ids is { Count: > 0 }) check.Fail("One of the fields 'ids' and 'all' is required.");
        else if (ids?.Count > Limits.PageSize) check.Fail($"The field 'ids' must have at most {Limits.PageSize} ids.");
        else if (ids?.Exists(id => !DocumentId.IsValid(id)) ?? false) check.Fail("The field 'ids' must hold ids of notifications.");
        if (check.Failure is { } failure) return failure;

        await notifications.MarkReadAsync(session.Account.Uid, all ? null : [.. ids!.Select(id => id.ToLowerInvariant())], cancellation);
        return Reply.Ok("Noted.", new GetUnreadCount.Response(await notifications.CountUnreadAsync(session.Account.Uid, cancellation)));
    }
}
