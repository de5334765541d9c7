using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ChaturMail.Core.Translation;

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

    /// <summary>
    /// The text in the reader's own language, where they have chosen to be given it unasked and it is there; else absent, and always in what members are
    /// told, which is one text for all of them.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TranslationJson? Translation { get; init; }

    /// <summary>The wire form of a message.</summary>
    /// <param name="translation">For the reader, or null.</param>
    public static MessageJson Of(Message message, TranslatedText? translation = null) => new(
        message.Id, message.ConversationId, message.Sequence, message.Change, message.SenderId, message.ClientId, message.Text, message.ReplyTo,
        message.Mentions, message.Attachments, message.CreatedOn, message.EditedOn, message.DeletedOn)
    {
        Translation = translation is null ? null : new TranslationJson(translation.Language, translation.Text, translation.Source),
    };

    /// <summary>As text.</summary>
    public string Write() => JsonSerializer.Serialize(this, Options);

    /// <param name="Language">BCP 47 tag of the reader's language.</param>
    /// <param name="Text">The translation.</param>
    /// <param name="Source">BCP 47 tag of the language that the message is in; null where it does not tell.</param>
    public sealed record TranslationJson(string Language, string Text, string? Source);
}
