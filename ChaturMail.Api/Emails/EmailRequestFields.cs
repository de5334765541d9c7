using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;

namespace ChaturMail.Api.Emails;

/// <summary>
/// The fields by which an email is asked for, as they come. The first four are required in a new email, all others may be absent; null and
/// an empty string mean absent.
/// </summary>
public record EmailRequestFields
{
    /// <summary>What the email is about.</summary>
    public string? Subject { get; init; }

    /// <summary>Comma separated; each is woven into the email.</summary>
    public string? Keywords { get; init; }

    /// <summary>The template.</summary>
    public string? PromptId { get; init; }

    /// <summary>Recipient.</summary>
    public string? ToEmail { get; init; }

    /// <summary>neutral, formal, friendly, persuasive, apologetic or enthusiastic.</summary>
    public string? Tone { get; init; }

    /// <summary>short (at most 80 words), medium (160) or long (300).</summary>
    public string? Length { get; init; }

    /// <summary>BCP 47 tag of the language to write in.</summary>
    public string? Language { get; init; }

    /// <summary>Whom the email is from.</summary>
    public string? SenderName { get; init; }

    /// <summary>Whom to greet.</summary>
    public string? RecipientName { get; init; }

    /// <summary>Closes the email as it stands.</summary>
    public string? Signature { get; init; }

    /// <summary>What else the email should do.</summary>
    public string? Instructions { get; init; }

    /// <summary>The mail that is being answered.</summary>
    public string? Context { get; init; }

    /// <summary>Emails to write from this request, 1 to 3, each of which costs; 1 when absent.</summary>
    public int? Variants { get; init; }

    /// <summary>Name of the model that alone is to write it.</summary>
    public string? Model { get; init; }

    /// <summary>Values for the placeholders of the user's own prompt, by name.</summary>
    public IReadOnlyDictionary<string, string?>? Placeholders { get; init; }

    /// <summary>These fields, and the email's own where they are null. The number of variants is not inherited.</summary>
    public EmailRequestFields Over(StoredEmail email) => new()
    {
        Subject = Subject ?? email.Subject,
        Keywords = Keywords ?? email.Keywords,
        PromptId = PromptId ?? email.PromptId,
        ToEmail = ToEmail ?? email.ToEmail,
        Tone = Tone ?? NameOf(email.Options.Tone),
        Length = Length ?? NameOf(email.Options.Length),
        Language = Language ?? email.Options.Language,
        SenderName = SenderName ?? email.Options.SenderName,
        RecipientName = RecipientName ?? email.Options.RecipientName,
        Signature = Signature ?? email.Options.Signature,
        Instructions = Instructions ?? email.Options.Instructions,
        Context = Context ?? email.Options.Context,
        Variants = Variants,
        Model = Model ?? email.Options.Model,
        // Another prompt has other placeholders.
        Placeholders = Placeholders ?? (PromptId is null || PromptId == email.PromptId
            ? email.Options.Placeholders?.ToDictionary(value => value.Key, value => (string?)value.Value) : null),
    };

    private static string? NameOf<T>(T? value) where T : struct, Enum => value is { } known ? Check.NameOf(known) : null;
}
