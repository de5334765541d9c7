using ChaturMail.Core.Audit;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Events;

/// <summary>
/// Writes into the audit trail what became of parties, topics, conversations and deliveries; of accounts the erasure writes a line itself. A line has its event's id, so that there is one however often the
/// event comes. Who did it is a <c>user</c>, and no uid: a line outlives the account.
/// </summary>
public sealed class AuditConsumer(IAuditLog audit) : IEventConsumer
{
    private const int MostDetails = 500;

    // Types of which there are lines, with the field that names the user whom it befell, where there is one.
    private static readonly Dictionary<string, string?> Recorded = new()
    {
        [EventType.PartyCreated] = null,
        [EventType.PartyRenamed] = null,
        [EventType.PartyHandedOver] = "to",
        [EventType.PartyDeleted] = null,
        [EventType.PartyMemberJoined] = "member",
        [EventType.PartyMemberLeft] = "member",
        [EventType.PartyMemberRemoved] = "member",
        [EventType.PartyRoleChanged] = "member",
        [EventType.PartyInviteCreated] = null,
        [EventType.PartyInviteRevoked] = null,
        [EventType.TopicDeleted] = null,
        [EventType.TopicDraftSent] = null,
        [EventType.ConversationDeleted] = null,
        [EventType.ScheduleCreated] = null,
        [EventType.ScheduleCancelled] = null,
        [EventType.ScheduleSent] = null,
        [EventType.ScheduleRefused] = null,
        [EventType.ScheduleFailed] = null,
        [EventType.ScheduleMissed] = null,
        [EventType.ScheduleBounced] = null,
        [EventType.ScheduleUncertain] = null,
    };

    // Of an event's data no more than this goes into a line: ids of things, words of the product's own, and no uids.
    private static readonly string[] Details =
        ["partyId", "party", "topicId", "conversationId", "scheduleId", "invite", "role", "version", "kind", "occurrence", "code", "reason"];

    /// <inheritdoc/>
    public string Name => "audit";

    /// <inheritdoc/>
    public Task HandleAsync(DomainEvent happened, CancellationToken cancellation) =>
        LineOf(happened) is { } line ? audit.AppendAsync(line, cancellation) : Task.CompletedTask;

    /// <summary>The line of an event, or null when there is none.</summary>
    public static AuditEntry? LineOf(DomainEvent happened)
    {
        if (!Recorded.TryGetValue(happened.Type, out var field)) return null;
        var member = field is null ? null : happened.Data.GetValueOrDefault(field);
        var details = Details.Where(happened.Data.ContainsKey).Select(name => $"{name} {happened.Data[name]}");
        var text = string.Join(", ", member is null ? details : details.Prepend($"{happened.Type.Split('.')[0]} {happened.Subject}"));
        return new AuditEntry(
            happened.Id, happened.Time, happened.Actor == DomainEvent.System ? "system" : "user", happened.Type[..happened.Type.LastIndexOf('.')],
            member ?? happened.Subject, text.Length <= MostDetails ? text : text[..MostDetails])
        { IsAboutUser = member is not null };
    }
}
