using ChaturMail.Core.Events;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Core.Conversations;

/// <summary>
/// Direct conversations and groups: who is in them. Only people who share a party or a conversation can be written to or added, so that nobody finds out
/// who has an account.
/// </summary>
public sealed class GroupService(
    IDocumentStore store, IMessageStore messages, ConversationService conversations, ConversationMembership membership, WorkspaceOptions options, TimeProvider time)
{
    /// <summary>
    /// Who is in so many direct conversations and groups comes into no other group; looked at before somebody does, so that several at once may go beyond it.
    /// </summary>
    public const int MostConversations = 1000;

    private readonly Documents<Conversation> _conversations = new(store, ConversationMembership.Kind);

    /// <summary>The conversation of two people, made where there is none yet: one for each pair.</summary>
    public async Task<ConversationResult> OpenDirectAsync(string uid, string other, CancellationToken cancellation)
    {
        if (other == uid || !(await membership.ListKnownAsync(uid, cancellation)).Contains(other))
            return new ConversationResult.Refused(ConversationFailure.UserNotFound);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        string[] two = string.CompareOrdinal(uid, other) < 0 ? [uid, other] : [other, uid];
        var made = new Conversation(
            ConversationService.IdOf("direct", string.Join('\n', two)), ConversationKind.Direct, "",
            [.. two.Select(member => new ConversationMember(member, now, false))], null, null, now);
        // Added at the same time by the other, or left by one whose account was erased and who is back.
        while (true)
        {
            if (await _conversations.FindAsync(made.Id, cancellation) is null)
            {
                if (!await _conversations.AddAsync(made, cancellation, Created(made, uid))) continue;
                await conversations.TellChangedAsync(two, made.Id);
                return new ConversationResult.Done(made);
            }

            if (await _conversations.ChangeAsync(made.Id, direct => GroupDecisions.Reopen(direct, two, time), cancellation) is { } reopened) return reopened;
        }
    }

    /// <summary>A new group, of which the user is admin.</summary>
    /// <param name="others">Who else is in it; people whom the user knows.</param>
    public async Task<ConversationResult> CreateAsync(string uid, string name, IReadOnlyList<string> others, CancellationToken cancellation)
    {
        var added = others.Where(other => other != uid).Distinct().ToList();
        if (added.Count + 1 > options.MembersOfAGroup) return new ConversationResult.Refused(ConversationFailure.GroupFull);
        if (!(await membership.ListKnownAsync(uid, cancellation)).IsSupersetOf(added)) return new ConversationResult.Refused(ConversationFailure.UserNotFound);
        if (!await HaveRoomAsync([uid, .. added], cancellation)) return new ConversationResult.Refused(ConversationFailure.TooManyGroups);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var made = new Conversation(
            DocumentId.New(time), ConversationKind.Group, name,
            [new ConversationMember(uid, now, true), .. added.Select(other => new ConversationMember(other, now, false))], null, null, now);
        var taken = (await membership.ListOwnAsync(uid, cancellation))
            .Where(group => group.MakerPlace is not null && group.Members[0].Uid == uid).Select(group => group.MakerPlace!.Value);
        foreach (var place in Enumerable.Range(0, options.GroupsOfAUser).Except(taken))
        {
            // One that was free a moment ago may be another request's by now.
            var placed = made with { MakerPlace = place };
            if (!await _conversations.AddAsync(placed, cancellation, Created(placed, uid))) continue;
            await conversations.TellChangedAsync([uid, .. added], placed.Id);
            return new ConversationResult.Done(placed);
        }

        return new ConversationResult.Refused(ConversationFailure.TooManyGroups);
    }

    /// <summary>Another name, by an admin.</summary>
    public Task<ConversationResult> RenameAsync(string conversationId, string uid, string name, CancellationToken cancellation) =>
        ChangeAsync(conversationId, uid, group => GroupDecisions.Rename(group, uid, name, time), cancellation);

    /// <summary>
    /// More members, by an admin who knows them. They see the whole history, and nothing of it as unread. Whoever left may be added again.
    /// </summary>
    public async Task<ConversationResult> AddMembersAsync(string conversationId, string uid, IReadOnlyList<string> added, CancellationToken cancellation)
    {
        if (await membership.FindAsync(conversationId, uid, cancellation) is not { } known) return new ConversationResult.Refused(ConversationFailure.NotFound);
        if (!(await membership.ListKnownAsync(uid, cancellation)).IsSupersetOf(added)) return new ConversationResult.Refused(ConversationFailure.UserNotFound);
        if (!await HaveRoomAsync(added.Where(member => known.FindMember(member) is null), cancellation))
            return new ConversationResult.Refused(ConversationFailure.TooManyGroups);
        IReadOnlyList<string> before = [];
        var result = await ChangeAsync(
            conversationId, uid,
            group =>
            {
                before = [.. group.Members.Select(member => member.Uid)];
                return GroupDecisions.AddMembers(group, uid, added, options.MembersOfAGroup, time);
            }, cancellation);
        if (result is not ConversationResult.Done) return result;
        // Where this is not reached the history counts as unread, which does no harm.
        foreach (var member in added.Except(before)) await messages.AdvanceAsync(conversationId, member, long.MaxValue, long.MaxValue, cancellation);
        return result;
    }

    /// <summary>Takes a member out, by themselves or by an admin; from then on they see nothing of it. With its last member a group ends.</summary>
    public async Task<ConversationResult> RemoveMemberAsync(string conversationId, string uid, string member, CancellationToken cancellation)
    {
        if (await membership.FindAsync(conversationId, uid, cancellation) is null) return new ConversationResult.Refused(ConversationFailure.NotFound);
        var result = await conversations.DeleteAsync(conversationId, group => GroupDecisions.RemoveMember(group, uid, member, time), cancellation);
        if (result is not ConversationResult.Done { Conversation: var left }) return result ?? new ConversationResult.Refused(ConversationFailure.NotFound);
        // It is decided: who hangs up must not leave it half done.
        await messages.RemovePositionAsync(conversationId, member, CancellationToken.None);
        await conversations.TellChangedAsync([.. left.Members.Select(m => m.Uid), member], conversationId);
        return result;
    }

    /// <summary>Makes a member an admin or takes that away, by an admin.</summary>
    public Task<ConversationResult> SetAdminAsync(string conversationId, string uid, string member, bool isAdmin, CancellationToken cancellation) =>
        ChangeAsync(conversationId, uid, group => GroupDecisions.SetAdmin(group, uid, member, isAdmin), cancellation);

    /// <summary>Deletes a group with all that was written in it, by an admin.</summary>
    public async Task<ConversationResult> DeleteAsync(string conversationId, string uid, CancellationToken cancellation)
    {
        if (await membership.FindAsync(conversationId, uid, cancellation) is not { } group) return new ConversationResult.Refused(ConversationFailure.NotFound);
        ConversationResult? result = null;
        try
        {
            result = await conversations.DeleteAsync(conversationId, found => GroupDecisions.Delete(found, uid, time), cancellation);
        }
        finally
        {
            // Also where not all of it could be deleted, which the sweep does: it is nobody's any more.
            if (result is not ConversationResult.Refused) await conversations.TellChangedAsync([.. group.Members.Select(member => member.Uid)], conversationId);
        }

        return result ?? new ConversationResult.Refused(ConversationFailure.NotFound);
    }

    /// <summary>Takes a user whose account is erased out of what they joined before a moment. May be repeated.</summary>
    public async Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation)
    {
        var until = before.ToUnixTimeMilliseconds();
        foreach (var conversation in (await membership.ListOwnAsync(uid, cancellation)).Where(c => c.FindMember(uid)!.JoinedOn < until))
        {
            // The last of the two: what was written goes first, for with the document goes the knowledge of it. Nobody is left who could write meanwhile.
            if (conversation is { Kind: ConversationKind.Direct, Members.Count: 1 }) await conversations.ClearAsync(conversation.Id, cancellation);
            await messages.RemovePositionAsync(conversation.Id, uid, cancellation);
            await conversations.DeleteAsync(conversation.Id, found => GroupDecisions.Erase(found, uid, until, time), cancellation);
        }
    }

    // All that somebody is in is read whenever they look: nobody makes that more than can be read.
    private async Task<bool> HaveRoomAsync(IEnumerable<string> uids, CancellationToken cancellation)
    {
        foreach (var uid in uids.Distinct())
            if (await membership.CountOwnAsync(uid, cancellation) >= MostConversations) return false;
        return true;
    }

    private async Task<ConversationResult> ChangeAsync(
        string conversationId, string uid, Func<Conversation, Decision<Conversation, ConversationResult>> decide, CancellationToken cancellation)
    {
        if (await membership.FindAsync(conversationId, uid, cancellation) is null) return new ConversationResult.Refused(ConversationFailure.NotFound);
        var result = await _conversations.ChangeAsync(conversationId, decide, cancellation);
        if (result is ConversationResult.Done { Conversation: var changed })
            await conversations.TellChangedAsync([.. changed.Members.Select(member => member.Uid)], conversationId);
        return result ?? new ConversationResult.Refused(ConversationFailure.NotFound);
    }

    private DomainEvent Created(Conversation made, string actor) =>
        DomainEvent.Of(time, EventType.ConversationCreated, made.Id, actor, ("kind", ConversationService.NameOf(made.Kind)));
}
