using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;

namespace ChaturMail.Core.Mail;

/// <summary><see cref="IMailRelay"/> by SMTP (RFC 5321), a connection each.</summary>
public sealed class SmtpRelay(MailOptions options, TimeProvider time) : IMailRelay
{
    // RFC 1870, section 6.2.
    private const int TooLarge = 552;

    /// <summary>
    /// How long the answer to a whole mail is waited for; null: what is left of <see cref="MailOptions.Timeout"/>. A server may take long to say that it has
    /// it, and who leaves sooner does not know (RFC 5321, section 4.5.3.2.6, wants 10 minutes).
    /// </summary>
    public TimeSpan? AnswerTimeout { get; init; }

    /// <inheritdoc/>
    public async Task<HandOver> HandOverAsync(
        MailEnvelope envelope, ReadOnlyMemory<byte> message, Func<CancellationToken, Task<bool>> beforeTheEnd, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        var isOfTheMail = false;
        SmtpConnection? connection = null;
        try
        {
            try
            {
                connection = await SmtpConnection.OpenAsync(options, either.Token);
                isOfTheMail = true;
                await SendAsync(connection, envelope, message, either.Token);
            }
            catch (SmtpRefusedException e)
            {
                return e.Reply.IsPermanent ? new HandOver.Refused(e.Reply, isOfTheMail && !e.IsOfTheSender) : new HandOver.Deferred(e.Reply, e.Message);
            }
            catch (Exception e) when (IsOfTheConnection(e))
            {
                cancellation.ThrowIfCancellationRequested();
                return new HandOver.Deferred(null, ReasonOf(e));
            }

            // A connection that is closed before its dot takes the mail back: the server must not deliver what it has then (RFC 5321, section 4.1.1.4).
            if (!await beforeTheEnd(cancellation)) return new HandOver.TakenBack();
            return await EndAsync(connection, AnswerTimeout is null ? limit.Token : null);
        }
        finally
        {
            if (connection is not null) await connection.DisposeAsync();
        }
    }

    private static async Task SendAsync(SmtpConnection connection, MailEnvelope envelope, ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        var parameters = "";
        if (connection.LargestMail is { } largest)
        {
            if (message.Length > largest) throw new SmtpRefusedException(new SmtpReply(TooLarge, "5.3.4", "The mail is larger than the mail server takes."));
            parameters = string.Create(CultureInfo.InvariantCulture, $" SIZE={message.Length}");
        }

        // Also when only another recipient's address, which stands in the headers of all their mails, is not.
        if (!System.Text.Ascii.IsValid(envelope.Sender + envelope.Recipient) || !System.Text.Ascii.IsValid(message.Span))
        {
            // RFC 6531, section 3.5.
            if (!connection.Offers("SMTPUTF8")) throw new SmtpRefusedException(new SmtpReply(553, "5.6.7", "The mail server takes no address with letters beyond ASCII."));
            parameters += " BODY=8BITMIME SMTPUTF8";
        }

        try
        {
            await connection.ExpectAsync($"MAIL FROM:<{envelope.Sender}>{parameters}", 250, cancellation);
        }
        catch (SmtpRefusedException e) when (e.Reply.Code != TooLarge)
        {
            // It knows nothing of the mail yet but its sender, which is always ours, and its size.
            throw new SmtpRefusedException(e.Reply) { IsOfTheSender = true };
        }

        await connection.ExpectAsync($"RCPT TO:<{envelope.Recipient}>", 250, cancellation);
        await connection.ExpectAsync("DATA", 354, cancellation);
        await connection.WriteMailAsync(message, cancellation);
    }

    private async Task<HandOver> EndAsync(SmtpConnection connection, CancellationToken? rest)
    {
        using var answerLimit = new CancellationTokenSource(AnswerTimeout ?? Timeout.InfiniteTimeSpan, time);
        var cancellation = rest ?? answerLimit.Token;
        SmtpReply reply;
        try
        {
            await connection.WriteLineAsync(".", cancellation);
            reply = await connection.ReadReplyAsync(cancellation);
        }
        catch (Exception e) when (IsOfTheConnection(e))
        {
            return new HandOver.Uncertain(ReasonOf(e));
        }

        try
        {
            // The mail's fate is known: what becomes of the farewell is all the same.
            if (reply.Code != 421) await connection.WriteLineAsync("QUIT", cancellation);
        }
        catch (Exception e) when (IsOfTheConnection(e))
        {
        }

        return reply.IsPositive ? new HandOver.Accepted()
            : reply.IsPermanent ? new HandOver.Refused(reply, IsOfTheMail: true)
            : new HandOver.Deferred(reply, $"The mail server answered {reply.Code}.");
    }

    private static bool IsOfTheConnection(Exception e) => e is IOException or SocketException or AuthenticationException or OperationCanceledException;

    private string ReasonOf(Exception e) => e is OperationCanceledException
        ? $"The mail server did not take it within {options.Timeout}."
        : e is IOException && e.InnerException is null ? e.Message : $"{e.GetType().Name} while talking to the mail server.";
}
