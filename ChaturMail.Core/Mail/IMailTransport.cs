namespace ChaturMail.Core.Mail;

/// <summary>Hands mail over. Safe for concurrent use.</summary>
public interface IMailTransport
{
    /// <summary>Sends one mail.</summary>
    /// <exception cref="MailRefusedException">It was refused for good.</exception>
    /// <exception cref="IOException">It could not be handed over now; the message is fit for the log and names no address.</exception>
    Task SendAsync(MailMessage message, CancellationToken cancellation);
}

/// <summary>A mail was refused, and would be again. The message is fit for the log and names no address.</summary>
public sealed class MailRefusedException(string message) : IOException(message);
