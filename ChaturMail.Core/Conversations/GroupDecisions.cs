using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Conversations;

/// <summary>What may be done to groups and direct conversations, decided on the record alone.</summary>
public static class GroupDecisions
{
    /// <summary>Another name, by an admin.</summary>
    public static Decision<Conversation, ConversationResult> Rename(Conversation group, string by, string name, TimeProvider time) =>
        RefusalOf(group, by, adminsOnly: true) ?? (name == group.Name ? Unchanged(group) : Changed(
            group with { Name = name }, DomainEvent.Of(time, EventType.ConversationRenamed, group.Id, by)));

    /// <summary>More members, by an admin; those who are in it already stay as they are.</summary>
    /// <param name="most">Members that it may have.</param>
    public static Decision<Conversation, ConversationResult> AddMembers(Conversation group, string by, IReadOnlyList<string> uids, int most, TimeProvider time)
    {
        if (RefusalOf(group, by, adminsOnly: true) is { } refusal) return refusal;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var added = uids.Distinct().Where(uid => group.FindMember(uid) is null).ToList();
        if (added.Count == 0) return Unchanged(group);
        if (group.Members.Count + added.Count > most) return Refused(ConversationFailure.GroupFull);
        return Changed(
            group with { Members = [.. group.Members, .. added.Select(uid => new ConversationMember(uid, now, false))] },
            [.. added.Select(uid => DomainEvent.Of(time, EventType.ConversationMemberAdded, group.Id, by, ("memberId", uid)))]);
    }

    /// <summary>
    /// One member less: by themselves, or by an admin. The last admin's rights pass to whoever has been in it longest; with its last member the group ends.
    /// </summary>
    public static Decision<Conversation, ConversationResult> RemoveMember(Conversation group, string by, string uid, TimeProvider time)
    {
        if (RefusalOf(group, by, adminsOnly: by != uid) is { } refusal) return refusal;
        if (group.FindMember(uid) is null) return Refused(ConversationFailure.UserNotFound);
        if (group.Members.Count == 1) return End(group, by, time);
        return Changed(
            WithAnAdmin(group with
            {
                Members = [.. group.Members.Where(member => member.Uid != uid)],
                // The maker is the first, and takes the place along.
                MakerPlace = group.Members[0].Uid == uid ? null : group.MakerPlace,
            }),
            DomainEvent.Of(time, EventType.ConversationMemberLeft, group.Id, by, ("memberId", uid)));
    }

    /// <summary>Makes a member an admin or takes that away, by an admin. There is always one: the longest member where nobody else is.</summary>
    public static Decision<Conversation, ConversationResult> SetAdmin(Conversation group, string by, string uid, bool isAdmin)
    {
        if (RefusalOf(group, by, adminsOnly: true) is { } refusal) return refusal;
        if (group.FindMember(uid) is not { } member) return Refused(ConversationFailure.UserNotFound);
        if (member.IsAdmin == isAdmin) return Unchanged(group);
        return Changed(WithAnAdmin(group with { Members = [.. group.Members.Select(m => m.Uid == uid ? m with { IsAdmin = isAdmin } : m)] }));
    }

    /// <summary>The end of a group, by an admin.</summary>
    public static Decision<Conversation, ConversationResult> Delete(Conversation group, string by, TimeProvider time) =>
        RefusalOf(group, by, adminsOnly: true) ?? End(group, by, time);

    /// <summary>The end of a conversation: nobody is in it, and it is on the list of what is to be swept.</summary>
    public static Decision<Conversation, ConversationResult> End(Conversation conversation, string by, TimeProvider time) =>
        conversation.DeletedOn is not null ? Unchanged(conversation) : Changed(
            conversation with { Name = "", Members = [], MakerPlace = null, DeletedOn = time.GetUtcNow().ToUnixTimeMilliseconds() },
            DomainEvent.Of(time, EventType.ConversationDeleted, conversation.Id, by, ("kind", ConversationService.NameOf(conversation.Kind))));

    /// <summary>
    /// Takes a member whose account is erased out of a group or direct conversation that they joined before; a direct one stays for the other, and goes with
    /// the second of the two.
    /// </summary>
    public static Decision<Conversation, ConversationResult> Erase(Conversation conversation, string uid, long before, TimeProvider time)
    {
        if (conversation.DeletedOn is not null || conversation.FindMember(uid) is not { } member || member.JoinedOn >= before) return Unchanged(conversation);
        if (conversation.Kind == ConversationKind.Group) return RemoveMember(conversation, uid, uid, time);
        var left = conversation with { Members = [.. conversation.Members.Where(m => m.Uid != uid)] };
        return new(new ConversationResult.Done(left))
        {
            Change = left.Members.Count == 0 ? null : left,
            Delete = left.Members.Count == 0,
            Happened = [DomainEvent.Of(time, EventType.ConversationMemberLeft, conversation.Id, DomainEvent.System)],
        };
    }

    /// <summary>Puts the two of a direct conversation back into it, of whom one may have been away.</summary>
    public static Decision<Conversation, ConversationResult> Reopen(Conversation direct, IReadOnlyList<string> two, TimeProvider time)
    {
        var missing = two.Where(uid => direct.FindMember(uid) is null).ToList();
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return missing.Count == 0 ? Unchanged(direct) : Changed(
            direct with { Members = [.. direct.Members, .. missing.Select(uid => new ConversationMember(uid, now, false))] },
            [.. missing.Select(uid => DomainEvent.Of(time, EventType.ConversationMemberAdded, direct.Id, DomainEvent.System, ("memberId", uid)))]);
    }

    private static Conversation WithAnAdmin(Conversation group) => group.Members.Any(member => member.IsAdmin)
        ? group : group with { Members = [group.Members[0] with { IsAdmin = true }, .. group.Members.Skip(1)] };

    // Who is not in it learns nothing else.
    private static Decision<Conversation, ConversationResult>? RefusalOf(Conversation group, string by, bool adminsOnly) =>
        group.DeletedOn is not null || (group.Kind != ConversationKind.Topic && group.FindMember(by) is null) ? Refused(ConversationFailure.NotFound)
        : group.Kind != ConversationKind.Group ? Refused(ConversationFailure.NotAGroup)
        : adminsOnly && group.FindMember(by) is not { IsAdmin: true } ? Refused(ConversationFailure.NotAllowed)
        : null;

    private static Decision<Conversation, ConversationResult> Refused(string code) => new(new ConversationResult.Refused(code));

    private static Decision<Conversation, ConversationResult> Unchanged(Conversation conversation) => new(new ConversationResult.Done(conversation));

    private static Decision<Conversation, ConversationResult> Changed(Conversation conversation, params IReadOnlyList<DomainEvent> happened) =>
        new(new ConversationResult.Done(conversation)) { Change = conversation, Happened = happened };
}

/// <summary>What came of a change of a conversation.</summary>
public abstract record ConversationResult
{
    private ConversationResult()
    {
    }

    /// <summary>It is done.</summary>
    /// <param name="Conversation">As it is now.</param>
    public sealed record Done(Conversation Conversation) : ConversationResult;

    /// <summary>It is not.</summary>
    /// <param name="Code">A <see cref="ConversationFailure"/>.</param>
    public sealed record Refused(string Code) : ConversationResult;
}
