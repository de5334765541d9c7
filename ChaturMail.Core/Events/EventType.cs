namespace ChaturMail.Core.Events;

/// <summary>
/// Every type of event. A type's name holds the version of its schema: new fields of its data leave it as it is, anything else is a new type, which is
/// published beside the old one for 90 days. docs/events.md says of each what its subject and its data are.
/// </summary>
public static class EventType
{
    /// <summary>Somebody signed in for the first time.</summary>
    public const string UserCreated = "user.created.v1";

    /// <summary>An account was erased. Names nobody.</summary>
    public const string UserDeleted = "user.deleted.v1";

    /// <summary>A party was made.</summary>
    public const string PartyCreated = "party.created.v1";

    /// <summary>A party got another name.</summary>
    public const string PartyRenamed = "party.renamed.v1";

    /// <summary>A party got another owner.</summary>
    public const string PartyHandedOver = "party.handed_over.v1";

    /// <summary>A party was deleted, with everything of it.</summary>
    public const string PartyDeleted = "party.deleted.v1";

    /// <summary>Somebody came into a party.</summary>
    public const string PartyMemberJoined = "party.member_joined.v1";

    /// <summary>Somebody left a party, or their account is gone.</summary>
    public const string PartyMemberLeft = "party.member_left.v1";

    /// <summary>Somebody was taken out of a party by another.</summary>
    public const string PartyMemberRemoved = "party.member_removed.v1";

    /// <summary>A member of a party became an admin, or is none any more.</summary>
    public const string PartyRoleChanged = "party.role_changed.v1";

    /// <summary>An invite link was made.</summary>
    public const string PartyInviteCreated = "party.invite_created.v1";

    /// <summary>An invite link was revoked.</summary>
    public const string PartyInviteRevoked = "party.invite_revoked.v1";

    /// <summary>A prompt was shared with a party.</summary>
    public const string PromptShared = "prompt.shared.v1";

    /// <summary>A prompt is not shared with a party any more.</summary>
    public const string PromptUnshared = "prompt.unshared.v1";

    /// <summary>A topic was made.</summary>
    public const string TopicCreated = "topic.created.v1";

    /// <summary>A topic got another title.</summary>
    public const string TopicRenamed = "topic.renamed.v1";

    /// <summary>A topic was deleted.</summary>
    public const string TopicDeleted = "topic.deleted.v1";

    /// <summary>A topic's draft got another version.</summary>
    public const string TopicDraftSaved = "topic.draft_saved.v1";

    /// <summary>A member suggested another text.</summary>
    public const string TopicSuggestionMade = "topic.suggestion_made.v1";

    /// <summary>A suggestion became the draft.</summary>
    public const string TopicSuggestionAccepted = "topic.suggestion_accepted.v1";

    /// <summary>A suggestion was declined.</summary>
    public const string TopicSuggestionDeclined = "topic.suggestion_declined.v1";

    /// <summary>Who made a suggestion took it back.</summary>
    public const string TopicSuggestionWithdrawn = "topic.suggestion_withdrawn.v1";

    /// <summary>Members were asked to approve a version.</summary>
    public const string TopicApprovalRequested = "topic.approval_requested.v1";

    /// <summary>A member approved a version.</summary>
    public const string TopicDraftApproved = "topic.draft_approved.v1";

    /// <summary>A member rejected a version.</summary>
    public const string TopicDraftRejected = "topic.draft_rejected.v1";

    /// <summary>A version was handed to scheduled delivery.</summary>
    public const string TopicDraftSent = "topic.draft_sent.v1";

    /// <summary>A conversation was begun.</summary>
    public const string ConversationCreated = "conversation.created.v1";

    /// <summary>A group got another name.</summary>
    public const string ConversationRenamed = "conversation.renamed.v1";

    /// <summary>A conversation was deleted, with its messages.</summary>
    public const string ConversationDeleted = "conversation.deleted.v1";

    /// <summary>Somebody was added to a group.</summary>
    public const string ConversationMemberAdded = "conversation.member_added.v1";

    /// <summary>Somebody left a group, or was taken out.</summary>
    public const string ConversationMemberLeft = "conversation.member_left.v1";

    /// <summary>A message was sent.</summary>
    public const string MessageSent = "message.sent.v1";

    /// <summary>A message got another text.</summary>
    public const string MessageEdited = "message.edited.v1";

    /// <summary>A message was deleted.</summary>
    public const string MessageDeleted = "message.deleted.v1";

    /// <summary>A delivery was scheduled.</summary>
    public const string ScheduleCreated = "schedule.created.v1";

    /// <summary>A scheduled delivery was changed.</summary>
    public const string ScheduleUpdated = "schedule.updated.v1";

    /// <summary>A scheduled delivery was cancelled.</summary>
    public const string ScheduleCancelled = "schedule.cancelled.v1";

    /// <summary>A scheduled delivery left.</summary>
    public const string ScheduleSent = "schedule.sent.v1";

    /// <summary>A recipient's server, or a limit, refused a scheduled delivery.</summary>
    public const string ScheduleRefused = "schedule.refused.v1";

    /// <summary>A scheduled delivery was given up.</summary>
    public const string ScheduleFailed = "schedule.failed.v1";

    /// <summary>A scheduled delivery's time passed while nothing ran.</summary>
    public const string ScheduleMissed = "schedule.missed.v1";

    /// <summary>A delivered email came back.</summary>
    public const string ScheduleBounced = "schedule.bounced.v1";

    /// <summary>Whether a delivery has left cannot be known.</summary>
    public const string ScheduleUncertain = "schedule.uncertain.v1";

    /// <summary>A picture was uploaded, checked and kept.</summary>
    public const string AttachmentUploaded = "attachment.uploaded.v1";

    /// <summary>A picture was deleted.</summary>
    public const string AttachmentDeleted = "attachment.deleted.v1";

    /// <summary>A user has another avatar.</summary>
    public const string UserAvatarSet = "user.avatar_set.v1";

    /// <summary>A user has no avatar any more.</summary>
    public const string UserAvatarRemoved = "user.avatar_removed.v1";

    /// <summary>Every type.</summary>
    public static readonly IReadOnlyList<string> All =
    [
        UserCreated, UserDeleted, PartyCreated, PartyRenamed, PartyHandedOver,
        PartyDeleted, PartyMemberJoined, PartyMemberLeft, PartyMemberRemoved, PartyRoleChanged,
        PartyInviteCreated, PartyInviteRevoked, PromptShared, PromptUnshared, TopicCreated,
        TopicRenamed, TopicDeleted, TopicDraftSaved, TopicSuggestionMade, TopicSuggestionAccepted,
        TopicSuggestionDeclined, TopicSuggestionWithdrawn, TopicApprovalRequested, TopicDraftApproved, TopicDraftRejected,
        TopicDraftSent, ConversationCreated, ConversationRenamed, ConversationDeleted, ConversationMemberAdded,
        ConversationMemberLeft, MessageSent, MessageEdited, MessageDeleted, ScheduleCreated,
        ScheduleUpdated, ScheduleCancelled, ScheduleSent, ScheduleRefused, ScheduleFailed,
        ScheduleMissed, ScheduleBounced, ScheduleUncertain, AttachmentUploaded, AttachmentDeleted,
        UserAvatarSet, UserAvatarRemoved,
    ];
}
