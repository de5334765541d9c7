using System.Text.Json.Nodes;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Core.Events;

/// <summary>What users were told of, newest first: the last <see cref="MostOfAUser"/> of each, for <see cref="Kept"/>.</summary>
public sealed class Notifications(IDocumentStore store, People people, TimeProvider time) : IPersonalContent, ISweepStep
{
    /// <summary>The most that are kept of a user; the oldest go first.</summary>
    public const int MostOfAUser = 200;

    /// <summary>How long one is kept, read or not.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private const string All = "all";

    private static readonly DocumentKind<Notification> Kind = new(
        "notification", notification => notification.Id, notification => notification.CreatedOn,
        notification => notification.ReadOn is null
            ? [Of(notification.UserId), By(notification.By), All, Unread(notification.UserId)]
            : [Of(notification.UserId), By(notification.By), All]);

    private readonly Documents<Notification> _notifications = new(store, Kind);

    /// <inheritdoc/>
    public string Section => "notifications";

    /// <summary>Adds one. False when it was there already; one that was removed by its age or number may come back.</summary>
    public async Task<bool> AddAsync(Notification notification, CancellationToken cancellation)
    {
        if (!await _notifications.AddAsync(notification, cancellation)) return false;
        var surplus = await _notifications.CountAsync(Of(notification.UserId), cancellation) - MostOfAUser;
        if (surplus > 0)
            await DeleteAsync(await _notifications.ListAsync(Of(notification.UserId), cancellation, newestFirst: false, limit: (int)Math.Min(surplus, 100)), cancellation);
        return true;
    }

    /// <summary>A page, newest first.</summary>
    /// <param name="limit">1 to 100.</param>
    public async Task<IReadOnlyList<Notification>> ListAsync(string uid, bool unreadOnly, int limit, DocumentCursor? after, CancellationToken cancellation) =>
        await _notifications.ListAsync(unreadOnly ? Unread(uid) : Of(uid), cancellation, limit: limit, after: after);

    /// <summary>How many the user has not read.</summary>
    public Task<long> CountUnreadAsync(string uid, CancellationToken cancellation) => _notifications.CountAsync(Unread(uid), cancellation);

    /// <summary>Notes that the user has read some, or all. Ids of what is gone, or not theirs, do nothing.</summary>
    /// <param name="ids">Null for all.</param>
    public async Task MarkReadAsync(string uid, IReadOnlyList<string>? ids, CancellationToken cancellation)
    {
        ids ??= [.. (await _notifications.ListAsync(Unread(uid), cancellation)).Select(notification => notification.Id)];
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var id in ids.Distinct()) await _notifications.ChangeAsync(id, notification => Read(notification, uid, now), cancellation);
    }

    /// <summary>Notifications as clients see them.</summary>
    public async Task<IReadOnlyList<NotificationItem>> DescribeAsync(IReadOnlyList<Notification> notifications, CancellationToken cancellation)
    {
        var known = await people.FindAsync(notifications.Select(notification => notification.By).Where(by => by != DomainEvent.System), cancellation);
        return [.. notifications.Select(notification => new NotificationItem(
            notification.Id, notification.Kind, notification.Data, NotificationPerson.Of(known.GetValueOrDefault(notification.By)),
            notification.CreatedOn / 1000, notification.ReadOn / 1000))];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ExportAsync(
        string uid, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation)
    {
        // No more than one call gives, as no more are kept.
        foreach (var notification in await _notifications.ListAsync(Of(uid), cancellation, newestFirst: false))
        {
            var data = new JsonObject();
            foreach (var (name, value) in notification.Data) data[name] = value;
            yield return new JsonObject
            {
                ["id"] = notification.Id,
                ["kind"] = notification.Kind,
                ["data"] = data,
                ["by"] = notification.By,
                ["createdOn"] = notification.CreatedOn / 1000,
                ["readOn"] = notification.ReadOn / 1000,
            };
        }
    }

    /// <summary>Erases what a user was told of, and what others were told of their doing.</summary>
    public async Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation)
    {
        foreach (var key in new[] { Of(uid), By(uid) }) await DeleteOldAsync(key, before, cancellation);
    }

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellation) => DeleteOldAsync(All, time.GetUtcNow() - Kept, cancellation);

    private static string Of(string uid) => "of:" + uid;

    private static string By(string uid) => "by:" + uid;

    private static string Unread(string uid) => "unread:" + uid;

    private static Decision<Notification, Notification> Read(Notification notification, string uid, long now) =>
        new(notification) { Change = notification.UserId == uid && notification.ReadOn is null ? notification with { ReadOn = now } : null };

    private async Task DeleteOldAsync(string key, DateTimeOffset before, CancellationToken cancellation)
    {
        while (true)
        {
            var oldest = await _notifications.ListAsync(key, cancellation, newestFirst: false, limit: 100);
            var old = oldest.Where(notification => notification.CreatedOn < before.ToUnixTimeMilliseconds()).ToList();
            await DeleteAsync(old, cancellation);
            if (old.Count < 100) return;
        }
    }

    private async Task DeleteAsync(IEnumerable<Notification> notifications, CancellationToken cancellation)
    {
        foreach (var old in notifications)
            await _notifications.ChangeAsync(old.Id, notification => new Decision<Notification, Notification>(notification) { Delete = true }, cancellation);
    }
}
