namespace ChaturMail.Core.Events;

/// <summary>Who is told of which events, and as what.</summary>
/// <param name="Kind">Kind of the notification.</param>
/// <param name="Subject">What the event's subject is called in the notification's data.</param>
/// <param name="Whom">Who is told.</param>
public sealed record NotificationRule(string Kind, string Subject, NotificationRule.Recipients Whom)
{
    /// <summary>Fields of the event with uids of who is told, blanks between them.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>What a device shows while its user is not connected, without anything of anybody's text; null for nothing.</summary>
    public (string Title, string Body)? Push { get; init; }

    // Of an event's data no more than this is passed on: no uids.
    private static readonly string[] Passed =
        ["partyId", "party", "topicId", "conversationId", "messageId", "scheduleId", "suggestionId", "version", "role", "kind", "occurrence", "code", "reason"];

    private static readonly Dictionary<string, NotificationRule> Rules = new()
    {
        [EventType.PartyMemberJoined] = new("member_joined", "partyId", Recipients.PartyAdmins),
        [EventType.PartyMemberRemoved] = Named("removed_from_party", "partyId", "member") with { Push = ("You were removed from a party", "Open ChaturMail to see your parties.") },
        [EventType.PartyDeleted] = Named("party_deleted", "partyId", "members"),
        [EventType.PartyRoleChanged] = Named("role_changed", "partyId", "member"),
        [EventType.PartyHandedOver] = Named("party_handed_over", "partyId", "to") with { Push = ("A party is yours now", "Open ChaturMail to see it.") },
        [EventType.TopicSuggestionMade] = Named("suggestion_made", "topicId", "ownerId"),
        [EventType.TopicSuggestionAccepted] = Named("suggestion_accepted", "topicId", "authorId"),
        [EventType.TopicSuggestionDeclined] = Named("suggestion_declined", "topicId", "authorId"),
        [EventType.TopicApprovalRequested] = Named("approval_requested", "topicId", "approvers") with { Push = ("Your approval is asked for", "Open ChaturMail to read the draft.") },
        [EventType.TopicDraftApproved] = Named("draft_approved", "topicId", "ownerId", "requesterId"),
        [EventType.TopicDraftRejected] = Named("draft_rejected", "topicId", "ownerId", "requesterId") with { Push = ("A draft was rejected", "Open ChaturMail to see why.") },
        [EventType.TopicDraftSent] = new("draft_sent", "topicId", Recipients.PartyMembers),
        [EventType.MessageSent] = new("mention", "messageId", Recipients.Mentioned) { Push = ("You were mentioned", "Open ChaturMail to read the message.") },
        [EventType.ScheduleRefused] = Schedule("schedule_refused", "A scheduled email was refused"),
        [EventType.ScheduleFailed] = Schedule("schedule_failed", "Something scheduled was not sent"),
        [EventType.ScheduleMissed] = Schedule("schedule_missed", "Something scheduled was not sent"),
        [EventType.ScheduleBounced] = Schedule("schedule_bounced", "An email came back"),
        [EventType.ScheduleUncertain] = Schedule("schedule_uncertain", "An email may not have been sent"),
    };

    /// <summary>Where recipients are found.</summary>
    public enum Recipients
    {
        /// <summary>In <see cref="NotificationRule.Fields"/>.</summary>
        Named,

        /// <summary>The owner and the admins of the party that the event's subject is.</summary>
        PartyAdmins,

        /// <summary>The members of the party that the event names as <c>partyId</c>.</summary>
        PartyMembers,

        /// <summary>Those whom the message mentions that the event's subject is.</summary>
        Mentioned,

        /// <summary>Whose the schedule is: <c>ownerId</c> in the event's data or, without it, who did it.</summary>
        Owner,
    }

    /// <summary>Every kind of notification.</summary>
    public static IEnumerable<string> Kinds => Rules.Values.Select(rule => rule.Kind);

    /// <summary>The rule for a type of event, or null when nobody is told of it.</summary>
    public static NotificationRule? Find(string type) => Rules.GetValueOrDefault(type);

    /// <summary>The uids that the event itself names: of who is told, but of nobody that they did it themselves.</summary>
    public IEnumerable<string> NamedBy(DomainEvent happened) => Whom switch
    {
        Recipients.Owner => happened.Data.TryGetValue("ownerId", out var owner) ? [owner] : happened.Actor == DomainEvent.System ? [] : [happened.Actor],
        _ => Fields.SelectMany(field => happened.Data.GetValueOrDefault(field, "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Distinct().Where(uid => uid != happened.Actor),
    };

    /// <summary>What a user is told of an event.</summary>
    public Notification Make(DomainEvent happened, string uid)
    {
        var data = Passed.Where(happened.Data.ContainsKey).ToDictionary(name => name == "party" ? "partyId" : name, name => happened.Data[name]);
        data[Subject] = happened.Subject;
        return new Notification(Notification.IdOf(happened.Id, uid), uid, Kind, ByOf(happened), data, happened.Time.ToUnixTimeMilliseconds());
    }

    // What becomes of a user's own schedule nobody did.
    private string ByOf(DomainEvent happened) => Whom == Recipients.Owner ? DomainEvent.System : happened.Actor;

    private static NotificationRule Named(string kind, string subject, params string[] fields) => new(kind, subject, Recipients.Named) { Fields = fields };

    private static NotificationRule Schedule(string kind, string title) =>
        new(kind, "scheduleId", Recipients.Owner) { Push = (title, "Open ChaturMail to see what happened.") };
}
