using System.Globalization;
using ChaturMail.Core.Events;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Topics;

/// <summary>What would become the next version of a draft.</summary>
/// <param name="From">The version that it was made from; 0 for the first.</param>
/// <param name="Source">Where it comes from.</param>
/// <param name="By">Uid of who wrote it.</param>
/// <param name="ToEmail">Null leaves it as it is.</param>
/// <param name="Subject">Null leaves it as it is.</param>
/// <param name="Text">Null leaves it as it is.</param>
public sealed record DraftEdit(int From, DraftSource Source, string By, string? ToEmail, string? Subject, string? Text)
{
    /// <summary>The version that it restores, or null.</summary>
    public int? RestoredFrom { get; init; }
}

/// <summary>The decisions about a topic, each a pure function of the topic as it is.</summary>
public static class TopicRules
{
    /// <summary>Versions that are kept, the current one among them.</summary>
    public const int MostVersions = 100;

    /// <summary>Suggestions that may be open.</summary>
    public const int MostOpenSuggestions = 20;

    /// <summary>Suggestions that were decided and are kept.</summary>
    public const int MostClosedSuggestions = 80;

    /// <summary>Approvers of a version.</summary>
    public const int MostApprovers = 10;

    /// <summary>Gives it another title.</summary>
    public static Decision<Topic, TopicResult> Rename(Topic topic, TopicMember member, string title, TimeProvider time) =>
        !member.Manages(topic) ? Refuse(topic, TopicRefusal.NotTopicOwner)
        : topic.Title == title ? Leave(topic)
        : Change(topic with { Title = title }, Note(time, EventType.TopicRenamed, topic, member.Uid));

    /// <summary>Hides it from everybody; what belongs to it can be deleted then.</summary>
    public static Decision<Topic, TopicResult> Delete(Topic topic, string uid, TimeProvider time) =>
        topic.IsDeleted ? Leave(topic) : Change(topic with { IsDeleted = true }, Note(time, EventType.TopicDeleted, topic, uid));

    /// <summary>
    /// Makes the next version of the draft. The same again by the same member, and what changes nothing, makes none: a client that lost the answer may repeat.
    /// </summary>
    public static Decision<Topic, TopicResult> Save(Topic topic, TopicMember member, DraftEdit edit, TimeProvider time)
    {
        if (topic.Version == edit.From + 1 && topic.Draft is { } last && last.By == edit.By && last.Source == edit.Source && HasNothingNew(last, edit))
            return Leave(topic);
        if (topic.Version != edit.From) return Refuse(topic, TopicRefusal.DraftConflict);
        if (topic.Draft is { } now && HasNothingNew(now, edit)) return Leave(topic);
        var next = Next(topic, edit, time);
        return Change(
            WithDraft(topic, next), topic.Approval?.Version,
            Note(time, EventType.TopicDraftSaved, topic, member.Uid, ("version", Text(next.Number)), ("source", next.Source.ToString().ToLowerInvariant()), ("ended", Text(topic.Approval?.Version ?? 0))));
    }

    /// <summary>Notes a suggestion for the version that is the current one.</summary>
    public static Decision<Topic, TopicResult> Suggest(Topic topic, TopicMember member, string suggestionId, int version, TimeProvider time)
    {
        if (topic.Suggestions.Any(suggestion => suggestion.Id == suggestionId)) return Leave(topic);
        if (topic.Version != version || version == 0) return Refuse(topic, TopicRefusal.DraftConflict);
        if (topic.Suggestions.Count(suggestion => suggestion.State == SuggestionState.Open) >= MostOpenSuggestions)
            return Refuse(topic, TopicRefusal.TooManySuggestions);
        var made = new TopicSuggestion(suggestionId, topic.LastSuggestion + 1, version, member.Uid, Now(time), SuggestionState.Open);
        return Change(
            topic with { Suggestions = [.. topic.Suggestions, made], LastSuggestion = made.Number }, NoteSuggestion(time, EventType.TopicSuggestionMade, topic, made, member.Uid));
    }

    /// <summary>Makes a suggestion the next version, when the draft is still what it would change.</summary>
    public static Decision<Topic, TopicResult> Accept(Topic topic, TopicMember member, SuggestedText text, TimeProvider time)
    {
        if (Find(topic, text.Id) is not { } suggestion) return Refuse(topic, TopicRefusal.SuggestionNotFound);
        if (!member.Manages(topic)) return Refuse(topic, TopicRefusal.NotTopicOwner);
        if (suggestion.State == SuggestionState.Accepted) return Leave(topic);
        if (suggestion.State != SuggestionState.Open) return Refuse(topic, TopicRefusal.SuggestionClosed);
        if (suggestion.Base != topic.Version) return Refuse(topic, TopicRefusal.DraftConflict);
        var edit = new DraftEdit(topic.Version, DraftSource.Suggested, suggestion.By, text.ToEmail, text.Subject, text.Text);
        var next = Next(topic, edit, time) with { SuggestionId = suggestion.Id };
        return Change(
            WithDraft(WithClosed(topic, suggestion, SuggestionState.Accepted, member.Uid, Now(time), next.Number), next), topic.Approval?.Version,
            NoteSuggestion(time, EventType.TopicSuggestionAccepted, topic, suggestion, member.Uid),
            Note(time, EventType.TopicDraftSaved, topic, member.Uid, ("version", Text(next.Number)), ("source", "suggested"), ("ended", Text(topic.Approval?.Version ?? 0))));
    }

    /// <summary>Declines a suggestion, which is the owner's, or withdraws it, which is its author's.</summary>
    public static Decision<Topic, TopicResult> Close(Topic topic, TopicMember member, string suggestionId, SuggestionState state, TimeProvider time)
    {
        if (Find(topic, suggestionId) is not { } suggestion) return Refuse(topic, TopicRefusal.SuggestionNotFound);
        if (state == SuggestionState.Withdrawn && suggestion.By != member.Uid) return Refuse(topic, TopicRefusal.NotSuggestionAuthor);
        if (state == SuggestionState.Declined && !member.Manages(topic)) return Refuse(topic, TopicRefusal.NotTopicOwner);
        if (suggestion.State == state) return Leave(topic);
        if (suggestion.State != SuggestionState.Open) return Refuse(topic, TopicRefusal.SuggestionClosed);
        return Change(
            WithClosed(topic, suggestion, state, member.Uid, Now(time), null),
            NoteSuggestion(time, state == SuggestionState.Declined ? EventType.TopicSuggestionDeclined : EventType.TopicSuggestionWithdrawn, topic, suggestion, member.Uid));
    }

    /// <summary>Asks members to approve the current version. Who is named again has said what they said.</summary>
    /// <param name="approvers">1 to <see cref="MostApprovers"/>, each once.</param>
    public static Decision<Topic, TopicResult> RequestApproval(Topic topic, TopicMember member, int version, IReadOnlyList<string> approvers, TimeProvider time)
    {
        if (!member.Manages(topic)) return Refuse(topic, TopicRefusal.NotTopicOwner);
        if (topic.Version != version || version == 0) return Refuse(topic, TopicRefusal.DraftConflict);
        if (approvers.Any(uid => member.Party.FindMember(uid) is null)) return Refuse(topic, PartyRefusal.MemberNotFound);
        var before = topic.Approval?.Approvers ?? [];
        if (before.Select(approver => approver.Uid).Order(StringComparer.Ordinal).SequenceEqual(approvers.Order(StringComparer.Ordinal))) return Leave(topic);
        var named = approvers.Select(uid => before.FirstOrDefault(approver => approver.Uid == uid) ?? new DraftApprover(uid, ApprovalState.Pending, "", null)).ToList();
        return Change(
            topic with { Approval = new DraftApproval(version, member.Uid, Now(time), named) },
            Note(time, EventType.TopicApprovalRequested, topic, member.Uid, ("version", Text(version)), ("approvers", string.Join(' ', approvers))));
    }

    /// <summary>Says whether a version may be sent. What is said of one version is never said of another.</summary>
    public static Decision<Topic, TopicResult> Approve(Topic topic, TopicMember member, int version, ApprovalState state, string note, TimeProvider time)
    {
        if (topic.Version != version) return Refuse(topic, TopicRefusal.DraftConflict);
        if (topic.Approval is not { } approval || approval.Version != version || approval.Approvers.FirstOrDefault(a => a.Uid == member.Uid) is not { } approver)
            return Refuse(topic, TopicRefusal.NotApprover);
        if (approver.State == state && approver.Note == note) return Leave(topic);
        var decided = approver with { State = state, Note = note, DecidedOn = Now(time) };
        return Change(
            topic with { Approval = approval with { Approvers = [.. approval.Approvers.Select(a => a.Uid == member.Uid ? decided : a)] } },
            Note(
                time, state == ApprovalState.Approved ? EventType.TopicDraftApproved : EventType.TopicDraftRejected, topic, member.Uid,
                ("version", Text(version)), ("ownerId", topic.OwnerId), ("requesterId", approval.By)));
    }

    /// <summary>
    /// Fixes that a version is sent, and under which name, before there is a schedule. A version that was sent is not sent again, whoever asks, unless
    /// its schedule has ended without sending it.
    /// </summary>
    /// <param name="key">The name of a new schedule.</param>
    /// <param name="ended">Id of the schedule that is known to have ended so, or null.</param>
    public static Decision<Topic, TopicResult> Send(
        Topic topic, TopicMember member, int version, string key, DraftTime? at, string? ended, TimeProvider time)
    {
        if (!member.Manages(topic)) return Refuse(topic, TopicRefusal.NotTopicOwner);
        if (topic.Sent is { } sent && sent.Version == version && (ended is null || sent.ScheduleId != ended)) return Leave(topic);
        if (topic.Draft is not { } draft || draft.Number != version) return Refuse(topic, TopicRefusal.DraftConflict);
        if (draft.ToEmail.Length == 0 || draft.Subject.Length == 0 || string.IsNullOrWhiteSpace(draft.Text)) return Refuse(topic, TopicRefusal.DraftIncomplete);
        // Who left the party is no approver, whether they have been taken out yet or not.
        if (topic.Approval is { } approval && approval.Approvers.Any(a => a.State != ApprovalState.Approved && member.Party.FindMember(a.Uid) is not null))
            return Refuse(topic, TopicRefusal.ApprovalRequired);
        return Change(topic with
        {
            Sent = new SentDraft(version, key, member.Uid, Now(time), at) { Before = topic.Sent is { ScheduleId: null } open ? open.Before : topic.Sent },
        });
    }

    /// <summary>Notes that the schedule was made. Also where that was taken back meanwhile: there is a schedule.</summary>
    public static Decision<Topic, TopicResult> ConfirmSending(Topic topic, SentDraft sent, string scheduleId, TimeProvider time) =>
        topic.Sent is { } now && now.Key != sent.Before?.Key && (now.ScheduleId is not null || now.Key != sent.Key) ? Leave(topic)
        : Change(
            topic with { Sent = sent with { ScheduleId = scheduleId, Before = null } },
            Note(time, EventType.TopicDraftSent, topic, sent.By, ("version", Text(sent.Version)), ("scheduleId", scheduleId), ("ownerId", topic.OwnerId)));

    /// <summary>Takes back that a version is sent, when no schedule could be made: what was sent before it is what was sent last.</summary>
    public static Decision<Topic, TopicResult> TakeBackSending(Topic topic, SentDraft sent, string refusal) => new(new TopicResult(topic, refusal))
    {
        Change = topic.Sent is { ScheduleId: null } now && now.Key == sent.Key ? topic with { Sent = now.Before } : null,
    };

    /// <summary>Takes somebody who is no member any more out of the approval; one that nobody is left in is none.</summary>
    public static Decision<Topic, TopicResult> RemoveMember(Topic topic, string uid)
    {
        if (topic.Approval is not { } approval || approval.Approvers.All(approver => approver.Uid != uid)) return Leave(topic);
        var left = approval.Approvers.Where(approver => approver.Uid != uid).ToList();
        return Change(topic with { Approval = left.Count == 0 ? null : approval with { Approvers = left } });
    }

    /// <summary>Takes a uid out of everything that is older than a moment; texts stay.</summary>
    /// <param name="before">Unix milliseconds.</param>
    public static Decision<Topic, TopicResult> Erase(Topic topic, string uid, long before)
    {
        var approval = topic.Approval is { } asked && asked.On < before
            ? asked with { By = Without(asked.By), Approvers = [.. asked.Approvers.Where(approver => approver.Uid != uid)] } : topic.Approval;
        var erased = topic with
        {
            OwnerId = topic.CreatedOn < before ? Without(topic.OwnerId) : topic.OwnerId,
            Draft = topic.Draft is { } draft && draft.On < before ? draft with { By = Without(draft.By) } : topic.Draft,
            Sent = WithoutSender(topic.Sent is { } sent ? sent with { Before = WithoutSender(sent.Before) } : null),
            Approval = approval is { Approvers.Count: 0 } ? null : approval,
            Suggestions =
            [
                .. topic.Suggestions.Select(suggestion => suggestion with
                {
                    By = suggestion.On < before ? Without(suggestion.By) : suggestion.By,
                    ClosedBy = suggestion.ClosedOn < before && suggestion.ClosedBy == uid ? "" : suggestion.ClosedBy,
                }),
            ],
        };
        return Change(erased);

        string Without(string named) => named == uid ? "" : named;

        SentDraft? WithoutSender(SentDraft? sent) => sent is not null && sent.On < before ? sent with { By = Without(sent.By) } : sent;
    }

    private static TopicSuggestion? Find(Topic topic, string suggestionId) => topic.Suggestions.FirstOrDefault(suggestion => suggestion.Id == suggestionId);

    private static bool HasNothingNew(DraftVersion version, DraftEdit edit) =>
        (edit.ToEmail ?? version.ToEmail) == version.ToEmail && (edit.Subject ?? version.Subject) == version.Subject && (edit.Text ?? version.Text) == version.Text;

    private static DraftVersion Next(Topic topic, DraftEdit edit, TimeProvider time) => new(
        topic.Id, topic.Version + 1, edit.Source, edit.By, Now(time), edit.ToEmail ?? topic.Draft?.ToEmail ?? "", edit.Subject ?? topic.Draft?.Subject ?? "",
        edit.Text ?? topic.Draft?.Text ?? "")
    { RestoredFrom = edit.RestoredFrom };

    private static Topic WithDraft(Topic topic, DraftVersion draft) => topic with { Draft = draft, Approval = null };

    // The oldest of those that were decided go, as many as there are too many.
    private static Topic WithClosed(Topic topic, TopicSuggestion closed, SuggestionState state, string uid, long on, int? version)
    {
        var all = topic.Suggestions.Select(
            suggestion => suggestion.Id != closed.Id ? suggestion : suggestion with { State = state, ClosedBy = uid, ClosedOn = on, Version = version }).ToList();
        var tooMany = all.Count(suggestion => suggestion.State != SuggestionState.Open) - MostClosedSuggestions;
        var old = all.Where(suggestion => suggestion.State != SuggestionState.Open && suggestion.Id != closed.Id).Take(Math.Max(0, tooMany)).ToHashSet();
        return topic with { Suggestions = [.. all.Where(suggestion => !old.Contains(suggestion))] };
    }

    private static Decision<Topic, TopicResult> Refuse(Topic topic, string code) => new(new TopicResult(topic, code));

    private static Decision<Topic, TopicResult> Leave(Topic topic) => new(new TopicResult(topic));

    private static Decision<Topic, TopicResult> Change(Topic topic, params IReadOnlyList<DomainEvent> happened) =>
        new(new TopicResult(topic)) { Change = topic, Happened = happened };

    private static Decision<Topic, TopicResult> Change(Topic topic, int? endedApproval, params IReadOnlyList<DomainEvent> happened) =>
        new(new TopicResult(topic) { EndedApproval = endedApproval }) { Change = topic, Happened = happened };

    /// <summary>The event that something happened to a topic.</summary>
    internal static DomainEvent Note(TimeProvider time, string type, Topic topic, string uid, params ReadOnlySpan<(string Name, string Value)> data) =>
        DomainEvent.Of(time, type, topic.Id, uid, [("partyId", topic.PartyId), .. data]);

    private static DomainEvent NoteSuggestion(TimeProvider time, string type, Topic topic, TopicSuggestion suggestion, string uid) => Note(
        time, type, topic, uid, ("suggestionId", suggestion.Id), ("version", Text(suggestion.Base)), ("authorId", suggestion.By), ("ownerId", topic.OwnerId));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static long Now(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds();
}
