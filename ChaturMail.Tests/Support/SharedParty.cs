using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Support;

/// <summary>People who know each other: a party of which they are members, put into the store as it is.</summary>
internal static class SharedParty
{
    /// <param name="uids">The owner first.</param>
    public static Task<Party> AddAsync(TestApi api, params string[] uids) =>
        AddAsync(api.App.Services.GetRequiredService<IDocumentStore>(), TimeProvider.System, uids);

    /// <param name="uids">The owner first.</param>
    public static async Task<Party> AddAsync(IDocumentStore store, TimeProvider time, params string[] uids)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var id = DocumentId.New(time);
        // A place that no test of parties takes.
        var party = new Party(
            id, "Northwind", [.. uids.Select((uid, i) => new PartyMember(uid, i == 0 ? PartyRole.Owner : PartyRole.Member, now))], now,
            Convert.ToInt32(id[^6..], 16) + 1000);
        Assert.True(await new Documents<Party>(store, PartyMembership.Kind).AddAsync(party, default));
        return party;
    }
}
