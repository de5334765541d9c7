using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Events;

/// <summary>Something that a user is told of: ids, from which a client makes the words.</summary>
/// <param name="Id">A <see cref="DocumentId"/>; follows from the event and the user.</param>
/// <param name="UserId">Uid of who is told.</param>
/// <param name="Kind">Stable name, e.g. <c>mention</c>.</param>
/// <param name="By">Uid of who did it, or <see cref="DomainEvent.System"/>.</param>
/// <param name="Data">What it is about: ids, numbers and words of the product's own.</param>
/// <param name="CreatedOn">When it happened, Unix milliseconds.</param>
public sealed record Notification(string Id, string UserId, string Kind, string By, IReadOnlyDictionary<string, string> Data, long CreatedOn)
{
    /// <summary>When the user read it, Unix milliseconds, or null.</summary>
    public long? ReadOn { get; init; }

    /// <summary>The id of what a user is told of an event: the same however often the event comes.</summary>
    public static string IdOf(string eventId, string uid) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{eventId}:{uid}")).AsSpan(0, 12));
}

/// <summary>A notification as clients see it, in answers and in live updates alike.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Kind">Stable name, e.g. <c>mention</c>.</param>
/// <param name="Data">What it is about.</param>
/// <param name="By">Who did it; null when nobody did, and once their account is gone.</param>
/// <param name="CreatedOn">Unix seconds.</param>
/// <param name="ReadOn">Unix seconds, or null.</param>
public sealed record NotificationItem(string Id, string Kind, IReadOnlyDictionary<string, string> Data, NotificationPerson? By, long CreatedOn, long? ReadOn);

/// <summary>Who did it, as the reader may see them.</summary>
/// <param name="UserId">Uid.</param>
/// <param name="Name">May be empty.</param>
/// <param name="Picture">Address of a picture; may be empty.</param>
public sealed record NotificationPerson(string UserId, string Name, string Picture)
{
    /// <summary>What is shown of a person; nobody when their account is gone.</summary>
    public static NotificationPerson? Of(Person? person) => person is null or { Name: "", Picture: "" } ? null : new(person.Uid, person.Name, person.Picture);
}
