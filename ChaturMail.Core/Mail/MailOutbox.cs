using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Mail;

/// <summary>
/// Sends mail beside the requests that ask for it, so that an answer tells neither by its content nor by its time whether there was
/// somebody to write to. What a mail server refuses for now is tried again until the mail is of no use, what it refuses for good is not;
/// what waits here is lost with the process, and its recipient asks for another code.
/// </summary>
public sealed class MailOutbox(IMailTransport transport, TimeProvider time, ILogger<MailOutbox> log) : BackgroundService
{
    private const int MostWaiting = 1000;
    private const int SendersAtOnce = 4;

    private readonly Channel<MailMessage> _waiting = Channel.CreateBounded<MailMessage>(MostWaiting);

    // In the order of their times, because each rests equally long. Senders do not wait for one address that is refused for now.
    private readonly Channel<(MailMessage Message, DateTimeOffset At)> _resting = Channel.CreateBounded<(MailMessage Message, DateTimeOffset At)>(MostWaiting);

    /// <summary>Time between two tries of one mail.</summary>
    public TimeSpan RestAfterFailure { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Takes a mail to be sent. False when too many wait already.</summary>
    public bool TryAdd(MailMessage message) => _waiting.Writer.TryWrite(message);

    /// <inheritdoc/>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, SendersAtOnce).Select(_ => SendAllAsync(stoppingToken)).Append(RetryAllAsync(stoppingToken)));

    private async Task SendAllAsync(CancellationToken stoppingToken)
    {
        await foreach (var message in _waiting.Reader.ReadAllAsync(stoppingToken))
            await SendAsync(message, stoppingToken);
    }

    private async Task SendAsync(MailMessage message, CancellationToken stoppingToken)
    {
        try
        {
            await transport.SendAsync(message, stoppingToken);
        }
        catch (MailRefusedException e)
        {
            log.LogWarning("A mail was refused for good: {Reason}", e.Message);
        }
        catch (IOException e)
        {
            var again = time.GetUtcNow() + RestAfterFailure;
            var kept = again < message.GiveUpAt && _resting.Writer.TryWrite((message, again));
            log.LogWarning("A mail could not be handed over and is {Fate}: {Reason}", kept ? "tried again" : "given up", e.Message);
        }
    }

    private async Task RetryAllAsync(CancellationToken stoppingToken)
    {
        await foreach (var (message, at) in _resting.Reader.ReadAllAsync(stoppingToken))
        {
            if (at - time.GetUtcNow() is var rest && rest > TimeSpan.Zero) await Task.Delay(rest, time, stoppingToken);
            await _waiting.Writer.WriteAsync(message, stoppingToken);
        }
    }
}
