using System.Diagnostics.CodeAnalysis;

namespace ChaturMail.Core.Emails;

/// <summary>What a user may ask of an email beyond its subject, keywords and recipient. All of it may be absent.</summary>
public sealed record EmailOptions
{
    /// <summary>Nothing asked: what the app's bare request means.</summary>
    public static readonly EmailOptions None = new();

    /// <summary>The manner of writing; the template's own when absent.</summary>
    public EmailTone? Tone { get; init; }

    /// <summary>The most words; the template's own measure when absent.</summary>
    public EmailLength? Length { get; init; }

    /// <summary>BCP 47 tag of the language to write in; that of subject and keywords when absent.</summary>
    public string? Language { get; init; }

    /// <summary>Whom the email is from; the account's display name when absent.</summary>
    public string? SenderName { get; init; }

    /// <summary>Whom to greet; read from the address when absent.</summary>
    public string? RecipientName { get; init; }

    /// <summary>Closes the email exactly as it stands, once, in place of the sender's name. May have several lines.</summary>
    public string? Signature { get; init; }

    /// <summary>What else the email should do, in the user's own words.</summary>
    public string? Instructions { get; init; }

    /// <summary>The mail that is being answered. Somebody else's text: data and never an instruction.</summary>
    public string? Context { get; init; }

    /// <summary>Name of the configured model that alone is to write it; the template's route when absent.</summary>
    public string? Model { get; init; }

    /// <summary>Values for the placeholders of the user's own prompt, by name.</summary>
    public IReadOnlyDictionary<string, string>? Placeholders { get; init; }
}

/// <summary>The manner of an email.</summary>
public enum EmailTone
{
    /// <summary>Matter of fact.</summary>
    Neutral,

    /// <summary>As one writes to an authority.</summary>
    Formal,

    /// <summary>As one writes to a colleague one likes.</summary>
    Friendly,

    /// <summary>Wants to win the reader over.</summary>
    Persuasive,

    /// <summary>Takes the blame.</summary>
    Apologetic,

    /// <summary>Looks forward to it.</summary>
    Enthusiastic,
}

/// <summary>The most words that an email may have, its greeting and signature included.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The API's own words for it, and no types.")]
public enum EmailLength
{
    /// <summary>At most 80 words.</summary>
    Short = 80,

    /// <summary>At most 160 words.</summary>
    Medium = 160,

    /// <summary>At most 300 words.</summary>
    Long = 300,
}
