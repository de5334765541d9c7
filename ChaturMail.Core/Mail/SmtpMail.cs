using System.Net;
using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace ChaturMail.Core.Mail;

/// <summary>
/// Hands mail to an SMTP server (RFC 5321), a connection each. An answer of 5xx is a refusal for good, everything else that goes wrong one
/// for now (RFC 5321, section 4.2.1). Nothing is sent over an unencrypted connection where <see cref="MailOptions.Security"/> wants another.
/// </summary>
public sealed class SmtpMail(MailOptions options, TimeProvider time) : IMailTransport
{
    private const int LeastPermanent = 500;

    /// <inheritdoc/>
    public async Task SendAsync(MailMessage message, CancellationToken cancellation)
    {
        using var mail = Compose(message);
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var client = new SmtpClient(options.Host, options.Port)
        {
            DeliveryMethod = SmtpDeliveryMethod.Network,
            EnableSsl = options.Security == MailSecurity.StartTls,
            UseDefaultCredentials = false,
            Credentials = options.UserName.Length == 0 ? null : new NetworkCredential(options.UserName, options.Password),
            // The limit of its blocking calls, of which the farewell is one.
            Timeout = (int)options.Timeout.TotalMilliseconds,
        };
        try
        {
            await client.SendMailAsync(mail, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new IOException($"The mail server did not take it within {options.Timeout}.");
        }
        catch (SmtpException) when (cancellation.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellation);
        }
        catch (SmtpException e)
        {
            // Not its own message, which may quote the server's answer, and that the address.
            var status = (int)e.StatusCode;
            if (status >= LeastPermanent) throw new MailRefusedException($"The mail server answered {status}.");
            throw new IOException(status > 0 ? $"The mail server answered {status}." : $"{(e.InnerException ?? e).GetType().Name} while talking to the mail server.");
        }
        catch (InvalidOperationException e)
        {
            throw new IOException($"{e.GetType().Name} while talking to the mail server.");
        }
    }

    private System.Net.Mail.MailMessage Compose(MailMessage message)
    {
        // What could end a header's line, and what could name a second recipient.
        if (message.Subject.Any(char.IsControl)) throw new MailRefusedException("The subject has control characters.");
        if (message.To.Any(c => char.IsControl(c) || c is ',' or '<' or '>') || !MailAddress.TryCreate(message.To, out var to) || to.Address != message.To)
            throw new MailRefusedException("The recipient is no address.");

        var mail = new System.Net.Mail.MailMessage(new MailAddress(options.From, options.FromName, Encoding.UTF8), to)
        {
            Subject = message.Subject,
            SubjectEncoding = Encoding.UTF8,
            Body = message.Text.ReplaceLineEndings("\r\n"),
            BodyEncoding = Encoding.UTF8,
            // Not quoted-printable: the framework's writes the ends of lines as =0D=0A, which RFC 2045 (section 6.7) forbids in text.
            BodyTransferEncoding = Ascii.IsValid(message.Text) ? TransferEncoding.SevenBit : TransferEncoding.Base64,
        };
        mail.Headers.Add("Message-ID", $"<{Guid.NewGuid():N}@{mail.From!.Host}>");
        // Nobody's absence notice should answer it (RFC 3834, section 5).
        mail.Headers.Add("Auto-Submitted", "auto-generated");
        return mail;
    }
}
