using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Prompts;

/// <summary>Lists the user's own prompts, newest first, a page at a time.</summary>
public static class GetMyPrompts
{
    /// <param name="Limit">Prompts in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(int? Limit, string? Cursor);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request? request, SessionUser session, IOwnPromptStore prompts, CoinOptions coins, CancellationToken cancellation)
    {
        var check = new Check();
        var limit = request?.Limit ?? Limits.PageSize;
        if (limit is < 1 or > Limits.PageSize) check.Fail($"The field 'limit' must be 1 to {Limits.PageSize}.");
        EmailCursor? after = null;
        if (request?.Cursor is { } cursor && (after = EmailCursor.Decode(cursor)) is null)
            check.Fail("The field 'cursor' must be the nextCursor of the page before.");
        if (check.Failure is { } failure) return failure;

        var page = await prompts.ListAsync(session.Account.Uid, limit, after, cancellation);
        return Reply.List("Your prompts.", page.Prompts.Select(prompt => OwnPromptItem.Of(prompt, coins.OwnPrompt)).ToList(), page.Next?.Encode());
    }
}
