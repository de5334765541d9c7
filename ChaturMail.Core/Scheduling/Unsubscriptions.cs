using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Scheduling;

/// <summary>
/// Who wants no more mail of which user. Kept is a digest of the two together, and no address: it says nothing by itself, and lets whoever has both try them.
/// It stays until the user's account goes.
/// </summary>
public sealed class Unsubscriptions(IDocumentStore store, TimeProvider time)
{
    private const int MostAtOnce = 500;

    private static readonly DocumentKind<Unsubscription> Kind = new(
        "unsubscription", one => one.Id, one => one.CreatedOn, one => ["sender:" + one.Uid]);

    private readonly Documents<Unsubscription> _all = new(store, Kind);

    /// <summary>Notes that an address wants no more mail of a user. May be repeated.</summary>
    public Task AddAsync(string uid, string address, CancellationToken cancellation) =>
        _all.AddAsync(new Unsubscription(IdOf(uid, address), uid, time.GetUtcNow().ToUnixTimeMilliseconds()), cancellation);

    /// <summary>Those of the addresses that want no more mail of the user.</summary>
    public async Task<IReadOnlyList<string>> AmongAsync(string uid, IReadOnlyCollection<string> addresses, CancellationToken cancellation)
    {
        var found = (await _all.FindAsync([.. addresses.Select(address => IdOf(uid, address))], cancellation)).Select(one => one.Id).ToHashSet();
        return [.. addresses.Where(address => found.Contains(IdOf(uid, address)))];
    }

    /// <summary>Forgets those of a user that are older than a moment.</summary>
    internal async Task EraseAsync(string uid, long before, CancellationToken cancellation)
    {
        DocumentCursor? after = null;
        IReadOnlyList<Unsubscription> page;
        do
        {
            page = await _all.ListAsync("sender:" + uid, cancellation, newestFirst: false, MostAtOnce, after);
            foreach (var one in page.Where(one => one.CreatedOn < before))
                await _all.ChangeAsync(one.Id, found => new Decision<Unsubscription, Unsubscription>(found) { Delete = true }, cancellation);
            if (page.Count > 0) after = new DocumentCursor(page[^1].CreatedOn, page[^1].Id);
        }
        while (page.Count == MostAtOnce);
    }

    // Case is nobody's in practice, whatever RFC 5321 allows before the at sign.
    private static string IdOf(string uid, string address) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{uid}\n{MailComposer.Ascii(address).ToLowerInvariant()}")));

    private sealed record Unsubscription(string Id, string Uid, long CreatedOn);
}
