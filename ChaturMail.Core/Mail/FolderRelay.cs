using System.Globalization;
using System.Text;

namespace ChaturMail.Core.Mail;

/// <summary><see cref="IMailRelay"/> that writes mail into a folder, a file each, so that a developer without a mail server can read it. Nothing is sent.</summary>
public sealed class FolderRelay(string folder, TimeProvider time) : IMailRelay
{
    /// <inheritdoc/>
    public async Task<HandOver> HandOverAsync(
        MailEnvelope envelope, ReadOnlyMemory<byte> message, Func<CancellationToken, Task<bool>> beforeTheEnd, CancellationToken cancellation)
    {
        if (!await beforeTheEnd(cancellation)) return new HandOver.TakenBack();
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{time.GetUtcNow():yyyyMMdd'T'HHmmss.fff}-{Path.GetRandomFileName()}");
        var draft = Path.Combine(folder, name + ".part");
        // What a server that delivers writes in front (RFC 5321, section 4.4), and whom it was for.
        byte[] delivered = [.. Encoding.UTF8.GetBytes($"Return-Path: <{envelope.Sender}>\r\nDelivered-To: {envelope.Recipient}\r\n"), .. message.Span];
        await File.WriteAllBytesAsync(draft, delivered, CancellationToken.None);
        File.Move(draft, Path.Combine(folder, name + ".eml"));
        return new HandOver.Accepted();
    }
}
