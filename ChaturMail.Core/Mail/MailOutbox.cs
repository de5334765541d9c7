using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Mail;

/// <summary>
/// Sends mail beside the requests that ask for it, so that an answer tells neither by its content nor by its time whether there was
/// somebody to write to. What a mail server refuses for now is tried again until the mail is of no use; what waits here is lost with the
/// process, and its recipient asks for another code.
/// </summary>
public sealed class MailOutbox(IMailTransport transport, TimeProvider time, ILogger<MailOutbox> log) : BackgroundService
{
    private const int MostWaiting = 1000;
    private const int SendersAtOnce = 4;

    private static readonly TimeSpan RestAfterFailure = TimeSpan.FromSeconds(5);

    private readonly Channel<MailMessage> _waiting = Channel.CreateBounded<MailMessage>(MostWaiting);

    /// <summary>Takes a mail to be sent. False when too many wait already.</summary>
    public bool TryAdd(MailMessage message) => _waiting.Writer.TryWrite(message);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, SendersAtOnce).Select(_ => SendAllAsync(stoppingToken)));

    private async Task SendAllAsync(CancellationToken stoppingToken)
    {
        await foreach (var message in _waiting.Reader.ReadAllAsync(stoppingToken))
            await SendAsync(message, stoppingToken);
    }

    private async Task SendAsync(MailMessage message, CancellationToken stoppingToken)
    {
        while (time.GetUtcNow() < message.GiveUpAt)
        {
            try
            {
                await transport.SendAsync(message, stoppingToken);
                return;
            }
            catch (IOException e)
            {
                log.LogWarning("A mail could not be handed over: {Reason}", e.Message);
            }

            await Task.Delay(RestAfterFailure, time, stoppingToken);
        }
    }
}
