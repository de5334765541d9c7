using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Conversations;

/// <summary>Stands in until conversations are there.</summary>
public sealed class ConversationService(IDocumentStore store, TimeProvider time)
{
    private static readonly DocumentKind<Conversation> Kind = new("conversation", conversation => conversation.Id, conversation => conversation.CreatedOn, _ => []);

    private readonly Documents<Conversation> _conversations = new(store, Kind);

    /// <summary>The id of a topic's conversation.</summary>
    public static string TopicConversationId(string topicId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("topic:" + topicId)))[..24];

    /// <summary>A topic's conversation, made when there is none.</summary>
    public async Task<Conversation> EnsureTopicAsync(string topicId, string partyId, CancellationToken cancellation)
    {
        var made = new Conversation(TopicConversationId(topicId), ConversationKind.Topic, "", [], partyId, topicId, time.GetUtcNow().ToUnixTimeMilliseconds());
        return await _conversations.AddAsync(made, cancellation) ? made : await _conversations.FindAsync(made.Id, cancellation) ?? made;
    }

    /// <summary>Deletes everything of a conversation.</summary>
    public Task DeleteAsync(string conversationId, CancellationToken cancellation) =>
        _conversations.ChangeAsync(conversationId, _ => new Decision<Conversation, string>("") { Delete = true }, cancellation);
}
