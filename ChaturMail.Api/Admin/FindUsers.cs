using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Lists accounts, newest first, a page at a time.</summary>
public static class FindUsers
{
    /// <param name="Search">Keeps accounts whose address or name holds this, whatever its case, or whose uid it is; all when absent.</param>
    /// <param name="Limit">Accounts in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(string? Search, int? Limit, string? Cursor);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request? request, SessionUser session, IUserStore users, OperatorActions actions, CancellationToken cancellation)
    {
        var check = new Check();
        var search = check.Optional("search", request?.Search, Limits.Search);
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        // What was looked for is an address or a name, which the trail must not hold.
        await actions.NoteAsync(session, "user.find", "", search is null ? "all" : $"a text of {search.Length} characters", cancellation);
        var page = await users.SearchAsync(search, limit, after, cancellation);
        return Reply.List(
            "Users.", page.Select(AdminUserItem.Of).ToList(),
            PageFields.Next(page, limit, user => new EmailCursor(user.CreatedOn.ToUnixTimeSeconds(), user.Id)));
    }
}
