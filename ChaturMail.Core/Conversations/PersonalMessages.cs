using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Translation;

namespace ChaturMail.Core.Conversations;

/// <summary>What a user has written, in conversations that they have left too. An erasure takes text and sender out; the places stay, as of deleted messages.</summary>
public sealed class PersonalMessages(IMessageStore messages, TranslationService translations) : IPersonalContent
{
    private const int ErasedAtOnce = 200;

    /// <inheritdoc/>
    public string Section => "messages";

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ExportAsync(string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string? after = null;
        while (await messages.ListOfSenderAsync(uid, after, IMessageStore.MostAtOnce, cancellation) is { Count: > 0 } page)
        {
            foreach (var message in page)
            {
                yield return new JsonObject
                {
                    ["id"] = message.Id,
                    ["conversationId"] = message.ConversationId,
                    ["text"] = message.Text,
                    ["replyTo"] = message.ReplyTo,
                    ["mentions"] = message.Mentions.Count,
                    ["attachments"] = new JsonArray([.. message.Attachments.Select(id => JsonValue.Create(id))]),
                    ["createdOn"] = message.CreatedOn / 1000,
                    ["editedOn"] = message.EditedOn / 1000,
                    ["deletedOn"] = message.DeletedOn / 1000,
                };
            }

            after = page[^1].Id;
        }
    }

    /// <inheritdoc/>
    public async Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation)
    {
        // Before the texts are gone, by which translations are found.
        string? after = null;
        while (await messages.ListOfSenderAsync(uid, after, IMessageStore.MostAtOnce, cancellation) is { Count: > 0 } page)
        {
            foreach (var message in page) await translations.ForgetAsync(message.Text, cancellation);
            after = page[^1].Id;
        }

        // In small portions, so that nobody waits long for the store.
        while (await messages.EraseSenderAsync(uid, before, ErasedAtOnce, cancellation) > 0)
        {
        }
    }
}
