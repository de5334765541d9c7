using ChaturMail.Core.Parties;

namespace ChaturMail.Core.Realtime;

/// <summary>Who may know whether somebody is there: those who share a party or a conversation with them.</summary>
public sealed class Acquaintances(PartyMembership parties)
{
    /// <summary>Those of the users whose presence this one may know, themselves among them.</summary>
    public async Task<IReadOnlyCollection<string>> FilterAsync(string uid, IReadOnlyCollection<string> others, CancellationToken cancellation)
    {
        var known = new HashSet<string> { uid };
        foreach (var party in await parties.ListAsync(uid, cancellation)) known.UnionWith(party.Members.Select(member => member.Uid));
        return [.. others.Distinct().Where(known.Contains)];
    }
}
