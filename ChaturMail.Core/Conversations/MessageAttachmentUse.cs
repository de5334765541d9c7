using ChaturMail.Core.Attachments;

namespace ChaturMail.Core.Conversations;

/// <summary>
/// Attachments of messages are seen by whoever is in the conversation. The use is <c>message:CONVERSATION:KEY</c>, see <see cref="Message.Key"/>.
/// </summary>
public sealed class MessageAttachmentUse(ConversationMembership membership, IMessageStore messages) : IAttachmentUse
{
    /// <inheritdoc/>
    public string Name => "message";

    /// <summary>What the attachments of a message are bound to: before it is stored, and whichever of several repeated requests stores it.</summary>
    public static string Of(Message message) => $"message:{message.ConversationId}:{message.Key}";

    /// <inheritdoc/>
    public async Task<bool> MaySeeAsync(string id, string uid, CancellationToken cancellation) =>
        id.Split(':') is [var conversationId, _] && await membership.FindAsync(conversationId, uid, cancellation) is not null;

    /// <inheritdoc/>
    public async Task<bool> ExistsAsync(string id, string attachmentId, CancellationToken cancellation) =>
        id.Split(':') is [var conversationId, var key] && await messages.FindByKeyAsync(conversationId, key, cancellation) is { } message
            && message.Attachments.Contains(attachmentId);
}
