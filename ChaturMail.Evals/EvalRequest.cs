using ChaturMail.Core.Emails;

namespace ChaturMail.Evals;

/// <summary>One request that a model is measured with: the fields of generateEmail, and for a rewrite the email that is to be changed.</summary>
internal sealed record EvalRequest
{
    /// <summary>Who signs where a request names nobody.</summary>
    public const string UsualSender = "Asha Rao";

    /// <summary>Slug of the template.</summary>
    public required string Template { get; init; }

    /// <summary>Subject line.</summary>
    public required string Subject { get; init; }

    /// <summary>Keywords, separated by commas.</summary>
    public required string Keywords { get; init; }

    /// <summary>Recipient's address.</summary>
    public required string ToEmail { get; init; }

    /// <inheritdoc cref="EmailOptions.Tone"/>
    public EmailTone? Tone { get; init; }

    /// <inheritdoc cref="EmailOptions.Length"/>
    public EmailLength? Length { get; init; }

    /// <inheritdoc cref="EmailOptions.Language"/>
    public string? Language { get; init; }

    /// <summary>Whom the email is from; an empty string for nobody known, <see cref="UsualSender"/> when absent.</summary>
    public string? SenderName { get; init; }

    /// <inheritdoc cref="EmailOptions.RecipientName"/>
    public string? RecipientName { get; init; }

    /// <inheritdoc cref="EmailOptions.Signature"/>
    public string? Signature { get; init; }

    /// <inheritdoc cref="EmailOptions.Instructions"/>
    public string? Instructions { get; init; }

    /// <inheritdoc cref="EmailOptions.Context"/>
    public string? Context { get; init; }

    /// <summary><c>shorten</c>, <c>elaborate</c>, <c>formalize</c>, <c>soften</c>, <c>fixGrammar</c> or <c>translate:LANG</c>; needs <see cref="Draft"/>.</summary>
    public string? Rewrite { get; init; }

    /// <summary>The email that is to be changed.</summary>
    public string? Draft { get; init; }

    /// <summary>The name to sign with, or an empty string.</summary>
    public string Sender() => SenderName ?? UsualSender;

    /// <summary>The options as the product takes them.</summary>
    public EmailOptions Options() => new()
    {
        Tone = Tone,
        Length = Length,
        Language = Language,
        SenderName = string.IsNullOrEmpty(SenderName) ? null : SenderName,
        RecipientName = RecipientName,
        Signature = Signature,
        Instructions = Instructions,
        Context = Context,
    };

    /// <summary>The rewrite as the product takes it, or null for a new email.</summary>
    /// <exception cref="FormatException">It is none, or has no draft.</exception>
    public Rewrite? Change()
    {
        if (Rewrite is null) return Draft is null ? null : throw new FormatException("a draft is of use with a rewrite only");
        var parts = Rewrite.Split(':', 2);
        if (!Enum.TryParse<RewriteKind>(parts[0], ignoreCase: true, out var kind) || char.IsAsciiDigit(parts[0][0])
            || kind == RewriteKind.Translate != parts.Length > 1 || (parts.Length > 1 && parts[1].Length == 0))
            throw new FormatException($"rewrite must be shorten, elaborate, formalize, soften, fixGrammar or translate:LANG, not \"{Rewrite}\"");
        if (string.IsNullOrWhiteSpace(Draft)) throw new FormatException("a rewrite needs a draft");
        return new Rewrite(kind, parts.Length > 1 ? parts[1] : null, Draft);
    }

    /// <summary>All that an email may take its facts from.</summary>
    public string Given() => string.Join('\n', Subject, Keywords, ToEmail, Sender(), RecipientName, Signature, Instructions, Context, Draft);
}
