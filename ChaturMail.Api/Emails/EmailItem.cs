using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;

namespace ChaturMail.Api.Emails;

/// <summary>
/// An email as the app reads it. It looks for <c>id</c> in one place and for <c>_id</c> in another, so both are there. What came later is
/// left out where there is nothing to say, so that a bare request has the answer that it always had.
/// </summary>
/// <param name="Tokens">Coins that it cost.</param>
/// <param name="CreatedOn">Unix seconds.</param>
/// <param name="MongooseVersion">mongoose's version key, always 0.</param>
/// <param name="Model">The model that wrote it; absent for emails of the old backend.</param>
public record EmailItem(
    string Id, [property: JsonPropertyName("_id")] string DocumentId, string UserId, string PromptId, string Subject, string Keywords,
    string GeneratedEmail, string ToEmailId, int Tokens, long CreatedOn, [property: JsonPropertyName("__v")] int MongooseVersion,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Model)
{
    /// <summary>Its number in its chain of versions; absent in the first, whose number is 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Version { get; init; }

    /// <summary>The email that it was made from.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ParentId { get; init; }

    /// <summary>When its user edited it last, Unix seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? EditedOn { get; init; }

    /// <summary>A sentence about a limit of the model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; init; }

    /// <summary>What the model read and wrote.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public UsageItem? Usage { get; init; }

    /// <summary>What was asked beyond the four fields.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public OptionsItem? Options { get; init; }

    /// <summary>The wire form of a stored email.</summary>
    public static EmailItem Of(StoredEmail email) => new(email);

    /// <summary>Copies a stored email's fields.</summary>
    protected EmailItem(StoredEmail email) : this(
        email.Id, email.Id, email.UserId, email.PromptId, email.Subject, email.Keywords, email.Text, email.ToEmail, email.Coins,
        email.CreatedOn, 0, email.Model)
    {
        Version = email.Version.Number > 1 ? email.Version.Number : null;
        ParentId = email.Version.ParentId;
        EditedOn = email.EditedOn;
        Note = email.Note;
        Usage = email.Usage is { } usage ? new UsageItem(usage.InputTokens, usage.OutputTokens, usage.IsEstimated) : null;
        Options = OptionsItem.Of(email.Options);
    }

    /// <summary>Tokens in the model's sense. What they cost is the operator's business.</summary>
    /// <param name="Estimated">True when the model's server did not count all of them.</param>
    public sealed record UsageItem(int InputTokens, int OutputTokens, bool Estimated);

    /// <summary>The options of a request, under their names in it. The mail that was answered is not repeated.</summary>
    public sealed record OptionsItem
    {
        /// <summary>Manner of writing.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Tone { get; init; }

        /// <summary>The most words, by name.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Length { get; init; }

        /// <summary>BCP 47 tag.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Language { get; init; }

        /// <summary>Whom it is from.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? SenderName { get; init; }

        /// <summary>Whom it greets.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? RecipientName { get; init; }

        /// <summary>What closes it.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Signature { get; init; }

        /// <summary>What else it should do.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Instructions { get; init; }

        /// <summary>The model that was asked for.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? Model { get; init; }

        /// <summary>Values for the placeholders of the user's own prompt.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyDictionary<string, string>? Placeholders { get; init; }

        /// <summary>The wire form; null when nothing was asked but what is not repeated.</summary>
        public static OptionsItem? Of(EmailOptions options) => options with { Context = null } == EmailOptions.None ? null : new()
        {
            Tone = options.Tone is { } tone ? Check.NameOf(tone) : null,
            Length = options.Length is { } length ? Check.NameOf(length) : null,
            Language = options.Language,
            SenderName = options.SenderName,
            RecipientName = options.RecipientName,
            Signature = options.Signature,
            Instructions = options.Instructions,
            Model = options.Model,
            Placeholders = options.Placeholders,
        };
    }
}
