using ChaturMail.Core.Parties;

namespace ChaturMail.Core.Topics;

/// <summary>A member of a topic's party, who does something with it.</summary>
/// <param name="Party">As it was just read.</param>
/// <param name="Uid">Who.</param>
public sealed record TopicMember(Party Party, string Uid)
{
    /// <summary>True for the topic's owner, and for owner and admins of the party.</summary>
    public bool Manages(Topic topic) => topic.OwnerId == Uid || Party.FindMember(Uid)?.Role is PartyRole.Owner or PartyRole.Admin;
}

/// <summary>What came of something that was asked of a topic.</summary>
/// <param name="Topic">As it is now; null when there is none for this user.</param>
/// <param name="Refusal">One of <see cref="TopicRefusal"/> or <see cref="PartyRefusal"/>, or a code of scheduled delivery; null when it was done.</param>
public sealed record TopicResult(Topic? Topic, string? Refusal = null)
{
    /// <summary>The party's members may see it; null when there is no topic.</summary>
    public Party? Party { get; init; }

    /// <summary>The version whose approval ended by this, or null.</summary>
    public int? EndedApproval { get; init; }
}

/// <summary>Why something is refused: the codes that clients are told.</summary>
public static class TopicRefusal
{
    /// <summary>There is no such topic, or the user is not in its party.</summary>
    public const string TopicNotFound = "topic_not_found";

    /// <summary>The party has as many topics as it may have.</summary>
    public const string TooManyTopics = "too_many_topics";

    /// <summary>Only the topic's owner, and owner and admins of the party, may do it.</summary>
    public const string NotTopicOwner = "not_topic_owner";

    /// <summary>The draft has another version by now.</summary>
    public const string DraftConflict = "draft_conflict";

    /// <summary>There is no such version (any more).</summary>
    public const string VersionNotFound = "version_not_found";

    /// <summary>There is no such suggestion (any more).</summary>
    public const string SuggestionNotFound = "suggestion_not_found";

    /// <summary>The suggestion was accepted, declined or withdrawn before.</summary>
    public const string SuggestionClosed = "suggestion_closed";

    /// <summary>As many suggestions are open as there may be.</summary>
    public const string TooManySuggestions = "too_many_suggestions";

    /// <summary>Only who made the suggestion may do it.</summary>
    public const string NotSuggestionAuthor = "not_suggestion_author";

    /// <summary>The user is not among those who are asked to approve.</summary>
    public const string NotApprover = "not_approver";

    /// <summary>Somebody who is to approve the version has not.</summary>
    public const string ApprovalRequired = "approval_required";

    /// <summary>A draft without recipient, subject or text cannot be sent.</summary>
    public const string DraftIncomplete = "draft_incomplete";

    /// <summary>No email of this id is in the user's history.</summary>
    public const string EmailNotFound = "email_not_found";
}
