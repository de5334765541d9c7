using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChaturMail.Core.Privacy;

namespace ChaturMail.Core.Conversations;

/// <summary>The conversations that a user is in. An erasure takes them out; the other of a direct conversation keeps their own messages.</summary>
public sealed class PersonalConversations(ConversationMembership membership, IMessageStore messages, GroupService groups) : IPersonalContent
{
    /// <inheritdoc/>
    public string Section => "conversations";

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ExportAsync(string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var conversation in await membership.ListAsync(uid, cancellation))
        {
            var members = await membership.MembersAsync(conversation, cancellation);
            var position = await messages.HeadsAsync(uid, [conversation.Id], cancellation) is [var head] ? head.Position : null;
            var own = members.FirstOrDefault(member => member.Uid == uid);
            yield return new JsonObject
            {
                ["id"] = conversation.Id,
                ["kind"] = ConversationService.NameOf(conversation.Kind),
                ["name"] = conversation.Name,
                ["topicId"] = conversation.TopicId,
                ["members"] = members.Count,
                ["isAdmin"] = own?.IsAdmin ?? false,
                ["joinedOn"] = (own?.JoinedOn ?? conversation.CreatedOn) / 1000,
                ["delivered"] = position?.Delivered ?? 0,
                ["seen"] = position?.Seen ?? 0,
            };
        }
    }

    /// <inheritdoc/>
    public Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation) => groups.EraseAsync(uid, before, cancellation);
}
