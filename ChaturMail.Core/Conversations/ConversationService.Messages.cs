using System.Globalization;
using System.Text.Json;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Events;
using ChaturMail.Core.Limits;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Conversations;

public sealed partial class ConversationService
{
    /// <summary>
    /// In conversations of more members than this, receipts are told to the sender of the last message alone, and nobody is told who is typing: what
    /// each member causes must not be told to each of 256. Everybody's position can be asked for all the same.
    /// </summary>
    public const int MostToldOfReceipts = 30;

    private static readonly RateLimit TypingLimit = new("typing", 1, TimeSpan.FromSeconds(1), 1);

    /// <summary>
    /// Stores a message and tells the members. A repeated command, told by sender and client id, stores nothing and tells again, for the first may have died
    /// between the two.
    /// </summary>
    public async Task<SendResult> SendAsync(SendMessage command, CancellationToken cancellation)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(command.Text.Length, Message.LongestText, nameof(command));
        if (await membership.FindWithMembersAsync(command.ConversationId, command.SenderId, cancellation) is not var (conversation, known))
            return new SendResult.Refused(ConversationFailure.NotFound);
        IReadOnlyList<string> members = [.. known.Select(member => member.Uid)];
        if (command.ReplyTo is { } replyTo && (await messages.FindAsync(replyTo, cancellation))?.ConversationId != conversation.Id)
            return new SendResult.Refused(ConversationFailure.MessageNotFound);

        var message = new Message(
            DocumentId.New(time), conversation.Id, 0, 0, command.SenderId, command.ClientId, command.Text, time.GetUtcNow().ToUnixTimeMilliseconds())
        {
            ReplyTo = command.ReplyTo,
            // Whoever has just left is not mentioned, which is no reason to refuse the message.
            Mentions = [.. command.Mentions.Distinct().Intersect(members)],
            Attachments = [.. command.Attachments.Distinct()],
        };
        if (conversation.Kind == ConversationKind.Direct && members.Count < 2) return await RefuseAsync(message, members, ConversationFailure.Closed, cancellation);
        // Before the message is there, so that there is none without them. The use follows from the command: whoever repeats it claims the same.
        if (message.Attachments.Count > 0
            && await attachments.ClaimAsync(command.SenderId, message.Attachments, MessageAttachmentUse.Of(message), cancellation) is AttachmentClaim.Refused refused)
            return await RefuseAsync(message, members, refused.Code, cancellation);

        var added = await messages.AddAsync(message, m => MessageEvent(EventType.MessageSent, m, conversation, m.SenderId), cancellation);
        if (added is null)
        {
            await ReleaseAttachmentsAsync(message, cancellation);
            return new SendResult.Refused(ConversationFailure.NotFound);
        }

        await TellAsync(members, added.Message);
        return new SendResult.Sent(added.Message, added.IsNew);
    }

    /// <summary>Changes the text of a message of one's own, and whom it mentions.</summary>
    /// <param name="mentions">Null leaves those that it has.</param>
    public async Task<SendResult> EditAsync(
        string uid, string messageId, string text, IReadOnlyList<string>? mentions, CancellationToken cancellation)
    {
        if (await FindWithConversationAsync(messageId, uid, cancellation) is not var (message, conversation))
            return new SendResult.Refused(ConversationFailure.MessageNotFound);
        if (message.SenderId != uid) return new SendResult.Refused(ConversationFailure.NotAllowed);
        var members = await MembersAsync(conversation, cancellation);
        // Before the text is gone, which whoever dies in between could not do again. Nobody saves one of a text that does not stand there any more.
        if (text != message.Text) await translations.ForgetAsync(message.Text, cancellation);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var changed = await messages.ChangeAsync(
            conversation.Id, messageId,
            m => m.DeletedOn is not null ? null : m with { Text = text, EditedOn = now, Mentions = mentions is null ? m.Mentions : [.. mentions.Distinct().Intersect(members)] },
            m => MessageEvent(EventType.MessageEdited, m, conversation, uid), cancellation);
        if (changed is not { DeletedOn: null }) return new SendResult.Refused(ConversationFailure.MessageNotFound);
        await TellAsync(members, changed);
        return new SendResult.Sent(changed, false);
    }

    /// <summary>
    /// Takes text and attachments out of a message, for good; its place stays. By its sender, and by admins of the group or party. May be repeated.
    /// </summary>
    public async Task<SendResult> DeleteMessageAsync(string uid, string messageId, CancellationToken cancellation)
    {
        if (await FindWithConversationAsync(messageId, uid, cancellation) is not var (message, conversation))
            return new SendResult.Refused(ConversationFailure.MessageNotFound);
        var members = await membership.MembersAsync(conversation, cancellation);
        if (message.SenderId != uid && !members.Any(member => member.Uid == uid && member.IsAdmin)) return new SendResult.Refused(ConversationFailure.NotAllowed);
        // What hangs on the message before the message: whoever dies in between leaves one that can be deleted again. Of one that was deleted before too.
        await translations.ForgetAsync(message.Text, cancellation);
        await ReleaseAttachmentsAsync(message, cancellation);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var changed = await messages.ChangeAsync(
            conversation.Id, messageId,
            m => m.DeletedOn is not null ? null : m with { Text = "", Mentions = [], Attachments = [], DeletedOn = now },
            m => MessageEvent(EventType.MessageDeleted, m, conversation, uid), cancellation);
        if (changed is null) return new SendResult.Refused(ConversationFailure.MessageNotFound);
        await TellAsync([.. members.Select(member => member.Uid)], changed);
        return new SendResult.Sent(changed, false);
    }

    /// <summary>The message; null when the reader may not see it, whether there is one or not.</summary>
    public async Task<Message?> FindMessageAsync(string messageId, string uid, CancellationToken cancellation) =>
        await FindWithConversationAsync(messageId, uid, cancellation) is var (message, _) ? message : null;

    /// <summary>Notes how far a member has come, and tells the others. Null when they are not in the conversation.</summary>
    /// <param name="delivered">The last change that a device has, with all before it.</param>
    /// <param name="seen">The sequence of the last message that they have seen.</param>
    public async Task<ReadPosition?> AcknowledgeAsync(string conversationId, string uid, long delivered, long seen, CancellationToken cancellation)
    {
        if (await membership.FindWithMembersAsync(conversationId, uid, cancellation) is not var (_, members)) return null;
        var advance = await messages.AdvanceAsync(conversationId, uid, delivered, seen, cancellation);
        if (!advance.HasMoved) return advance.Position;
        // The member's own devices too, which take their count of unread messages down.
        IReadOnlyList<string> told = [.. members.Select(member => member.Uid)];
        if (told.Count <= MostToldOfReceipts)
        {
            await receipts.TellAsync(conversationId, told, advance.Position);
            return advance.Position;
        }

        var last = await messages.ListAsync(conversationId, long.MaxValue, before: true, 1, cancellation);
        told = [.. last.Select(message => message.SenderId).Append(uid).Distinct().Intersect(told)];
        await TellAsync(told, "receipt", new { conversationId, userId = uid, delivered = advance.Position.Delivered, seen = advance.Position.Seen });
        return advance.Position;
    }

    /// <summary>Tells the other members that one is typing, once a second at most; nothing is kept. False when they are not in the conversation.</summary>
    public async Task<bool> TypingAsync(string conversationId, string uid, CancellationToken cancellation)
    {
        if (await membership.FindAsync(conversationId, uid, cancellation) is not { } conversation) return false;
        var others = (await MembersAsync(conversation, cancellation)).Where(member => member != uid).ToList();
        if (others.Count is > 0 and < MostToldOfReceipts && await limiter.TakeAsync(TypingLimit, $"{conversationId}:{uid}") == TimeSpan.Zero)
            await TellAsync(others, "typing", new { conversationId, userId = uid });
        return true;
    }

    /// <summary>Tells members that a conversation has another name or other members, or is theirs no more.</summary>
    internal Task TellChangedAsync(IReadOnlyCollection<string> members, string conversationId) => TellAsync(members, "conversation", new { conversationId });

    private async Task ReleaseAttachmentsAsync(Message message, CancellationToken cancellation)
    {
        try
        {
            await attachments.ReleaseAsync(MessageAttachmentUse.Of(message), cancellation);
        }
        catch (ObjectStoreException)
        {
            // Nobody sees them any more, and the sweep deletes what is left: no reason to keep the message.
        }
    }

    private async Task<(Message Message, Conversation Conversation)?> FindWithConversationAsync(string messageId, string uid, CancellationToken cancellation) =>
        await messages.FindAsync(messageId, cancellation) is { } message
            && await membership.FindAsync(message.ConversationId, uid, cancellation) is { } conversation ? (message, conversation) : null;

    private DomainEvent MessageEvent(string type, Message message, Conversation conversation, string actor) => DomainEvent.Of(
        time, type, message.Id, actor, ("conversationId", conversation.Id), ("kind", NameOf(conversation.Kind)),
        ("change", message.Change.ToString(CultureInfo.InvariantCulture)), ("mentions", message.Mentions.Count.ToString(CultureInfo.InvariantCulture)));

    // What was sent before is answered as it is stored, though it would be refused by now: its pictures may be deleted, the other's account may be gone.
    private async Task<SendResult> RefuseAsync(Message message, IReadOnlyList<string> members, string code, CancellationToken cancellation)
    {
        if (await messages.FindByKeyAsync(message.ConversationId, message.Key, cancellation) is not { } stored) return new SendResult.Refused(code);
        await TellAsync(members, stored);
        return new SendResult.Sent(stored, false);
    }

    // What is stored is told, whether its sender still waits for an answer or not.
    private async Task TellAsync(IReadOnlyCollection<string> members, Message message) =>
        await channel.TellAsync(members, new UserUpdate("message", MessageJson.Of(message).Write()), CancellationToken.None);

    private async Task TellAsync<T>(IReadOnlyCollection<string> members, string type, T data) =>
        await channel.TellAsync(members, new UserUpdate(type, JsonSerializer.Serialize(data, MessageJson.Options)), CancellationToken.None);
}

/// <summary>A message to be sent.</summary>
/// <param name="ConversationId">Where to.</param>
/// <param name="SenderId">Uid.</param>
/// <param name="ClientId">The sender's own name for it, 1 to <see cref="Message.LongestClientId"/> characters: the same again is the same message.</param>
/// <param name="Text">At most <see cref="Message.LongestText"/> characters; empty only with attachments.</param>
public sealed record SendMessage(string ConversationId, string SenderId, string ClientId, string Text)
{
    /// <summary>Id of the message that it answers, in the same conversation.</summary>
    public string? ReplyTo { get; init; }

    /// <summary>Uids, at most <see cref="Message.MostMentions"/>; those who are not in the conversation are left out.</summary>
    public IReadOnlyList<string> Mentions { get; init; } = [];

    /// <summary>Ids of finished uploads of the sender, at most <see cref="Message.MostAttachments"/>.</summary>
    public IReadOnlyList<string> Attachments { get; init; } = [];
}

/// <summary>What came of sending, changing or deleting a message.</summary>
public abstract record SendResult
{
    private SendResult()
    {
    }

    /// <summary>It is stored.</summary>
    /// <param name="Message">As it is stored.</param>
    /// <param name="IsNew">True when it was not before.</param>
    public sealed record Sent(Message Message, bool IsNew) : SendResult;

    /// <summary>It is not.</summary>
    /// <param name="Code">A <see cref="ConversationFailure"/>, or a code of the attachments.</param>
    public sealed record Refused(string Code) : SendResult;
}
