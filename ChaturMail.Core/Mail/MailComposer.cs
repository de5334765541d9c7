using System.Globalization;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Mail;

/// <summary>A name and an address.</summary>
/// <param name="Name">May be empty.</param>
/// <param name="Address">See <see cref="MailComposer.IsAddress"/>.</param>
public sealed record Mailbox(string Name, string Address);

/// <summary>A picture that goes with a mail.</summary>
/// <param name="FileName">As its reader's program shows it.</param>
/// <param name="MediaType">E.g. <c>image/png</c>.</param>
/// <param name="Bytes">Itself.</param>
public sealed record MailAttachment(string FileName, string MediaType, byte[] Bytes);

/// <summary>What a mail is composed of.</summary>
/// <param name="From">From whom it comes.</param>
/// <param name="To">All whom it names, at least one.</param>
/// <param name="Subject">One line.</param>
/// <param name="Text">Plain text.</param>
/// <param name="MessageId">Without angle brackets (RFC 5322, section 3.6.4).</param>
/// <param name="Date">When it was sent.</param>
public sealed record ComposedMail(Mailbox From, IReadOnlyList<string> To, string Subject, string Text, string MessageId, DateTimeOffset Date)
{
    /// <summary>To whom answers go, where that is somebody else.</summary>
    public Mailbox? ReplyTo { get; init; }

    /// <summary>True when a program decided that it is sent now: nobody's absence notice answers it (RFC 3834, section 5).</summary>
    public bool IsAutomatic { get; init; }

    /// <summary>Where a POST ends further mails of the kind (RFC 2369, RFC 8058), or null.</summary>
    public string? Unsubscribe { get; init; }

    /// <summary>Pictures.</summary>
    public IReadOnlyList<MailAttachment> Attachments { get; init; } = [];
}

/// <summary>
/// Writes mails (RFC 5322) in MIME (RFC 2045 to 2047, 2183, 2231). Seven bits throughout, but for addresses that are not; lines of 78 characters at most,
/// where an address or an id allows it. The same mail twice gives the same bytes.
/// </summary>
public static class MailComposer
{
    private const int LongestLine = 76;
    private const int BytesOfALine = LongestLine / 4 * 3;
    private const int LongestEncodedWord = 75;

    // With what a boundary's line begins. No line of base64 or quoted-printable text does.
    private const string BoundaryLine = "--=_";

    /// <summary>True for a plain address with nothing around it: no name, no brackets, no second one, nothing that could end a line. At most 254 characters.</summary>
    public static bool IsAddress(string text) =>
        text.Length <= 254 && !text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c is ',' or ';' or '<' or '>' or '"' or '\\' or '(' or ')' or ':')
        && MailAddress.TryCreate(text, out var address) && address.Address == text && address.User.Length is > 0 and <= 64 && IsDomain(address.Host);

    /// <summary>What follows the at sign, in lower case.</summary>
    public static string DomainOf(string address) => Ascii(address)[(Ascii(address).LastIndexOf('@') + 1)..].ToLowerInvariant();

    /// <summary>An address with its domain in ASCII (RFC 5890); what stands before the at sign is nobody's to change.</summary>
    public static string Ascii(string address)
    {
        var at = address.LastIndexOf('@');
        return at < 0 || System.Text.Ascii.IsValid(address.AsSpan(at)) ? address : address[..(at + 1)] + new IdnMapping().GetAscii(address[(at + 1)..]);
    }

    /// <summary>Writes a mail.</summary>
    /// <exception cref="ArgumentException">A header would not be one line, or an address is none.</exception>
    public static ReadOnlyMemory<byte> Compose(ComposedMail mail)
    {
        var text = new StringBuilder();
        Header(text, "From", Write(mail.From));
        if (mail.ReplyTo is { } replyTo) Header(text, "Reply-To", Write(replyTo));
        Header(text, "To", string.Join(",\r\n ", mail.To.Select(address => Write(new Mailbox("", address)))));
        Header(text, "Subject", Encode(mail.Subject, "Subject: ".Length));
        Header(text, "Date", mail.Date.ToUniversalTime().ToString("ddd, dd MMM yyyy HH:mm:ss", CultureInfo.InvariantCulture) + " +0000");
        Header(text, "Message-ID", $"<{OneLine(mail.MessageId)}>");
        Header(text, "MIME-Version", "1.0");
        if (mail.IsAutomatic) Header(text, "Auto-Submitted", "auto-generated");
        if (mail.Unsubscribe is { } unsubscribe)
        {
            Header(text, "List-Unsubscribe", $"<{OneLine(unsubscribe)}>");
            Header(text, "List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        }

        if (mail.Attachments.Count == 0)
        {
            TextPart(text, mail.Text);
            return Encoding.UTF8.GetBytes(text.ToString());
        }

        // Follows from the id, so that the mail is the same however often it is composed; no line of base64 or quoted-printable text begins so.
        var boundary = "=_" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(mail.MessageId)))[..32];
        Header(text, "Content-Type", $"multipart/mixed; boundary=\"{boundary}\"");
        text.Append("\r\n--").Append(boundary).Append("\r\n");
        TextPart(text, mail.Text);
        // Pictures are large, and are in memory once as they are and once as they are sent.
        using var written = new MemoryStream(text.Length + mail.Attachments.Sum(attachment => Base64Length(attachment.Bytes.Length) + 1024));
        foreach (var attachment in mail.Attachments)
        {
            text.Append("--").Append(boundary).Append("\r\n");
            var name = FileName(attachment.FileName);
            Header(text, "Content-Type", OneLine(attachment.MediaType));
            Header(text, "Content-Disposition", $"attachment;\r\n {name}");
            Header(text, "Content-Transfer-Encoding", "base64");
            text.Append("\r\n");
            Flush(text, written);
            Base64(written, attachment.Bytes);
        }

        text.Append("--").Append(boundary).Append("--\r\n");
        Flush(text, written);
        return written.GetBuffer().AsMemory(0, (int)written.Length);
    }

    private static void Flush(StringBuilder text, MemoryStream written)
    {
        written.Write(Encoding.UTF8.GetBytes(text.ToString()));
        text.Clear();
    }

    private static void TextPart(StringBuilder text, string body)
    {
        var lines = body.ReplaceLineEndings("\n").TrimEnd('\n') + "\n";
        Header(text, "Content-Type", "text/plain; charset=utf-8");
        // The boundary follows from an id that the text's author knows: no line that is written as it is may be one.
        if (System.Text.Ascii.IsValid(lines) && lines.Split('\n').All(line => line.Length <= LongestLine && !line.StartsWith(BoundaryLine, StringComparison.Ordinal)))
        {
            Header(text, "Content-Transfer-Encoding", "7bit");
            text.Append("\r\n").Append(lines.ReplaceLineEndings("\r\n"));
            return;
        }

        var bytes = Encoding.UTF8.GetBytes(lines.ReplaceLineEndings("\r\n"));
        // Readable where most of it is ASCII, shorter where it is not.
        if (bytes.Count(b => b >= 0x80) > bytes.Length / 6)
        {
            Header(text, "Content-Transfer-Encoding", "base64");
            text.Append("\r\n");
            Base64(text, bytes);
            return;
        }

        Header(text, "Content-Transfer-Encoding", "quoted-printable");
        text.Append("\r\n");
        QuotedPrintable(text, lines);
    }

    // RFC 2045, section 6.7. Ends of lines stay what they are; a blank at the end of a line is written as a code.
    private static void QuotedPrintable(StringBuilder text, string lines)
    {
        foreach (var line in lines[..^1].Split('\n'))
        {
            var bytes = Encoding.UTF8.GetBytes(line);
            var column = 0;
            for (var i = 0; i < bytes.Length; i++)
            {
                var isLast = i == bytes.Length - 1;
                var isPlain = bytes[i] is >= 33 and <= 126 and not (byte)'=' || (bytes[i] is (byte)' ' or (byte)'\t' && !isLast);
                var width = isPlain ? 1 : 3;
                if (column + width > LongestLine - 1)
                {
                    text.Append("=\r\n");
                    column = 0;
                }

                if (isPlain) text.Append((char)bytes[i]);
                else text.Append('=').Append(bytes[i].ToString("X2", CultureInfo.InvariantCulture));
                column += width;
            }

            text.Append("\r\n");
        }
    }

    private static void Base64(StringBuilder text, byte[] bytes)
    {
        var code = Convert.ToBase64String(bytes);
        for (var at = 0; at < code.Length; at += LongestLine) text.Append(code.AsSpan(at, Math.Min(LongestLine, code.Length - at))).Append("\r\n");
    }

    private static int Base64Length(int bytes) => (bytes / BytesOfALine + 1) * (LongestLine + 2);

    private static void Base64(MemoryStream written, ReadOnlySpan<byte> bytes)
    {
        Span<byte> line = stackalloc byte[LongestLine];
        for (; !bytes.IsEmpty; bytes = bytes[Math.Min(BytesOfALine, bytes.Length)..])
        {
            System.Buffers.Text.Base64.EncodeToUtf8(bytes[..Math.Min(BytesOfALine, bytes.Length)], line, out _, out var length);
            written.Write(line[..length]);
            written.Write("\r\n"u8);
        }
    }

    private static void Header(StringBuilder text, string name, string value) => text.Append(name).Append(": ").Append(value).Append("\r\n");

    private static string Write(Mailbox mailbox)
    {
        if (!IsAddress(mailbox.Address)) throw new ArgumentException("It is no address.", nameof(mailbox));
        var address = Ascii(mailbox.Address);
        if (mailbox.Name.Length == 0) return address;
        var name = OneLine(mailbox.Name);
        var written = name.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '\'') && name.Length <= 50 ? $"\"{name}\"" : Encode(name, 0, always: true);
        return $"{written}\r\n <{address}>";
    }

    // RFC 2047: words of at most 75 characters, none of which ends within a letter.
    private static string Encode(string value, int column, bool always = false)
    {
        var line = OneLine(value);
        if (!always && line.All(c => c is >= ' ' and <= '~') && column + line.Length <= LongestLine && !line.Contains("=?", StringComparison.Ordinal)) return line;
        const int Frame = 12; // =?utf-8?B??=
        const int MostBytes = (LongestEncodedWord - Frame) / 4 * 3;
        var words = new List<string>();
        var part = new List<byte>();
        foreach (var rune in line.EnumerateRunes())
        {
            var bytes = Encoding.UTF8.GetBytes(rune.ToString());
            // The first word shares its line with the header's name.
            if (part.Count + bytes.Length > (words.Count == 0 ? MostBytes - 9 : MostBytes))
            {
                words.Add(Word(part));
                part.Clear();
            }

            part.AddRange(bytes);
        }

        words.Add(Word(part));
        return string.Join("\r\n ", words);

        static string Word(List<byte> bytes) => $"=?utf-8?B?{Convert.ToBase64String([.. bytes])}?=";
    }

    // RFC 2231 for what is not ASCII. Nothing in a name leads out of a folder or of the quotes.
    private static string FileName(string name)
    {
        var plain = OneLine(name).Replace('/', '_').Replace('\\', '_').Replace('"', '_');
        return System.Text.Ascii.IsValid(plain) ? $"filename=\"{plain}\"" : $"filename*=utf-8''{Uri.EscapeDataString(plain)}";
    }

    private static string OneLine(string value) =>
        value.Any(char.IsControl) ? throw new ArgumentException("A header is one line.", nameof(value)) : value;

    private static bool IsDomain(string host)
    {
        try
        {
            return Uri.CheckHostName(new IdnMapping().GetAscii(host)) == UriHostNameType.Dns;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
