using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Events;

/// <summary>
/// Something that happened, for whoever wants to know: ids and no words of a user, so that it may be kept and passed on. The names are those
/// of CloudEvents 1.0 (https://github.com/cloudevents/spec). docs/events.md lists the types.
/// </summary>
/// <param name="Id">A <see cref="DocumentId"/>; an event may come twice, and is told by this.</param>
/// <param name="Type">Stable name with the version of its schema, e.g. <c>party.created.v1</c>.</param>
/// <param name="Subject">Id of what it happened to.</param>
/// <param name="Actor">Uid of who did it, or <c>system</c>.</param>
/// <param name="Time">When.</param>
/// <param name="Data">Ids, numbers and words of the product's own.</param>
public sealed record DomainEvent(
    string Id, string Type, string Subject, string Actor, DateTimeOffset Time, IReadOnlyDictionary<string, string> Data)
{
    /// <summary>Who did it when nobody did.</summary>
    public const string System = "system";

    /// <summary>Stands where the uid of a user stood whose account was erased.</summary>
    public const string Erased = "erased";

    /// <summary>The event without a user.</summary>
    public DomainEvent Without(string uid) => this with
    {
        Subject = Without(Subject, uid),
        Actor = Without(Actor, uid),
        Data = Data.ToDictionary(field => field.Key, field => Without(field.Value, uid)),
    };

    /// <summary>An event of now.</summary>
    public static DomainEvent Of(TimeProvider time, string type, string subject, string actor, params ReadOnlySpan<(string Name, string Value)> data)
    {
        var values = new Dictionary<string, string>(data.Length);
        foreach (var (name, value) in data) values.Add(name, value);
        return new DomainEvent(DocumentId.New(time), type, subject, actor, time.GetUtcNow(), values);
    }

    // A field may hold several ids.
    private static string Without(string text, string uid) => string.Join(' ', text.Split(' ').Select(id => id == uid ? Erased : id));
}
