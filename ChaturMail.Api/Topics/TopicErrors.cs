using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>The failures of topics.</summary>
public static class TopicErrors
{
    /// <summary>There is no such topic, or the user is not in its party.</summary>
    public static readonly ApiError NotFound = new(TopicRefusal.TopicNotFound, 404, "There is no such topic.");

    /// <summary>The party has as many topics as it may have.</summary>
    public static readonly ApiError TooManyTopics = new(TopicRefusal.TooManyTopics, 409, "The party has as many topics as it may have. Delete one first.");

    /// <summary>Only the topic's owner, and owner and admins of the party, may do it.</summary>
    public static readonly ApiError NotTopicOwner = new(TopicRefusal.NotTopicOwner, 403, "Only the topic's owner and the party's owner and admins can do this.");

    /// <summary>The draft has another version by now.</summary>
    public static readonly ApiError DraftConflict = new(TopicRefusal.DraftConflict, 409, "The draft has changed. Load it and make your change again.");

    /// <summary>There is no such version (any more).</summary>
    public static readonly ApiError VersionNotFound = new(TopicRefusal.VersionNotFound, 404, "There is no such version of the draft. The oldest are not kept.");

    /// <summary>There is no such suggestion (any more).</summary>
    public static readonly ApiError SuggestionNotFound = new(TopicRefusal.SuggestionNotFound, 404, "There is no such suggestion.");

    /// <summary>The suggestion was accepted, declined or withdrawn before.</summary>
    public static readonly ApiError SuggestionClosed = new(TopicRefusal.SuggestionClosed, 409, "This suggestion was accepted, declined or withdrawn before.");

    /// <summary>As many suggestions are open as there may be.</summary>
    public static readonly ApiError TooManySuggestions = new(TopicRefusal.TooManySuggestions, 409, "As many suggestions are open as there may be. Decide about some of them first.");

    /// <summary>Only who made the suggestion may do it.</summary>
    public static readonly ApiError NotSuggestionAuthor = new(TopicRefusal.NotSuggestionAuthor, 403, "Only who made the suggestion can take it back.");

    /// <summary>The user is not among those who are asked to approve.</summary>
    public static readonly ApiError NotApprover = new(TopicRefusal.NotApprover, 403, "You were not asked to approve this draft.");

    /// <summary>Somebody who is to approve the version has not.</summary>
    public static readonly ApiError ApprovalRequired = new(TopicRefusal.ApprovalRequired, 409, "Not everybody who was asked has approved this draft.");

    /// <summary>A draft without recipient, subject or text cannot be sent.</summary>
    public static readonly ApiError DraftIncomplete = new(TopicRefusal.DraftIncomplete, 409, "A draft needs a recipient, a subject and a text before it can be sent.");

    /// <summary>All of them.</summary>
    public static readonly IReadOnlyList<ApiError> All =
    [
        NotFound, TooManyTopics, NotTopicOwner, DraftConflict, VersionNotFound, SuggestionNotFound, SuggestionClosed, TooManySuggestions, NotSuggestionAuthor,
        NotApprover, ApprovalRequired, DraftIncomplete,
    ];
}
