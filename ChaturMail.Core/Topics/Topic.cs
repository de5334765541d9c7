using System.Globalization;
using System.Text.Json.Serialization;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Topics;

/// <summary>
/// What a party works on: an email's draft, with everything that is decided about it. All decisions are changes of this one document, so that of
/// two that contradict each other one comes first and the other is refused; texts that are not the current one have documents of their own.
/// </summary>
/// <param name="Id">A <see cref="DocumentId"/>.</param>
/// <param name="PartyId">Whose it is.</param>
/// <param name="Title">As its members call it.</param>
/// <param name="OwnerId">Uid of who made it; empty once their account is gone.</param>
/// <param name="CreatedOn">Unix milliseconds.</param>
/// <param name="Place">Which of the topics that its party may have this is, from 0: keeps their number.</param>
public sealed record Topic(string Id, string PartyId, string Title, string OwnerId, long CreatedOn, int Place)
{
    /// <summary>The draft as it is now; null before its first version.</summary>
    public DraftVersion? Draft { get; init; }

    /// <summary>Suggestions in the order of their making: those that are open, and the last of the others.</summary>
    public IReadOnlyList<TopicSuggestion> Suggestions { get; init; } = [];

    /// <summary>Number of the last suggestion, from 1; 0 before it.</summary>
    public int LastSuggestion { get; init; }

    /// <summary>Who is to approve the draft as it is now; null when nobody is asked.</summary>
    public DraftApproval? Approval { get; init; }

    /// <summary>The version that was sent last, or is being sent; null before.</summary>
    public SentDraft? Sent { get; init; }

    /// <summary>True while what belongs to it is being deleted: nobody sees it any more.</summary>
    public bool IsDeleted { get; init; }

    /// <summary>Number of the draft's current version; 0 before the first.</summary>
    [JsonIgnore]
    public int Version => Draft?.Number ?? 0;

    /// <summary>How a topic is kept.</summary>
    public static readonly DocumentKind<Topic> Kind = new(
        "topic", topic => topic.Id, topic => topic.CreatedOn,
        topic =>
        [
            .. topic.IsDeleted ? [DeletedKey, DeletedKeyOfParty(topic.PartyId)] : new[] { KeyOfParty(topic.PartyId) },
            .. topic.Sent is { ScheduleId: null } ? [SendingKey] : Array.Empty<string>(),
            .. topic.People().Select(KeyOfPerson),
        ],
        topic => topic.IsDeleted ? [] : [$"party:{topic.PartyId}:{topic.Place}"]);

    /// <summary>The key of those that are being deleted.</summary>
    public const string DeletedKey = "deleted";

    /// <summary>The key of those with a version that is being sent.</summary>
    public const string SendingKey = "sending";

    /// <summary>The key of a party's topics.</summary>
    public static string KeyOfParty(string partyId) => "party:" + partyId;

    /// <summary>The key of those of a party that are being deleted.</summary>
    public static string DeletedKeyOfParty(string partyId) => "deleted:" + partyId;

    /// <summary>The key of the topics in which somebody is named.</summary>
    public static string KeyOfPerson(string uid) => "person:" + uid;

    /// <summary>Everybody who is named in it.</summary>
    public IEnumerable<string> People()
    {
        IEnumerable<string?> named =
        [
            OwnerId, Draft?.By, Approval?.By, Sent?.By, Sent?.Before?.By, .. Approval?.Approvers.Select(approver => approver.Uid) ?? [],
            .. Suggestions.SelectMany(suggestion => new[] { suggestion.By, suggestion.ClosedBy }),
        ];
        return named.OfType<string>().Where(uid => uid.Length > 0).Distinct();
    }
}

/// <summary>A version of a draft. It never changes.</summary>
/// <param name="TopicId">Whose.</param>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Source">Where it came from.</param>
/// <param name="By">Uid of who wrote it, or brought it; empty once their account is gone.</param>
/// <param name="On">When, Unix milliseconds.</param>
/// <param name="ToEmail">Recipient; may be empty.</param>
/// <param name="Subject">May be empty.</param>
/// <param name="Text">Plain text; may be empty.</param>
public sealed record DraftVersion(string TopicId, int Number, DraftSource Source, string By, long On, string ToEmail, string Subject, string Text)
{
    /// <summary>The version that was restored, or null.</summary>
    public int? RestoredFrom { get; init; }

    /// <summary>Id of the suggestion that it was, or null.</summary>
    public string? SuggestionId { get; init; }

    /// <summary>How a version is kept once there is another after it.</summary>
    public static readonly DocumentKind<DraftVersion> Kind = new(
        "draft", version => IdOf(version.TopicId, version.Number), version => version.Number,
        version => version.By.Length == 0 ? [KeyOfTopic(version.TopicId)] : [KeyOfTopic(version.TopicId), KeyOfAuthor(version.By)]);

    /// <summary>The id under which a version is kept.</summary>
    public static string IdOf(string topicId, int number) => string.Create(CultureInfo.InvariantCulture, $"{topicId}:{number}");

    /// <summary>The key of what is kept beside a topic.</summary>
    public static string KeyOfTopic(string topicId) => "topic:" + topicId;

    /// <summary>The key of what somebody wrote.</summary>
    public static string KeyOfAuthor(string uid) => "author:" + uid;
}

/// <summary>Where a version of a draft comes from.</summary>
public enum DraftSource
{
    /// <summary>A member typed it.</summary>
    Written,

    /// <summary>An email from a member's history.</summary>
    Generated,

    /// <summary>A suggestion that was accepted.</summary>
    Suggested,

    /// <summary>An earlier version.</summary>
    Restored,
}

/// <summary>A suggestion, and what became of it.</summary>
/// <param name="Id">A <see cref="DocumentId"/>, under which its text is kept.</param>
/// <param name="Number">From 1, in the order of their making.</param>
/// <param name="Base">The version that it would change.</param>
/// <param name="By">Uid of who made it; empty once their account is gone.</param>
/// <param name="On">When, Unix milliseconds.</param>
/// <param name="State">What became of it.</param>
public sealed record TopicSuggestion(string Id, int Number, int Base, string By, long On, SuggestionState State)
{
    /// <summary>Uid of who accepted, declined or withdrew it; null while it is open, empty once their account is gone.</summary>
    public string? ClosedBy { get; init; }

    /// <summary>When that was, Unix milliseconds.</summary>
    public long? ClosedOn { get; init; }

    /// <summary>The version that it became, or null.</summary>
    public int? Version { get; init; }
}

/// <summary>What becomes of a suggestion. None of the others changes any more.</summary>
public enum SuggestionState
{
    /// <summary>Nobody has decided.</summary>
    Open,

    /// <summary>It became a version.</summary>
    Accepted,

    /// <summary>The topic's owner does not want it.</summary>
    Declined,

    /// <summary>Its author does not want it any more.</summary>
    Withdrawn,
}

/// <summary>What a suggestion proposes. It never changes.</summary>
/// <param name="Id">The suggestion's.</param>
/// <param name="TopicId">Whose.</param>
/// <param name="By">Uid of who made it; empty once their account is gone.</param>
/// <param name="On">When, Unix milliseconds.</param>
/// <param name="ToEmail">Recipient.</param>
/// <param name="Subject">Subject.</param>
/// <param name="Text">The whole text.</param>
/// <param name="Note">Why; may be empty.</param>
public sealed record SuggestedText(string Id, string TopicId, string By, long On, string ToEmail, string Subject, string Text, string Note)
{
    /// <summary>How it is kept.</summary>
    public static readonly DocumentKind<SuggestedText> Kind = new(
        "suggestion", text => text.Id, text => text.On,
        text => text.By.Length == 0 ? [DraftVersion.KeyOfTopic(text.TopicId)] : [DraftVersion.KeyOfTopic(text.TopicId), DraftVersion.KeyOfAuthor(text.By)]);
}

/// <summary>Who is to approve a version.</summary>
/// <param name="Version">The version; there is none for another.</param>
/// <param name="By">Uid of who asked; empty once their account is gone.</param>
/// <param name="On">When, Unix milliseconds.</param>
/// <param name="Approvers">Each once.</param>
public sealed record DraftApproval(int Version, string By, long On, IReadOnlyList<DraftApprover> Approvers);

/// <summary>Somebody who is to approve a version.</summary>
/// <param name="Uid">Who.</param>
/// <param name="State">What they said.</param>
/// <param name="Note">Why; may be empty.</param>
/// <param name="DecidedOn">When, Unix milliseconds, or null.</param>
public sealed record DraftApprover(string Uid, ApprovalState State, string Note, long? DecidedOn);

/// <summary>What an approver said.</summary>
public enum ApprovalState
{
    /// <summary>Nothing yet.</summary>
    Pending,

    /// <summary>It may be sent.</summary>
    Approved,

    /// <summary>It may not be sent.</summary>
    Rejected,
}

/// <summary>A version that was sent.</summary>
/// <param name="Version">Which.</param>
/// <param name="Key">The schedule's name, fixed before that is made, so that a repeated request makes no second one.</param>
/// <param name="By">Uid of the sender; empty once their account is gone.</param>
/// <param name="On">When it was asked for, Unix milliseconds.</param>
/// <param name="At">When it is to leave, or null for at once.</param>
/// <param name="ScheduleId">The schedule by which it leaves; null until that is made.</param>
public sealed record SentDraft(int Version, string Key, string By, long On, DraftTime? At, string? ScheduleId = null)
{
    /// <summary>What was sent before, for as long as it is not certain that this one is; else null.</summary>
    public SentDraft? Before { get; init; }
}

/// <summary>When a draft is to leave.</summary>
/// <param name="Local">A local time, ISO 8601 without zone.</param>
/// <param name="TimeZone">Name of the zone in the IANA database; the user's own when null.</param>
public sealed record DraftTime(string Local, string? TimeZone);
