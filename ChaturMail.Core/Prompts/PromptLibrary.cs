using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Prompts;

/// <summary>Every prompt that a user may write with: the built-in templates and their own.</summary>
/// <param name="own">Null where users have none, as in the quality gate.</param>
public sealed class PromptLibrary(PromptCatalog catalog, IOwnPromptStore? own, CoinOptions coins)
{
    /// <summary>The built-in templates alone.</summary>
    public PromptLibrary(PromptCatalog catalog) : this(catalog, null, new CoinOptions()) { }

    /// <summary>
    /// The prompt of this id: a built-in one, for which nothing is read, else the user's own as it is now; null when there is none, or it was
    /// deleted, or is somebody else's. <see cref="OwnPrompt.Fill"/> puts values in the places of its placeholders.
    /// </summary>
    public async ValueTask<PromptTemplate?> FindAsync(string uid, string id, CancellationToken cancellation)
    {
        if (catalog.Find(id) is { } builtIn) return builtIn;
        if (own is null || !DocumentId.IsValid(id)) return null;
        return await own.FindAsync(uid, id.ToLowerInvariant(), cancellation) is { } found ? found.ToTemplate(coins.OwnPrompt) : null;
    }

    /// <summary>
    /// The user's own prompts as templates, newest first, and after them what is left of those that they deleted and that emails in
    /// their history name.
    /// </summary>
    public async Task<IReadOnlyList<PromptTemplate>> ListOwnAsync(string uid, CancellationToken cancellation) =>
        own is null ? [] : [.. (await own.ListNamedAsync(uid, cancellation)).Select(prompt => prompt.ToTemplate(coins.OwnPrompt))];
}
