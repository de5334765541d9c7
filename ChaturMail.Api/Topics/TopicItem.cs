using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>A topic as members of its party see it.</summary>
/// <param name="UserId">Who made it; empty once their account is gone.</param>
/// <param name="CreatedOn">Unix seconds.</param>
/// <param name="Version">Number of the draft's current version; 0 before the first.</param>
/// <param name="OpenSuggestions">How many wait for a decision.</param>
/// <param name="Approval">Null when nobody is asked to approve the current version.</param>
/// <param name="Sent">Null when no version was sent.</param>
/// <param name="Manages">True when the user may do what the topic's owner may.</param>
public record TopicItem(
    string Id, string PartyId, string Title, string UserId, long CreatedOn, int Version, int OpenSuggestions, TopicItem.ApprovalItem? Approval,
    TopicItem.SentItem? Sent, bool Manages)
{
    /// <summary>The draft, where one topic was asked for; null before its first version.</summary>
    public sealed record Whole : TopicItem
    {
        internal Whole(TopicItem item, string conversationId, DraftItem? draft) : base(item) => (ConversationId, Draft) = (conversationId, draft);

        /// <summary>Of the discussion about it.</summary>
        public string ConversationId { get; }

        /// <summary>The current version.</summary>
        public DraftItem? Draft { get; }
    }

    /// <summary>Who is to approve the current version.</summary>
    /// <param name="Approved">True when everybody has.</param>
    /// <param name="RequestedOn">Unix seconds.</param>
    public sealed record ApprovalItem(int Version, string UserId, long RequestedOn, bool Approved, IReadOnlyList<ApproverItem> Approvers);

    /// <summary>An approver.</summary>
    /// <param name="State">pending, approved or rejected.</param>
    /// <param name="DecidedOn">Unix seconds, or null.</param>
    public sealed record ApproverItem(string UserId, string State, string Note, long? DecidedOn);

    /// <summary>What was sent last.</summary>
    /// <param name="ScheduleId">The schedule by which it leaves; null until there is one.</param>
    /// <param name="State">That of the schedule; <c>sending</c> until there is one, <c>unknown</c> once it is gone.</param>
    /// <param name="SentOn">When it was asked for, Unix seconds.</param>
    public sealed record SentItem(int Version, string? ScheduleId, string UserId, long SentOn, string State);

    /// <summary>The wire form of a topic, for a member.</summary>
    internal static TopicItem Of(Topic topic, TopicMember member, DraftDelivery? delivery) => new(
        topic.Id, topic.PartyId, topic.Title, topic.OwnerId, topic.CreatedOn / 1000, topic.Version,
        topic.Suggestions.Count(suggestion => suggestion.State == SuggestionState.Open), ApprovalOf(topic, member),
        topic.Sent is { } sent
            ? new SentItem(sent.Version, sent.ScheduleId, sent.By, sent.On / 1000, sent.ScheduleId is null ? "sending" : delivery?.State ?? "unknown") : null,
        member.Manages(topic));

    // Who has left the party is no approver any more, also while that is being noted.
    private static ApprovalItem? ApprovalOf(Topic topic, TopicMember member)
    {
        if (topic.Approval is not { } approval) return null;
        var approvers = approval.Approvers.Where(approver => member.Party.FindMember(approver.Uid) is not null).ToList();
        return approvers.Count == 0 ? null : new ApprovalItem(
            approval.Version, approval.By, approval.On / 1000, approvers.TrueForAll(approver => approver.State == ApprovalState.Approved),
            [.. approvers.Select(approver => new ApproverItem(approver.Uid, Check.NameOf(approver.State), approver.Note, approver.DecidedOn / 1000))]);
    }
}

/// <summary>A version of a draft.</summary>
/// <param name="UserId">Who wrote or brought it; empty once their account is gone.</param>
/// <param name="SavedOn">Unix seconds.</param>
/// <param name="Source">written, generated, suggested or restored.</param>
public sealed record DraftItem(int Version, string ToEmail, string Subject, string Text, string UserId, long SavedOn, string Source)
{
    /// <summary>The version that was restored.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? RestoredFrom { get; init; }

    /// <summary>The suggestion that it was.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? SuggestionId { get; init; }

    /// <summary>The version whose approval has ended by this one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? EndedApproval { get; init; }

    /// <summary>What turns the text of the version before into this one's; absent where it was not asked for, or that version is not kept.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DiffItem>? Diff { get; init; }

    /// <summary>The wire form of a version.</summary>
    internal static DraftItem Of(DraftVersion draft) => new(
        draft.Number, draft.ToEmail, draft.Subject, draft.Text, draft.By, draft.On / 1000, Check.NameOf(draft.Source))
    { RestoredFrom = draft.RestoredFrom, SuggestionId = draft.SuggestionId };
}

/// <summary>A stretch of a diff.</summary>
/// <param name="Op">equal, insert or delete.</param>
/// <param name="Text">The stretch. Those that are equal or deleted make the text before, those that are equal or inserted the one after.</param>
public sealed record DiffItem(string Op, string Text)
{
    /// <summary>What turns one text into another, word by word.</summary>
    internal static IReadOnlyList<DiffItem> Between(string before, string after) =>
        [.. ChaturMail.Core.Emails.EmailDiff.Words(before, after).Select(part => new DiffItem(Check.NameOf(part.Change), part.Text))];
}
