using ChaturMail.Core.Conversations;
using ChaturMail.Core.Translation;

namespace ChaturMail.Api.Conversations;

/// <summary>The wire forms of messages for one reader, with the translations that they have chosen to be given and that are there.</summary>
public sealed class MessageItems(TranslationService translations)
{
    /// <summary>One message.</summary>
    public async Task<MessageJson> OfAsync(string uid, Message message, CancellationToken cancellation) =>
        (await OfAsync(uid, [message], cancellation))[0];

    /// <summary>Messages, in their order. Waits for no model: a translation that is not there is asked for behind the answer.</summary>
    public async Task<IReadOnlyList<MessageJson>> OfAsync(string uid, IReadOnlyList<Message> messages, CancellationToken cancellation)
    {
        var translated = await translations.AttachAsync(uid, messages, cancellation);
        return [.. messages.Select(message => MessageJson.Of(message, translated.GetValueOrDefault(message.Id)))];
    }
}
