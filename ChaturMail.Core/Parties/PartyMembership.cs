using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Parties;

/// <summary>Who is in which party: the question that everything of a party asks first. A party that is being deleted is none.</summary>
public sealed class PartyMembership(IDocumentStore store)
{
    /// <summary>The key of parties that something is yet to be done about: being deleted, or left by somebody.</summary>
    internal const string Unfinished = "unfinished";

    /// <summary>How a party is kept.</summary>
    public static readonly DocumentKind<Party> Kind = new(
        "party", party => party.Id, party => party.CreatedOn, KeysOf,
        // Whoever has deleted a party has its place free at once.
        party => party.DeletingOn is null ? [$"owner:{party.Owner}:{party.OwnerPlace}"] : []);

    private readonly Documents<Party> _parties = new(store, Kind, remembers: true);

    /// <summary>The key under which a member's parties are listed.</summary>
    public static string KeyOf(string uid) => "member:" + uid;

    /// <summary>The party, when the user is in it; else null, whether there is one or not.</summary>
    public async Task<Party?> FindAsync(string partyId, string uid, CancellationToken cancellation) =>
        await FindAsync(partyId, cancellation) is { } party && party.FindMember(uid) is not null ? party : null;

    /// <summary>The party whoever asks, or null.</summary>
    public async Task<Party?> FindAsync(string partyId, CancellationToken cancellation) =>
        await _parties.FindAsync(partyId, cancellation) is { DeletingOn: null } party ? party : null;

    /// <summary>The user's parties, newest first.</summary>
    public Task<IReadOnlyList<Party>> ListAsync(string uid, CancellationToken cancellation) => _parties.ListAsync(KeyOf(uid), cancellation);

    /// <summary>A page of the user's parties, newest first.</summary>
    /// <param name="after">Where the page before ended, or null for the first.</param>
    public Task<IReadOnlyList<Party>> ListAsync(string uid, int limit, DocumentCursor? after, CancellationToken cancellation) =>
        _parties.ListAsync(KeyOf(uid), cancellation, limit: limit, after: after);

    /// <summary>True when the two are in a party together.</summary>
    public async Task<bool> ShareAPartyAsync(string uid, string other, CancellationToken cancellation) =>
        (await ListAsync(uid, cancellation)).Any(party => party.FindMember(other) is not null);

    /// <summary>The key under which the party of an invite is found.</summary>
    internal static string KeyOfInvite(string digest) => "invite:" + digest;

    /// <summary>The key under which the parties are listed that a prompt is shared with.</summary>
    internal static string KeyOfPrompt(string promptId) => "prompt:" + promptId;

    private static List<string> KeysOf(Party party)
    {
        if (party.DeletingOn is not null) return [Unfinished];
        var keys = new List<string>(party.Members.Select(member => KeyOf(member.Uid)));
        keys.AddRange(party.Invites.Select(invite => KeyOfInvite(invite.Digest)));
        keys.AddRange(party.Prompts.Select(prompt => KeyOfPrompt(prompt.PromptId)));
        if (party.Leaving.Count > 0) keys.Add(Unfinished);
        return keys;
    }
}
