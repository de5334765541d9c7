namespace ChaturMail.Core.Mail;

/// <summary>Takes a finished mail (RFC 5322) for one recipient, and says exactly how far it came. Safe for concurrent use.</summary>
public interface IMailRelay
{
    /// <summary>Hands one mail over.</summary>
    /// <param name="message">The mail, its lines ended by CRLF, in 7 bits unless an address is not.</param>
    /// <param name="beforeTheEnd">
    /// Asked when all but the last dot has been sent: until then nothing can have been delivered, from then on it may have been. False takes the mail
    /// back. What it throws goes through, and takes the mail back too.
    /// </param>
    /// <param name="cancellation">Looked at until then, and not any more afterwards: the answer is waited for.</param>
    Task<HandOver> HandOverAsync(
        MailEnvelope envelope, ReadOnlyMemory<byte> message, Func<CancellationToken, Task<bool>> beforeTheEnd, CancellationToken cancellation);
}

/// <summary>From where to where a mail goes (RFC 5321, section 2.3.1).</summary>
/// <param name="Sender">Where bounces go.</param>
/// <param name="Recipient">One address.</param>
public sealed record MailEnvelope(string Sender, string Recipient);

/// <summary>What came of handing a mail over.</summary>
public abstract record HandOver
{
    private HandOver()
    {
    }

    /// <summary>The server has taken it.</summary>
    public sealed record Accepted : HandOver;

    /// <summary>The server refuses it for good (5xx, RFC 5321, section 4.2.1).</summary>
    /// <param name="IsOfTheMail">False when the server refused us rather than this mail: a wrong password, no service.</param>
    public sealed record Refused(SmtpReply Reply, bool IsOfTheMail) : HandOver;

    /// <summary>It was not taken now, and is nowhere: it may be tried again.</summary>
    /// <param name="Reply">What the server said, or null when it said nothing.</param>
    /// <param name="Reason">Fit for the log; names no address.</param>
    public sealed record Deferred(SmtpReply? Reply, string Reason) : HandOver;

    /// <summary>Whether it was taken nobody knows: the connection ended after the last dot and before the answer (RFC 1047).</summary>
    /// <param name="Reason">Fit for the log; names no address.</param>
    public sealed record Uncertain(string Reason) : HandOver;

    /// <summary>It was taken back before the last dot.</summary>
    public sealed record TakenBack : HandOver;
}

/// <summary>A server's answer.</summary>
/// <param name="Code">Three digits (RFC 5321, section 4.2).</param>
/// <param name="Status">Enhanced status code (RFC 3463), e.g. <c>5.1.1</c>; empty where the server gives none.</param>
/// <param name="Text">What it says, cleaned, at most <see cref="LongestText"/> characters. May quote addresses: for the sender's eyes, not for the log.</param>
public sealed record SmtpReply(int Code, string Status, string Text)
{
    /// <summary>The most characters of a text that are kept.</summary>
    public const int LongestText = 200;

    /// <summary>True for 2xx.</summary>
    public bool IsPositive => Code is >= 200 and < 300;

    /// <summary>True for 5xx.</summary>
    public bool IsPermanent => Code is >= 500 and < 600;
}
