using System.Text.RegularExpressions;
using System.Threading.Channels;
using ChaturMail.Core.Mail;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChaturMail.Tests.Support;

/// <summary>Takes the product's mail in the place of a server.</summary>
internal sealed partial class Inbox : IMailTransport
{
    private readonly Channel<MailMessage> _mails = Channel.CreateUnbounded<MailMessage>();

    public bool IsEmpty => !_mails.Reader.TryPeek(out _);

    public Task SendAsync(MailMessage message, CancellationToken cancellation) => _mails.Writer.WriteAsync(message, cancellation).AsTask();

    /// <summary>Puts itself in the place of the transport.</summary>
    public void Register(IServiceCollection services) => services.Replace(ServiceDescriptor.Singleton<IMailTransport>(this));

    public async Task<MailMessage> NextAsync() => await _mails.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>The code of the next mail that has one; others before it are passed over.</summary>
    public async Task<string> NextCodeAsync()
    {
        while (true)
            if (SixDigits().Match((await NextAsync()).Text) is { Success: true } code) return code.Value;
    }

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex SixDigits();
}
