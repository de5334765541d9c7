using ChaturMail.Core.Events;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Attachments;

/// <summary>Which picture others see of a user.</summary>
/// <param name="Uid">Whose.</param>
/// <param name="AttachmentId">The picture; empty when there is none any more.</param>
/// <param name="ChangedOn">Unix milliseconds.</param>
public sealed record Avatar(string Uid, string AttachmentId, long ChangedOn)
{
    /// <summary>How an avatar is kept.</summary>
    public static readonly DocumentKind<Avatar> Kind = new("avatar", avatar => avatar.Uid, avatar => avatar.ChangedOn, _ => []);
}

/// <summary>A place where people meet, and so may see each other's pictures.</summary>
public interface IMeetingPlace
{
    /// <summary>Everybody whom the user meets there; the user among them or not.</summary>
    Task<IEnumerable<string>> ListPeopleAsync(string uid, CancellationToken cancellation);
}

/// <summary>Parties are where people meet.</summary>
public sealed class PartiesAsMeetingPlace(PartyMembership parties) : IMeetingPlace
{
    /// <inheritdoc/>
    public async Task<IEnumerable<string>> ListPeopleAsync(string uid, CancellationToken cancellation) =>
        (await parties.ListAsync(uid, cancellation)).SelectMany(party => party.Members).Select(member => member.Uid);
}

/// <summary>
/// The pictures of people, for those who meet them. A picture is bound first, then said to be the user's, then the one before is deleted: a user has at any
/// time one picture or the other, and who dies in between leaves one too many, which the sweep or a later change deletes.
/// </summary>
public sealed class AvatarService(
    IDocumentStore documents, AttachmentService attachments, Func<IEnumerable<IMeetingPlace>> places, TimeProvider time) : IAttachmentUse
{
    /// <summary>What the uses of avatars begin with.</summary>
    public const string UseName = "avatar";

    /// <summary>Users whose pictures are asked for at once.</summary>
    public const int MostAtOnce = 100;

    private readonly Documents<Avatar> _avatars = new(documents, Avatar.Kind);

    /// <inheritdoc/>
    public string Name => UseName;

    /// <summary>Makes a finished upload of the user's the picture that others see of them. May be repeated. Gives a code when it is refused.</summary>
    public async Task<string?> SetAsync(string uid, string id, CancellationToken cancellation)
    {
        if (await attachments.ClaimAsync(uid, [id], UseOf(uid), cancellation) is AttachmentClaim.Refused refused) return refused.Code;
        var avatar = new Avatar(uid, id, time.GetUtcNow().ToUnixTimeMilliseconds());
        DomainEvent[] happened = [DomainEvent.Of(time, EventType.UserAvatarSet, uid, uid, ("attachmentId", id))];
        string? before;
        while ((before = await ChangeAsync(avatar, happened, cancellation)) is null && !await _avatars.AddAsync(avatar, cancellation, happened))
        {
            // Another request added it just now: the next round changes it.
        }

        await DeleteFormerAsync(uid, before, id, cancellation);
        return null;
    }

    /// <summary>Takes away the user's picture. May be repeated.</summary>
    public async Task RemoveAsync(string uid, CancellationToken cancellation)
    {
        DomainEvent[] happened = [DomainEvent.Of(time, EventType.UserAvatarRemoved, uid, uid)];
        var before = await ChangeAsync(new Avatar(uid, "", time.GetUtcNow().ToUnixTimeMilliseconds()), happened, cancellation);
        await DeleteFormerAsync(uid, before, "", cancellation);
    }

    /// <summary>The pictures of those of the users whom the asker meets, and the asker's own. Who has none, or is not met, is not told.</summary>
    /// <param name="uids">At most <see cref="MostAtOnce"/>.</param>
    public async Task<IReadOnlyDictionary<string, Attachment>> FindAsync(string asker, IReadOnlyCollection<string> uids, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(uids);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(uids.Count, MostAtOnce, nameof(uids));
        var met = await ListMetAsync(asker, cancellation);
        var shown = (await _avatars.FindAsync([.. uids.Where(met.Contains)], cancellation)).Where(avatar => avatar.AttachmentId.Length > 0).ToList();
        if (shown.Count == 0) return new Dictionary<string, Attachment>();
        var pictures = (await attachments.FindAsync([.. shown.Select(avatar => avatar.AttachmentId)], cancellation)).ToDictionary(picture => picture.Id);
        return shown.Where(avatar => pictures.ContainsKey(avatar.AttachmentId)).ToDictionary(avatar => avatar.Uid, avatar => pictures[avatar.AttachmentId]);
    }

    /// <inheritdoc/>
    public async Task<bool> MaySeeAsync(string id, string uid, CancellationToken cancellation) => id == uid || (await ListMetAsync(uid, cancellation)).Contains(id);

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(string id, string attachmentId, CancellationToken cancellation) =>
        (await _avatars.FindAsync(id, cancellation))?.AttachmentId == attachmentId;

    /// <summary>Forgets which picture a user had, unless they have another since.</summary>
    internal Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation) => _avatars.ChangeAsync(
        uid, avatar => new Decision<Avatar, string>("") { Delete = avatar.ChangedOn < before.ToUnixTimeMilliseconds() }, cancellation);

    private static string UseOf(string uid) => $"{UseName}:{uid}";

    // Gives the picture that was there before: empty for none, null when nothing was ever said of one.
    private Task<string?> ChangeAsync(Avatar avatar, IReadOnlyList<DomainEvent> happened, CancellationToken cancellation) => _avatars.ChangeAsync(
        avatar.Uid, found => new Decision<Avatar, string>(found.AttachmentId)
        {
            Change = found.AttachmentId == avatar.AttachmentId ? null : avatar,
            Happened = found.AttachmentId == avatar.AttachmentId ? [] : happened,
        }, cancellation);

    // The one whose place was taken, by this request alone; and what a request of an hour ago left when it died. Others may be about to be shown.
    private async Task DeleteFormerAsync(string uid, string? before, string id, CancellationToken cancellation)
    {
        var left = (time.GetUtcNow() - AttachmentRules.Rest).ToUnixTimeMilliseconds();
        foreach (var other in await attachments.ListAllAsync(uid, cancellation))
        {
            if (other.Use == UseOf(uid) && other.Id != id && (other.Id == before || other.ClaimedOn < left))
                await attachments.DeleteAsync(other.Id, uid, found => found.Use == UseOf(uid), cancellation);
        }
    }

    private async Task<HashSet<string>> ListMetAsync(string uid, CancellationToken cancellation)
    {
        var met = new HashSet<string> { uid };
        foreach (var place in places()) met.UnionWith(await place.ListPeopleAsync(uid, cancellation));
        return met;
    }
}
