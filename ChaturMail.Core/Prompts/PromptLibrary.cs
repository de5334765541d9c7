using ChaturMail.Core.Accounts;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Prompts;

/// <summary>Every prompt that a user may write with: the templates, shipped and published, their own, and those that others share with a party of theirs.</summary>
public sealed class PromptLibrary
{
    private readonly Func<string, CancellationToken, ValueTask<PromptTemplate?>> _find;
    private readonly IOwnPromptStore? _own;
    private readonly SharedPrompts? _shared;
    private readonly CoinOptions _coins;

    /// <summary>The templates as they are now, and users' own prompts.</summary>
    /// <param name="shared">Null where nobody shares any.</param>
    public PromptLibrary(OfferedPrompts offered, IOwnPromptStore own, CoinOptions coins, SharedPrompts? shared = null) =>
        (_find, _own, _coins, _shared) = (offered.FindAsync, own, coins, shared);

    /// <summary>The shipped templates, and users' own prompts.</summary>
    /// <param name="own">Null where users have none, as in the quality gate.</param>
    public PromptLibrary(PromptCatalog catalog, IOwnPromptStore? own, CoinOptions coins) =>
        (_find, _own, _coins) = ((id, _) => ValueTask.FromResult(catalog.Find(id)), own, coins);

    /// <summary>The shipped templates alone.</summary>
    public PromptLibrary(PromptCatalog catalog) : this(catalog, null, new CoinOptions()) { }

    /// <summary>
    /// The prompt of this id: a template, withdrawn ones too, else the user's own, or one that is shared with a party of theirs, as it is now; null
    /// when there is none, or it was deleted, or is somebody else's. <see cref="OwnPrompt.Fill"/> puts values in the places of its placeholders.
    /// </summary>
    public async ValueTask<PromptTemplate?> FindAsync(string uid, string id, CancellationToken cancellation)
    {
        if (await _find(id, cancellation) is { } template) return template;
        if (_own is null || !DocumentId.IsValid(id)) return null;
        if (await _own.FindAsync(uid, id.ToLowerInvariant(), cancellation) is { } found) return found.ToTemplate(_coins.OwnPrompt);
        return _shared is null ? null : await _shared.FindAsync(uid, id.ToLowerInvariant(), _coins.OwnPrompt, cancellation);
    }

    /// <summary>
    /// The user's own prompts as templates, newest first, and after them what is left of those that they deleted and that emails in
    /// their history name.
    /// </summary>
    public async Task<IReadOnlyList<PromptTemplate>> ListOwnAsync(string uid, CancellationToken cancellation) =>
        _own is null ? [] : [.. (await _own.ListNamedAsync(uid, cancellation)).Select(prompt => prompt.ToTemplate(_coins.OwnPrompt))];

    /// <summary>
    /// Others' prompts that are shared with a party of the user's, and after them what is left of those that they have written with and may not use any more,
    /// withdrawn.
    /// </summary>
    public async Task<IReadOnlyList<PromptTemplate>> ListSharedAsync(string uid, CancellationToken cancellation) =>
        _shared is null ? [] : await _shared.ListAsync(uid, _coins.OwnPrompt, cancellation);
}
