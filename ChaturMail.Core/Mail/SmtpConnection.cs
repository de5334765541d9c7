using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace ChaturMail.Core.Mail;

/// <summary>
/// A connection to an SMTP server (RFC 5321), one command after the other: no pipelining, so that after each answer it is known what the server has.
/// Every read is bounded; time is the caller's to bound.
/// </summary>
internal sealed partial class SmtpConnection : IAsyncDisposable
{
    // RFC 5321, section 4.5.3.1.5, has 512 bytes; some servers are more talkative.
    private const int LongestLine = 4096;
    private const int MostLines = 100;

    // A mail is sent in pieces of about this size: it may be large, and is in memory already.
    private const int PieceBytes = 64 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[LongestLine];
    private readonly Dictionary<string, string> _extensions = new(StringComparer.OrdinalIgnoreCase);
    private Stream _stream;
    private int _start;
    private int _end;

    private SmtpConnection(Socket socket, Stream stream) => (_socket, _stream) = (socket, stream);

    /// <summary>Connects, encrypts as the settings want it, and signs in.</summary>
    /// <exception cref="SmtpRefusedException">The server said no.</exception>
    /// <exception cref="IOException">The connection failed, or is not as safe as it must be.</exception>
    public static async Task<SmtpConnection> OpenAsync(MailOptions options, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        var connection = new SmtpConnection(socket, Stream.Null);
        try
        {
            await socket.ConnectAsync(options.Host, options.Port, cancellation);
            connection._stream = new NetworkStream(socket, ownsSocket: true);
            if (options.Security == MailSecurity.Tls) await connection.EncryptAsync(options.Host, cancellation);
            await connection.ExpectAsync(null, 220, cancellation);
            await connection.GreetAsync(cancellation);
            if (options.Security == MailSecurity.StartTls)
            {
                if (!connection.Offers("STARTTLS")) throw new IOException("The mail server offers no STARTTLS.");
                await connection.ExpectAsync("STARTTLS", 220, cancellation);
                // What somebody in between sent after the answer would be taken for the server's own words (RFC 3207, section 6).
                if (connection._start < connection._end) throw new IOException("The mail server went on in the clear after STARTTLS.");
                await connection.EncryptAsync(options.Host, cancellation);
                await connection.GreetAsync(cancellation);
            }

            if (options.UserName.Length > 0) await connection.SignInAsync(options.UserName, options.Password, cancellation);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>True when the server offers an extension.</summary>
    public bool Offers(string extension) => _extensions.ContainsKey(extension);

    /// <summary>The largest mail that the server takes, in bytes (RFC 1870); null where it does not say.</summary>
    public long? LargestMail =>
        _extensions.TryGetValue("SIZE", out var size) && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0 ? bytes : null;

    /// <summary>Sends a command and reads the answer, which must have this code.</summary>
    /// <param name="command">Null to wait for what the server says first.</param>
    /// <exception cref="SmtpRefusedException">It has another code.</exception>
    public async Task<SmtpReply> ExpectAsync(string? command, int code, CancellationToken cancellation)
    {
        if (command is not null) await WriteLineAsync(command, cancellation);
        var reply = await ReadReplyAsync(cancellation);
        return reply.Code == code || (code == 250 && reply.Code == 251) ? reply : throw new SmtpRefusedException(reply);
    }

    /// <summary>Sends a mail's lines, and not the dot that ends them. A dot that begins a line is doubled (RFC 5321, section 4.5.2).</summary>
    public async Task WriteMailAsync(ReadOnlyMemory<byte> message, CancellationToken cancellation)
    {
        var stuffed = new MemoryStream(PieceBytes + 1024);
        var rest = message;
        while (!rest.IsEmpty)
        {
            var end = rest.Span.IndexOf("\r\n"u8);
            var line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 2)..];
            if (!line.IsEmpty && line.Span[0] == (byte)'.') stuffed.WriteByte((byte)'.');
            stuffed.Write(line.Span);
            stuffed.Write("\r\n"u8);
            if (stuffed.Length < PieceBytes && !rest.IsEmpty) continue;
            await _stream.WriteAsync(stuffed.GetBuffer().AsMemory(0, (int)stuffed.Length), cancellation);
            stuffed.SetLength(0);
        }

        await _stream.FlushAsync(cancellation);
    }

    /// <summary>Sends a line.</summary>
    public async Task WriteLineAsync(string line, CancellationToken cancellation)
    {
        // Whatever the line is made of: nothing in it begins another.
        if (line.AsSpan().ContainsAny('\r', '\n')) throw new InvalidOperationException("A command is one line.");
        await _stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), cancellation);
        await _stream.FlushAsync(cancellation);
    }

    /// <summary>Reads an answer, however many lines it has.</summary>
    public async Task<SmtpReply> ReadReplyAsync(CancellationToken cancellation)
    {
        var text = new StringBuilder();
        var status = "";
        for (var number = 0; number < MostLines; number++)
        {
            var line = await ReadLineAsync(cancellation);
            if (line.Length < 3 || !int.TryParse(line[..3], NumberStyles.None, CultureInfo.InvariantCulture, out var code) || code is < 200 or > 599)
                throw new IOException("The mail server does not speak SMTP.");
            var said = line.Length > 4 ? line[4..] : "";
            if (EnhancedStatus().Match(said) is { Success: true } match) (status, said) = (match.Groups[1].Value, said[match.Length..]);
            if (text.Length > 0) text.Append(' ');
            text.Append(said);
            if (line.Length > 3 && line[3] == '-') continue;
            return new SmtpReply(code, status, Clean(text.ToString()));
        }

        throw new IOException("The mail server's answer does not end.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _socket.Dispose();
    }

    // RFC 5321, section 4.1.3: an address stands for a host that has no name of its own, and tells nobody one.
    private async Task GreetAsync(CancellationToken cancellation)
    {
        var address = ((IPEndPoint)_socket.LocalEndPoint!).Address;
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        await WriteLineAsync(address.AddressFamily == AddressFamily.InterNetworkV6 ? $"EHLO [IPv6:{WithoutScope(address)}]" : $"EHLO [{address}]", cancellation);
        _extensions.Clear();
        for (var number = 0; number < MostLines; number++)
        {
            var line = await ReadLineAsync(cancellation);
            if (!line.StartsWith("250", StringComparison.Ordinal))
            {
                if (line.Length < 3 || !int.TryParse(line[..3], NumberStyles.None, CultureInfo.InvariantCulture, out var code)) throw new IOException("The mail server does not speak SMTP.");
                throw new SmtpRefusedException(new SmtpReply(code, "", Clean(line[3..])));
            }

            var words = line.Length > 4 ? line[4..].Split(' ', 2) : [""];
            if (number > 0) _extensions[words[0]] = words.Length > 1 ? words[1] : "";
            if (line.Length == 3 || line[3] == ' ') return;
        }

        throw new IOException("The mail server's greeting does not end.");
    }

    private static IPAddress WithoutScope(IPAddress address) => new(address.GetAddressBytes());

    private async Task EncryptAsync(string host, CancellationToken cancellation)
    {
        var encrypted = new SslStream(_stream, leaveInnerStreamOpen: false);
        _stream = encrypted;
        await encrypted.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, cancellation);
    }

    // RFC 4954; PLAIN (RFC 4616) where it is offered, else LOGIN, which nobody has written down and old servers want.
    private async Task SignInAsync(string name, string password, CancellationToken cancellation)
    {
        var methods = _extensions.GetValueOrDefault("AUTH", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (methods.Contains("PLAIN", StringComparer.OrdinalIgnoreCase))
        {
            await ExpectAsync("AUTH PLAIN " + Base64($"\0{name}\0{password}"), 235, cancellation);
        }
        else if (methods.Contains("LOGIN", StringComparer.OrdinalIgnoreCase))
        {
            await ExpectAsync("AUTH LOGIN", 334, cancellation);
            await ExpectAsync(Base64(name), 334, cancellation);
            await ExpectAsync(Base64(password), 235, cancellation);
        }
        else
        {
            throw new IOException("The mail server offers no way to sign in that is spoken here.");
        }
    }

    private async Task<string> ReadLineAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (_buffer.AsSpan(_start, _end - _start).IndexOf((byte)'\n') is >= 0 and var at)
            {
                var line = Encoding.UTF8.GetString(_buffer, _start, at).TrimEnd('\r');
                _start += at + 1;
                return line;
            }

            if (_start > 0)
            {
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
            }

            if (_end == _buffer.Length) throw new IOException("The mail server's line does not end.");
            if (await _stream.ReadAsync(_buffer.AsMemory(_end), cancellation) is not (> 0 and var read)) throw new IOException("The mail server ended the connection.");
            _end += read;
        }
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Clean(string text)
    {
        var clean = string.Concat(text.Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)).Trim();
        return clean.Length > SmtpReply.LongestText ? clean[..SmtpReply.LongestText] : clean;
    }

    [GeneratedRegex(@"^([245]\.\d{1,3}\.\d{1,3})(?:\s+|$)")]
    private static partial Regex EnhancedStatus();
}

/// <summary>A server said no. The message is fit for the log and names no address.</summary>
internal sealed class SmtpRefusedException(SmtpReply reply) : IOException($"The mail server answered {reply.Code}.")
{
    public SmtpReply Reply => reply;

    /// <summary>True when it will not have our mail at all.</summary>
    public bool IsOfTheSender { get; init; }
}
