using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace ChaturMail.Tests.Support;

/// <summary>
/// A TCP proxy on a loopback port that cuts its clients off at an exact point of their conversation: it forwards bytes both ways until
/// it has seen a given text, and from the chunk that completes this text on nothing gets through any more, on any of its connections.
/// All of them stay open. For protocols whose commands are carried out only once they are complete.
/// </summary>
internal sealed class HoldingProxy : IAsyncDisposable
{
    // No text that is waited for is longer.
    private const int LongestText = 8192;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _held = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Task> _pumps = [];
    private readonly int _serverPort;
    private readonly Regex? _fromClient;
    private readonly Regex? _fromServer;
    private readonly Task _accepting;

    private HoldingProxy(int serverPort, Regex? fromClient, Regex? fromServer)
    {
        (_serverPort, _fromClient, _fromServer) = (serverPort, fromClient, fromServer);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Completes when the text has been seen: what completed it is held back, and everything after it.</summary>
    public Task Held => _held.Task;

    /// <summary>A proxy that forwards for ever.</summary>
    public static HoldingProxy Forward(int serverPort) => new(serverPort, null, null);

    /// <summary>Holds from the client's first chunk on that completes <paramref name="text"/>.</summary>
    public static HoldingProxy HoldFromClient(int serverPort, string text) => new(serverPort, new Regex(Regex.Escape(text)), null);

    /// <summary>Holds from the server's first chunk on that completes <paramref name="text"/>.</summary>
    public static HoldingProxy HoldFromServer(int serverPort, string text) => HoldFromServer(serverPort, new Regex(Regex.Escape(text)));

    /// <summary>Holds from the server's first chunk on that completes what the expression matches, in ASCII.</summary>
    public static HoldingProxy HoldFromServer(int serverPort, Regex text) => new(serverPort, null, text);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        await Task.WhenAll(_pumps);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _pumps.Add(ConnectAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (IsTheEnd(e))
        {
        }
    }

    private async Task ConnectAsync(TcpClient client)
    {
        using var server = new TcpClient { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _serverPort, _stop.Token);
                await Task.WhenAll(
                    PumpAsync(client.GetStream(), server.GetStream(), _fromClient),
                    PumpAsync(server.GetStream(), client.GetStream(), _fromServer));
            }
            catch (Exception e) when (IsTheEnd(e))
            {
                // Whoever was killed, or the end of the test.
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, Regex? until)
    {
        var buffer = new byte[65_536];
        // The end of what was forwarded, in which the text may have begun.
        byte[] tail = [];
        while (await from.ReadAsync(buffer, _stop.Token) is > 0 and var read)
        {
            byte[] window = [.. tail, .. buffer.AsSpan(0, read)];
            if (until?.IsMatch(Encoding.Latin1.GetString(window)) == true) _held.TrySetResult();
            if (_held.Task.IsCompleted) await Task.Delay(Timeout.Infinite, _stop.Token);
            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
            tail = until is null ? [] : window[^Math.Min(window.Length, LongestText)..];
        }

        // The end of a stream is news as well.
        if (_held.Task.IsCompleted) await Task.Delay(Timeout.Infinite, _stop.Token);
        to.Socket.Shutdown(SocketShutdown.Send);
    }

    private static bool IsTheEnd(Exception e) => e is IOException or SocketException or OperationCanceledException or ObjectDisposedException;
}
