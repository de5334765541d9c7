using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
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
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        var page = await prompts.ListAsync(session.Account.Uid, limit, after, cancellation);
        return Reply.List("Your prompts.", page.Prompts.Select(prompt => OwnPromptItem.Of(prompt, coins.OwnPrompt)).ToList(), page.Next?.Encode());
    }
}
