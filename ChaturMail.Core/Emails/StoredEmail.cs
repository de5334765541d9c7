namespace ChaturMail.Core.Emails;

/// <summary>A generated email in its owner's history.</summary>
/// <param name="Id">The email's id, which is also its job's.</param>
/// <param name="UserId">The owner's uid.</param>
/// <param name="PromptId">Template that it was written from.</param>
/// <param name="Subject">Subject as the user typed it.</param>
/// <param name="Keywords">Keywords as the user typed them.</param>
/// <param name="Text">The email: plain text, ready to send.</param>
/// <param name="ToEmail">Recipient.</param>
/// <param name="Coins">What it cost; the app knows it as <c>tokens</c>.</param>
/// <param name="CreatedOn">Unix seconds.</param>
/// <param name="Model">The model that wrote it; null for emails of the old backend.</param>
/// <param name="Note">A sentence for the user about a limit of the model, or null.</param>
public sealed record StoredEmail(
    string Id, string UserId, string PromptId, string Subject, string Keywords, string Text, string ToEmail, int Coins,
    long CreatedOn, string? Model, string? Note)
{
    /// <summary>What was asked beyond subject, keywords and recipient.</summary>
    public EmailOptions Options { get; init; } = EmailOptions.None;

    /// <summary>Place in its chain of versions.</summary>
    public EmailVersion Version { get; init; } = EmailVersion.First;

    /// <summary>What its writing cost at the provider; null for emails of the old backend.</summary>
    public EmailUsage? Usage { get; init; }

    /// <summary>When the user edited it last, Unix seconds, or null.</summary>
    public long? EditedOn { get; init; }

    /// <summary>The model's own text, once the user has edited it; else null.</summary>
    public string? Original { get; init; }
}

/// <summary>The place of an email in the chain that its regenerations make.</summary>
/// <param name="Number">1 for the first, then counted in the order of asking.</param>
/// <param name="ParentId">The email that it was made from, or null for the first.</param>
/// <param name="RootId">The chain's first email, or null for the first itself.</param>
public sealed record EmailVersion(int Number, string? ParentId, string? RootId)
{
    /// <summary>The first of a chain.</summary>
    public static readonly EmailVersion First = new(1, null, null);
}

/// <summary>A page of somebody's history, newest first.</summary>
/// <param name="Emails">At most as many as were asked for.</param>
/// <param name="Next">Where the next page starts, or null at the end.</param>
public sealed record EmailPage(IReadOnlyList<StoredEmail> Emails, EmailCursor? Next);
