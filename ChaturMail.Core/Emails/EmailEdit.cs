namespace ChaturMail.Core.Emails;

/// <summary>A user's own change of an email. What is null stays as it is.</summary>
/// <param name="Text">The email's text.</param>
/// <param name="Subject">Subject line.</param>
/// <param name="ToEmail">Recipient.</param>
/// <param name="IfEditedOn">The edit that this one started from, 0 for none: another one since is a conflict. Null to save in any case.</param>
public sealed record EmailEdit(string? Text, string? Subject, string? ToEmail, long? IfEditedOn)
{
    /// <summary>The email with the change, unless it was edited since.</summary>
    public EmailEditResult Apply(StoredEmail email, DateTimeOffset now)
    {
        if (IfEditedOn is { } started && started != (email.EditedOn ?? 0)) return new EmailEditResult.Conflict();
        return new EmailEditResult.Saved(email with
        {
            Text = Text ?? email.Text,
            Subject = Subject ?? email.Subject,
            ToEmail = ToEmail ?? email.ToEmail,
            Original = Text is null || Text == email.Text ? email.Original : email.Original ?? email.Text,
            EditedOn = Math.Max(now.ToUnixTimeSeconds(), (email.EditedOn ?? 0) + 1),
        });
    }
}

/// <summary>What became of an edit.</summary>
public abstract record EmailEditResult
{
    private EmailEditResult() { }

    /// <summary>It is saved.</summary>
    public sealed record Saved(StoredEmail Email) : EmailEditResult;

    /// <summary>The email was edited since; nothing is changed.</summary>
    public sealed record Conflict : EmailEditResult;

    /// <summary>The owner has no email of this id.</summary>
    public sealed record NotFound : EmailEditResult;
}
