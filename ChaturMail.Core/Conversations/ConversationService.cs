using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Conversations;

/// <summary>Conversations, and what is written in them.</summary>
public sealed class ConversationService(IDocumentStore store, TimeProvider time)
{
    private static readonly DocumentKind<Conversation> Kind = new("conversation", c => c.Id, c => c.CreatedOn, _ => []);
    private static readonly DocumentKind<Message> Messages = new("message", m => m.Id, m => m.CreatedOn, m => ["conversation:" + m.ConversationId], m => [$"{m.SenderId}:{m.ClientId}"]);

    /// <summary>The conversation; null for who is not in it.</summary>
    public async Task<Conversation?> FindAsync(string conversationId, string uid, CancellationToken cancellation) =>
        await new Documents<Conversation>(store, Kind).FindAsync(conversationId, cancellation) is { } found && found.Members.Any(m => m.Uid == uid) ? found : null;

    /// <summary>Stores a message and tells the members.</summary>
    public async Task<SendResult> SendAsync(SendMessage command, CancellationToken cancellation)
    {
        if (await FindAsync(command.ConversationId, command.SenderId, cancellation) is null) return new SendResult.Refused("conversation_not_found");
        var message = new Message(DocumentId.New(time), command.ConversationId, 1, 1, command.SenderId, command.ClientId, command.Text, time.GetUtcNow().ToUnixTimeMilliseconds());
        return new SendResult.Sent(message, await new Documents<Message>(store, Messages).AddAsync(message, cancellation));
    }
}

/// <summary>A message to be sent.</summary>
public sealed record SendMessage(string ConversationId, string SenderId, string ClientId, string Text);

/// <summary>What came of sending a message.</summary>
public abstract record SendResult
{
    private SendResult()
    {
    }

    /// <summary>It is stored.</summary>
    public sealed record Sent(Message Message, bool IsNew) : SendResult;

    /// <summary>It is not.</summary>
    public sealed record Refused(string Code) : SendResult;
}
