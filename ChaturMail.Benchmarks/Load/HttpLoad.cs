using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace ChaturMail.Benchmarks.Load;

/// <summary>What a load came to.</summary>
/// <param name="Errors">Answers other than 200.</param>
internal sealed record HttpLoadResult(double RequestsPerSecond, Percentiles Latency, int Errors);

/// <summary>
/// A closed loop of one request over many keep-alive connections: each sends the next when it has the answer to the last. It reads no more
/// of an answer than its status and length, for it shares the processors with what is measured.
/// </summary>
internal sealed class HttpLoad(Uri address, byte[] request, TimeProvider time)
{
    /// <summary>A POST with a JSON body.</summary>
    public static byte[] Post(Uri address, string route, string body, string token) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"POST {route} HTTP/1.1\r\nHost: {address.Authority}\r\nContent-Type: application/json\r\nAuthorization: Bearer {token}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}"));

    /// <summary>Loads for this long; answers that come in the warm-up before that are not counted.</summary>
    public async Task<HttpLoadResult> RunAsync(int connections, TimeSpan warmUp, TimeSpan duration, CancellationToken cancellation)
    {
        var times = new List<double>[connections];
        var errors = 0;
        var started = time.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, connections).Select(async connection =>
        {
            var own = times[connection] = [];
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            await socket.ConnectAsync(address.Host, address.Port, cancellation);
            var buffer = new byte[64 * 1024];
            // Not all at once: with a model that always takes the same time they would stay in step and come in bursts.
            await Task.Delay(warmUp * (connection / (2.0 * connections)), time, cancellation);
            while (time.GetElapsedTime(started) < warmUp + duration)
            {
                var sent = time.GetTimestamp();
                var status = await AskAsync(socket, buffer, cancellation);
                var (now, took) = (time.GetElapsedTime(started), time.GetElapsedTime(sent));
                if (now < warmUp || now >= warmUp + duration) continue;
                if (status == 200) own.Add(took.TotalMilliseconds);
                else Interlocked.Increment(ref errors);
            }
        }));
        var latency = new Percentiles(times.SelectMany(own => own));
        return new HttpLoadResult(latency.Count / duration.TotalSeconds, latency, errors);
    }

    private async Task<int> AskAsync(Socket socket, byte[] buffer, CancellationToken cancellation)
    {
        await socket.SendAsync(request, cancellation);
        var length = 0;
        do
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), cancellation);
            if (read == 0) throw new InvalidOperationException("The Api closed a connection.");
            length += read;
        }
        while (!IsComplete(buffer.AsSpan(0, length)));
        return int.Parse(buffer.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);
    }

    private static bool IsComplete(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0) return false;
        var at = answer[..head].IndexOf("Content-Length: "u8);
        if (at < 0) return answer.EndsWith("\r\n0\r\n\r\n"u8);
        var digits = answer[(at + "Content-Length: ".Length)..head];
        var end = digits.IndexOf((byte)'\r');
        return answer.Length >= head + 4 + int.Parse(end < 0 ? digits : digits[..end], CultureInfo.InvariantCulture);
    }
}
