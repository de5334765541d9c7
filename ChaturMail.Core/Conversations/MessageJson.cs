using System.Text.Encodings.Web;
using System.Text.Json;

namespace ChaturMail.Core.Conversations;

/// <summary>A message as clients see it, in answers and in what they are told alike. Times are Unix milliseconds.</summary>
/// <param name="Sequence">Its place in the conversation.</param>
/// <param name="Change">The number of its last change: of two forms of a message the one with the greater is newer.</param>
/// <param name="SenderId">Empty once the sender's account is gone.</param>
/// <param name="Text">Empty once it is deleted, and perhaps where there are attachments.</param>
/// <param name="ReplyTo">Id of the message that it answers, or null.</param>
/// <param name="Mentions">Uids of members.</param>
/// <param name="Attachments">Ids of attachments.</param>
/// <param name="EditedOn">Null when it never was.</param>
/// <param name="DeletedOn">Null unless it is deleted.</param>
public sealed record MessageJson(
    string Id, string ConversationId, long Sequence, long Change, string SenderId, string ClientId, string Text, string? ReplyTo,
    IReadOnlyList<string> Mentions, IReadOnlyList<string> Attachments, long CreatedOn, long? EditedOn, long? DeletedOn)
{
    internal static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The wire form of a message.</summary>
    public static MessageJson Of(Message message) => new(
        message.Id, message.ConversationId, message.Sequence, message.Change, message.SenderId, message.ClientId, message.Text, message.ReplyTo,
        message.Mentions, message.Attachments, message.CreatedOn, message.EditedOn, message.DeletedOn);

    /// <summary>As text.</summary>
    public string Write() => JsonSerializer.Serialize(this, Options);
}
