using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Parties;

/// <summary>
/// Members' own prompts that their parties write with. Asked for each time, so that nobody sees or uses one from the moment on in which it is no longer
/// shared, is deleted, or they have left. What stays is the title of those that somebody has written with: past emails name it, and the app in the field
/// looks it up.
/// </summary>
public sealed class SharedPrompts(IDocumentStore store, PartyMembership membership, IOwnPromptStore own, TimeProvider time)
{
    // What emails were written with whose prompt is gone from everybody's sight, and its title with the account of who wrote it.
    private const string Nameless = "Shared prompt";

    private readonly Documents<Party> _parties = new(store, PartyMembership.Kind);
    private readonly Documents<UsedPrompt> _used = new(store, UsedPrompt.Kind);

    /// <summary>Shares a prompt of the user's own with a party of theirs; once, however often it is asked.</summary>
    public async Task<PartyResult> ShareAsync(string uid, string promptId, string partyId, CancellationToken cancellation)
    {
        // Whether the party is theirs comes first: its prompts tell nothing of who asks.
        if (await membership.FindAsync(partyId, uid, cancellation) is null) return PartyResult.Refused(PartyRefusal.NotFound);
        if (await own.FindAsync(uid, promptId, cancellation) is null) return PartyResult.Refused(PartyRefusal.PromptNotFound);
        var result = await ChangeAsync(partyId, party => PartyDecisions.Share(party, uid, promptId, time), cancellation);
        // Deleted meanwhile, by who may have looked for shares before there was this one.
        if (result.Refusal is not null || await own.FindAsync(uid, promptId, cancellation) is not null) return result;
        await ChangeAsync(partyId, party => PartyDecisions.Unshare(party, uid, promptId, time), CancellationToken.None);
        return PartyResult.Refused(PartyRefusal.PromptNotFound);
    }

    /// <summary>Ends a share.</summary>
    public Task<PartyResult> UnshareAsync(string uid, string promptId, string partyId, CancellationToken cancellation) =>
        ChangeAsync(partyId, party => PartyDecisions.Unshare(party, uid, promptId, time), cancellation);

    /// <summary>Ends all shares of a prompt that its owner has deleted. May be repeated.</summary>
    public async Task UnshareAsync(string uid, string promptId, CancellationToken cancellation)
    {
        foreach (var party in await _parties.ListAsync(PartyMembership.KeyOfPrompt(promptId), cancellation))
            if (party.Prompts.Any(prompt => prompt.PromptId == promptId && prompt.Uid == uid)) await UnshareAsync(uid, promptId, party.Id, cancellation);
    }

    /// <summary>Another's prompt, when it is shared with a party that the user is in now; else null.</summary>
    /// <param name="coins">What one email costs.</param>
    public async Task<PromptTemplate?> FindAsync(string uid, string promptId, int coins, CancellationToken cancellation)
    {
        var parties = await _parties.ListAsync(PartyMembership.KeyOfPrompt(promptId), cancellation, newestFirst: false);
        foreach (var share in SharesOf(parties, uid))
            if (share.Prompt.PromptId == promptId) return await ReadAsync(share, coins, cancellation);
        return null;
    }

    /// <summary>
    /// Others' prompts in the user's parties, each once, the longest shared first; then those that they have written with and may not use any more, withdrawn, by title.
    /// </summary>
    public async Task<IReadOnlyList<PromptTemplate>> ListAsync(string uid, int coins, CancellationToken cancellation)
    {
        var parties = await membership.ListAsync(uid, cancellation);
        var shares = SharesOf(parties.Reverse(), uid).DistinctBy(share => share.Prompt.PromptId);
        var shared = (await Task.WhenAll(shares.Select(share => ReadAsync(share, coins, cancellation)))).OfType<PromptTemplate>().ToList();
        var byId = shared.Select(prompt => prompt.Id).ToHashSet();
        foreach (var used in await ListUsedAsync(UsedPrompt.KeyOf(uid), cancellation))
        {
            var isShared = byId.Contains(used.PromptId);
            var now = await NoteEndAsync(used, isShared, cancellation);
            if (!isShared) shared.Add(Ended(now, coins));
        }

        return shared;
    }

    /// <summary>Keeps the title of a prompt that the user writes with.</summary>
    public async Task RememberAsync(string uid, PromptTemplate prompt, CancellationToken cancellation)
    {
        if (prompt.Sharing is not { } sharing) return;
        var id = UsedPrompt.IdOf(uid, prompt.Id);
        var used = new UsedPrompt(id, uid, prompt.Id, sharing.Owner, prompt.Title, time.GetUtcNow().ToUnixTimeMilliseconds());
        var known = await _used.FindAsync(id, cancellation);
        if (known is null && await _used.AddAsync(used, cancellation)) return;
        if (known?.Title == used.Title) return;
        await _used.ChangeAsync(id, now => new Decision<UsedPrompt, UsedPrompt>(now) { Change = now with { Title = used.Title } }, cancellation);
    }

    /// <summary>What the user has written with, oldest first.</summary>
    internal async Task<IReadOnlyList<UsedPrompt>> ListUsedAsync(string key, CancellationToken cancellation)
    {
        var all = new List<UsedPrompt>();
        IReadOnlyList<UsedPrompt> page;
        do
        {
            page = await _used.ListAsync(key, cancellation, newestFirst: false, after: all.Count == 0 ? null : new DocumentCursor(all[^1].UsedOn, all[^1].Id));
            all.AddRange(page);
        }
        while (page.Count == StoredDocument.MostAtOnce);
        return all;
    }

    /// <summary>Forgets what somebody has written with whose account is gone, and the titles that they gave prompts of their own. May be repeated.</summary>
    internal async Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation)
    {
        var moment = before.ToUnixTimeMilliseconds();
        foreach (var used in await ListUsedAsync(UsedPrompt.KeyOf(uid), cancellation))
            if (used.UsedOn <= moment) await _used.ChangeAsync(used.Id, now => new Decision<UsedPrompt, UsedPrompt>(now) { Delete = true }, cancellation);
        foreach (var used in await ListUsedAsync(UsedPrompt.KeyOfOwner(uid), cancellation))
        {
            if (used.UsedOn > moment) continue;
            await _used.ChangeAsync(used.Id, now => new Decision<UsedPrompt, UsedPrompt>(now) { Change = now with { Owner = "", Title = "" } }, cancellation);
        }
    }

    private static IEnumerable<(Party Party, PartyMember Reader, SharedPrompt Prompt)> SharesOf(IEnumerable<Party> parties, string uid) =>
        from party in parties
        let reader = party.FindMember(uid)
        where reader is not null
        from prompt in party.Prompts
        where prompt.Uid != uid
        select (party, reader, prompt);

    private async Task<PromptTemplate?> ReadAsync((Party Party, PartyMember Reader, SharedPrompt Prompt) share, int coins, CancellationToken cancellation)
    {
        if (await own.FindAsync(share.Prompt.Uid, share.Prompt.PromptId, cancellation) is not { } prompt) return null;
        var names = prompt.Placeholders.Count == 0 ? "" : $" It asks for: {string.Join(", ", prompt.Placeholders)}.";
        // To the reader it is new when it was shared, and when they came: a list of what has changed since holds it then.
        var appearedOn = Math.Max(share.Prompt.SharedOn, share.Reader.JoinedOn) / 1000;
        return prompt.ToTemplate(coins) with
        {
            ShortDescription = $"Shared in {share.Party.Name}.",
            Description = $"A prompt that a member of {share.Party.Name} wrote.{names}",
            UpdatedOn = Math.Max(prompt.UpdatedOn, appearedOn),
            Sharing = new PromptSharing(share.Party.Id, share.Party.Name, share.Prompt.Uid),
        };
    }

    // Found out and noted by whoever lists first, so that the lists of changes that follow know since when.
    private async Task<UsedPrompt> NoteEndAsync(UsedPrompt used, bool isShared, CancellationToken cancellation)
    {
        if (isShared == used.EndedOn is null) return used;
        var noted = await _used.ChangeAsync(
            used.Id,
            now => new Decision<UsedPrompt, UsedPrompt>(now with { EndedOn = isShared ? null : now.EndedOn ?? time.GetUtcNow().ToUnixTimeSeconds() })
            {
                Change = isShared == now.EndedOn is null ? null : now with { EndedOn = isShared ? null : time.GetUtcNow().ToUnixTimeSeconds() },
            },
            cancellation);
        return noted ?? used;
    }

    private static PromptTemplate Ended(UsedPrompt used, int coins) => new(
        used.PromptId, OwnPrompt.Slug, used.Title.Length > 0 ? used.Title : Nameless, "Not shared with you any more.",
        "A prompt that was shared with you. It stays listed for the emails that were written with it.", coins, used.EndedOn ?? 0, "", [], "")
    {
        IsOwn = true,
        IsWithdrawn = true,
    };

    private async Task<PartyResult> ChangeAsync(string partyId, Func<Party, Decision<Party, PartyResult>> decide, CancellationToken cancellation) =>
        await _parties.ChangeAsync(partyId, decide, cancellation) ?? PartyResult.Refused(PartyRefusal.NotFound);
}

/// <summary>Another's prompt that a user has written with.</summary>
/// <param name="Id">Follows from the two (<see cref="IdOf"/>).</param>
/// <param name="Uid">Who has written.</param>
/// <param name="PromptId">With which prompt.</param>
/// <param name="Owner">Whose prompt it is; empty once their account is gone.</param>
/// <param name="Title">As it was then; empty once its owner's account is gone, for it was theirs.</param>
/// <param name="UsedOn">For the first time, Unix milliseconds.</param>
public sealed record UsedPrompt(string Id, string Uid, string PromptId, string Owner, string Title, long UsedOn)
{
    /// <summary>How it is kept.</summary>
    internal static readonly DocumentKind<UsedPrompt> Kind = new(
        "usedprompt", used => used.Id, used => used.UsedOn, used => used.Owner.Length == 0 ? [KeyOf(used.Uid)] : [KeyOf(used.Uid), KeyOfOwner(used.Owner)]);

    /// <summary>Since when the user may not use it any more, Unix seconds, as far as was noticed; null while they may.</summary>
    public long? EndedOn { get; init; }

    /// <summary>The one document of a user and a prompt; a uid itself may be longer than an id.</summary>
    internal static string IdOf(string uid, string promptId) => $"{promptId}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uid)))}";

    internal static string KeyOf(string uid) => "user:" + uid;

    internal static string KeyOfOwner(string uid) => "owner:" + uid;
}
