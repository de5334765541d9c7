using System.Globalization;
using System.Text;

namespace ChaturMail.Core.Mail;

/// <summary>
/// Writes mail into a folder, a file each (RFC 5322), so that a developer without a mail server can read the codes. Nothing is sent.
/// </summary>
public sealed class FolderMail(string folder, string from, TimeProvider time) : IMailTransport
{
    /// <inheritdoc/>
    public async Task SendAsync(MailMessage message, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        Directory.CreateDirectory(folder);
        var name = string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd'T'HHmmss.fff}-{Path.GetRandomFileName()}");
        var text = $"From: {from}\r\nTo: {message.To}\r\nSubject: {message.Subject}\r\nDate: {now:R}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            + message.Text.ReplaceLineEndings("\r\n");
        var draft = Path.Combine(folder, name + ".part");
        await File.WriteAllTextAsync(draft, text, new UTF8Encoding(false), cancellation);
        File.Move(draft, Path.Combine(folder, name + ".eml"));
    }
}
