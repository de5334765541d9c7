using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ChaturMail.Benchmarks.Fuzz;

/// <summary>An answer as it came.</summary>
/// <param name="Status">0 when the connection ended without one.</param>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    /// <summary>What stands for an answer where there was none.</summary>
    public static readonly RawAnswer None = new(0, new Dictionary<string, string>(), []);

    /// <summary>A header's value, or nothing.</summary>
    public string Header(string name) => Headers.GetValueOrDefault(name, "");
}

/// <summary>A connection that sends any bytes and reads answers of HTTP/1.1 (RFC 9112), for what an ordinary client would not send.</summary>
internal sealed class RawConnection : IDisposable
{
    private const int MostBytes = 64 * 1024 * 1024;

    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[32 * 1024];
    private int _read;
    private int _held;

    private RawConnection(Socket socket) => _socket = socket;

    /// <summary>False once an answer was the last one.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>True once a request was sent.</summary>
    public bool IsUsed { get; private set; }

    public static async Task<RawConnection> OpenAsync(Uri address, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(address.Host), address.Port), cancellation);
            return new RawConnection(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads the answer, also where the server answers before it has read everything.</summary>
    public async Task<RawAnswer> SendAsync(FuzzRequest request, CancellationToken cancellation)
    {
        IsUsed = true;
        var sending = WriteAsync(request, cancellation);
        var answer = await ReadAsync(request.IsHead, cancellation);
        if (request.EndsConnection || answer.Status == 0 || answer.Header("Connection").Contains("close", StringComparison.OrdinalIgnoreCase)) IsOpen = false;
        // Nobody reads any more what is still to be sent.
        if (!IsOpen) _socket.Close();
        await sending;
        return answer;
    }

    public void Dispose() => _socket.Dispose();

    private async Task WriteAsync(FuzzRequest request, CancellationToken cancellation)
    {
        try
        {
            for (ReadOnlyMemory<byte> left = request.Bytes; left.Length > 0;) left = left[await _socket.SendAsync(left, cancellation)..];
            if (request.EndsSending) _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The server has answered and closed.
        }
    }

    private async Task<RawAnswer> ReadAsync(bool isHead, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                if (await LineAsync(cancellation) is not { } first) return RawAnswer.None;
                var status = int.Parse(first.Split(' ')[1], CultureInfo.InvariantCulture);
                var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
                while (await LineAsync(cancellation) is { Length: > 0 } line)
                {
                    var colon = line.IndexOf(':', StringComparison.Ordinal);
                    headers[line[..colon]] = line[(colon + 1)..].Trim();
                }

                if (status is >= 100 and < 200) continue;
                return new RawAnswer(status, headers, isHead || status is 204 or 304 ? [] : await BodyAsync(headers, cancellation));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            return RawAnswer.None;
        }
    }

    private async Task<byte[]> BodyAsync(Dictionary<string, string> headers, CancellationToken cancellation)
    {
        if (headers.TryGetValue("Content-Length", out var length)) return await BytesAsync(int.Parse(length, CultureInfo.InvariantCulture), cancellation);
        using var body = new MemoryStream();
        if (!headers.ContainsKey("Transfer-Encoding"))
        {
            IsOpen = false;
            while (body.Length < MostBytes && await FillAsync(cancellation)) body.Write(Take(_held));
            return body.ToArray();
        }

        while (await LineAsync(cancellation) is { Length: > 0 } size && int.Parse(size, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var count)
        {
            body.Write(await BytesAsync(count, cancellation));
            await LineAsync(cancellation);
        }

        await LineAsync(cancellation);
        return body.ToArray();
    }

    private async Task<byte[]> BytesAsync(int count, CancellationToken cancellation)
    {
        var bytes = new byte[Math.Min(count, MostBytes)];
        for (var done = 0; done < bytes.Length;)
        {
            if (!await FillAsync(cancellation)) throw new IOException("The answer ended before its end.");
            var part = Take(Math.Min(_held, bytes.Length - done));
            part.CopyTo(bytes.AsSpan(done));
            done += part.Length;
        }

        return bytes;
    }

    // A line without its end, or null at the end of everything.
    private async Task<string?> LineAsync(CancellationToken cancellation)
    {
        var line = new StringBuilder();
        while (await FillAsync(cancellation))
        {
            var end = _buffer.AsSpan(_read, _held).IndexOf((byte)'\n');
            line.Append(Encoding.Latin1.GetString(Take(end < 0 ? _held : end + 1)));
            if (end >= 0) return line.ToString().TrimEnd('\n', '\r');
        }

        return null;
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        var taken = _buffer.AsSpan(_read, count);
        _read += count;
        _held -= count;
        return taken;
    }

    private async ValueTask<bool> FillAsync(CancellationToken cancellation)
    {
        if (_held > 0) return true;
        _read = 0;
        _held = await _socket.ReceiveAsync(_buffer.AsMemory(), cancellation);
        return _held > 0;
    }
}
