namespace ChaturMail.Core.Mail;

/// <summary>
/// Hands mail to an SMTP server (RFC 5321), a connection each. An answer of 5xx is a refusal for good, everything else that goes wrong one
/// for now (RFC 5321, section 4.2.1). Nothing is sent over an unencrypted connection where <see cref="MailOptions.Security"/> wants another.
/// </summary>
public sealed class SmtpMail(MailOptions options, TimeProvider time) : IMailTransport
{
    private readonly SmtpRelay _relay = new(options, time);

    /// <inheritdoc/>
    public async Task SendAsync(MailMessage message, CancellationToken cancellation)
    {
        // What could end a header's line, and what could name a second recipient.
        if (message.Subject.Any(char.IsControl)) throw new MailRefusedException("The subject has control characters.");
        if (!MailComposer.IsAddress(message.To)) throw new MailRefusedException("The recipient is no address.");

        var mail = new ComposedMail(
            new Mailbox(options.FromName, options.From), [message.To], message.Subject, message.Text,
            $"{Guid.NewGuid():N}@{MailComposer.DomainOf(options.From)}", time.GetUtcNow())
        {
            // Nobody's absence notice should answer it.
            IsAutomatic = true,
        };
        var envelope = new MailEnvelope(MailComposer.Ascii(options.From), MailComposer.Ascii(message.To));
        switch (await _relay.HandOverAsync(envelope, MailComposer.Compose(mail), _ => Task.FromResult(true), cancellation))
        {
            case HandOver.Refused refused: throw new MailRefusedException($"The mail server answered {refused.Reply.Code}.");
            case HandOver.Deferred deferred: throw new IOException(deferred.Reason);
            case HandOver.Uncertain uncertain: throw new IOException(uncertain.Reason);
        }
    }
}
