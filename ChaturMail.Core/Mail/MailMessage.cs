namespace ChaturMail.Core.Mail;

/// <summary>A mail of the product's own to one person: a code, a notice. Plain text.</summary>
/// <param name="To">The address.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Lines end with <c>\n</c>.</param>
/// <param name="GiveUpAt">From when on it is of no use any more and need not be sent.</param>
public sealed record MailMessage(string To, string Subject, string Text, DateTimeOffset GiveUpAt);
