using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Events;
using ChaturMail.Core.Limits;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Translation;

namespace ChaturMail.Core.Conversations;

/// <summary>
/// Conversations, their end, and what is written in them. Those of topics belong to the topics, and their members are the party's. Groups and
/// direct conversations are made and changed by <see cref="GroupService"/>; what a user has in all of theirs is told by <see cref="Inbox"/>.
/// </summary>
public sealed partial class ConversationService(
    IDocumentStore store, IMessageStore messages, ConversationMembership membership, AttachmentService attachments, TranslationService translations,
    IUserChannel channel, Receipts receipts, IRateLimiter limiter, TimeProvider time)
{
    // Requests and jobs that had found the conversation before it was deleted are over by then, and add nothing any more.
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(10);

    private const int MostSweptAtOnce = 100;

    private readonly Documents<Conversation> _conversations = new(store, ConversationMembership.Kind);

    /// <inheritdoc cref="ConversationMembership.FindAsync"/>
    public Task<Conversation?> FindAsync(string conversationId, string uid, CancellationToken cancellation) =>
        membership.FindAsync(conversationId, uid, cancellation);

    /// <summary>Uids of everybody in it.</summary>
    public async Task<IReadOnlyList<string>> MembersAsync(Conversation conversation, CancellationToken cancellation) =>
        [.. (await membership.MembersAsync(conversation, cancellation)).Select(member => member.Uid)];

    /// <inheritdoc cref="ConversationMembership.ListAsync"/>
    public Task<IReadOnlyList<Conversation>> ListAsync(string uid, CancellationToken cancellation) => membership.ListAsync(uid, cancellation);

    /// <summary>The conversation of a topic, made where there is none yet. May be repeated; its id follows from the topic's.</summary>
    public async Task<Conversation> EnsureTopicAsync(string topicId, string partyId, CancellationToken cancellation)
    {
        var id = TopicConversationId(topicId);
        if (await _conversations.FindAsync(id, cancellation) is { } known) return known;
        var made = new Conversation(id, ConversationKind.Topic, "", [], partyId, topicId, time.GetUtcNow().ToUnixTimeMilliseconds());
        var created = DomainEvent.Of(
            time, EventType.ConversationCreated, id, DomainEvent.System, ("kind", NameOf(made.Kind)), ("topicId", topicId), ("partyId", partyId));
        return await _conversations.AddAsync(made, cancellation, created) ? made : (await _conversations.FindAsync(id, cancellation))!;
    }

    /// <summary>Id of a topic's conversation.</summary>
    public static string TopicConversationId(string topicId) => IdOf("topic", topicId);

    /// <summary>The name of a kind in events and answers.</summary>
    public static string NameOf(ConversationKind kind) => kind switch
    {
        ConversationKind.Direct => "direct",
        ConversationKind.Group => "group",
        _ => "topic",
    };

    /// <summary>
    /// Deletes a conversation with everything in it. From the first step on it is nobody's; what a process that dies leaves is deleted when this is
    /// repeated, or by the sweep. Nothing happens when there is none.
    /// </summary>
    public Task DeleteAsync(string conversationId, CancellationToken cancellation) =>
        DeleteAsync(conversationId, conversation => GroupDecisions.End(conversation, DomainEvent.System, time), cancellation);

    /// <summary>Finishes deletions, and forgets conversations that were deleted some time ago.</summary>
    public async Task SweepAsync(CancellationToken cancellation)
    {
        var forget = (time.GetUtcNow() - ForgottenAfter).ToUnixTimeMilliseconds();
        DocumentCursor? after = null;
        IReadOnlyList<Conversation> page;
        do
        {
            page = await _conversations.ListAsync(ConversationMembership.Deleted, cancellation, newestFirst: false, MostSweptAtOnce, after);
            foreach (var conversation in page)
            {
                await DeleteContentAsync(conversation.Id, cancellation);
                if (conversation.DeletedOn >= forget) continue;
                // The document last: with it goes the knowledge that there is something to do.
                await messages.ForgetAsync(conversation.Id, cancellation);
                await _conversations.ChangeAsync(
                    conversation.Id, c => new Decision<Conversation, string>("") { Delete = c.DeletedOn is not null }, cancellation);
            }

            if (page.Count > 0) after = new DocumentCursor(page[^1].CreatedOn, page[^1].Id);
        }
        while (page.Count == MostSweptAtOnce);
    }

    /// <summary>An id that follows from what it is about: 12 bytes of a SHA-256 digest, as a <see cref="DocumentId"/> is long.</summary>
    internal static string IdOf(string kind, string about) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(kind + "\n" + about)).AsSpan(0, 12));

    /// <summary>Makes a decision that ends a conversation, perhaps, and if so deletes what is in it.</summary>
    internal async Task<ConversationResult?> DeleteAsync(
        string conversationId, Func<Conversation, Decision<Conversation, ConversationResult>> end, CancellationToken cancellation)
    {
        var result = await _conversations.ChangeAsync(conversationId, end, cancellation);
        // It is decided: who hangs up must not leave the rest to the sweep.
        if (result is ConversationResult.Done { Conversation.DeletedOn: not null }) await DeleteContentAsync(conversationId, CancellationToken.None);
        return result;
    }

    /// <summary>Deletes what is in a conversation, attachments and translations first: a message that is gone cannot tell of them.</summary>
    internal async Task ClearAsync(string conversationId, CancellationToken cancellation)
    {
        while (await messages.ListAsync(conversationId, 0, before: false, IMessageStore.MostAtOnce, cancellation) is { Count: > 0 } page)
        {
            foreach (var message in page.Where(message => message.Attachments.Count > 0)) await attachments.ReleaseAsync(MessageAttachmentUse.Of(message), cancellation);
            foreach (var message in page) await translations.ForgetAsync(message.Text, cancellation);
            await messages.DeleteAsync(conversationId, page[^1].Sequence, cancellation);
        }

        await messages.DeleteAsync(conversationId, 0, cancellation);
    }

    // Closed first, so that whoever found the conversation before it was deleted adds nothing behind the deletion's back.
    private async Task DeleteContentAsync(string conversationId, CancellationToken cancellation)
    {
        await messages.CloseAsync(conversationId, cancellation);
        await ClearAsync(conversationId, cancellation);
    }
}
