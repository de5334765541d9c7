using ChaturMail.Core.Emails;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Storage;

/// <summary>
/// Users' own prompts. Each method looks at one owner's only; another's are as if they did not exist. Every method is safe under
/// concurrent use by several processes.
/// </summary>
public interface IOwnPromptStore
{
    /// <summary>The most prompts that a user may have; deleted ones do not count.</summary>
    const int MostPrompts = 50;

    /// <summary>
    /// Keeps a new prompt and notes on the account that it has one (<see cref="Accounts.User.HasOwnPrompts"/>). However many calls run at
    /// once, no user comes to have more than <see cref="MostPrompts"/>.
    /// </summary>
    Task<PromptAddition> AddAsync(OwnPrompt prompt, CancellationToken cancellation);

    /// <summary>
    /// Puts title, guidance, placeholders, example and time of change in the place of those of the owner's prompt of this id; the last one
    /// wins. Gives the prompt as it is then, or null when there is none.
    /// </summary>
    Task<OwnPrompt?> UpdateAsync(OwnPrompt prompt, CancellationToken cancellation);

    /// <summary>One prompt; null when there is none or it was deleted.</summary>
    Task<OwnPrompt?> FindAsync(string uid, string id, CancellationToken cancellation);

    /// <summary>A page of the prompts that were not deleted, newest first (by time of creation, then id).</summary>
    /// <param name="limit">1 to 100.</param>
    /// <param name="after">Where the page before ended, or null for the first.</param>
    Task<OwnPromptPage> ListAsync(string uid, int limit, EmailCursor? after, CancellationToken cancellation);

    /// <summary>All that an email may name: the prompts, newest first, then those deleted ones that an email in the history does name.</summary>
    Task<IReadOnlyList<OwnPrompt>> ListNamedAsync(string uid, CancellationToken cancellation);

    /// <summary>
    /// Deletes one prompt. Its guidance, placeholders and example are wiped; its title stays when an email or an unfinished job names it.
    /// False when the owner has none of this id.
    /// </summary>
    Task<bool> DeleteAsync(string uid, string id, CancellationToken cancellation);
}

/// <summary>What came of adding a prompt.</summary>
public enum PromptAddition
{
    /// <summary>It is kept.</summary>
    Added,

    /// <summary>The user has as many as they may have.</summary>
    TooMany,

    /// <summary>There is no such user.</summary>
    NoUser,
}
