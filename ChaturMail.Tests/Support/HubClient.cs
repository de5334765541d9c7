using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace ChaturMail.Tests.Support;

/// <summary>
/// A client of the hub at /live, over a WebSocket and in JSON (https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md). Light enough to be
/// opened by the thousand.
/// </summary>
internal sealed class HubClient : IAsyncDisposable
{
    private const byte EndOfRecord = 0x1e;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30), PingEvery = TimeSpan.FromSeconds(15);
    private static readonly byte[] Handshake = [.. """{"protocol":"json","version":1}"""u8, EndOfRecord], Ping = [.. """{"type":6}"""u8, EndOfRecord];

    private readonly ClientWebSocket _socket;
    private readonly Action<ReadOnlyMemory<byte>>? _heard;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly Channel<JsonObject> _updates = Channel.CreateUnbounded<JsonObject>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<JsonObject>> _calls = new();
    private readonly TaskCompletionSource<string?> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _shaken = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _mayRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _reading = Task.CompletedTask, _pinging = Task.CompletedTask;
    private string? _reason;
    private int _call;

    private HubClient(ClientWebSocket socket, Action<ReadOnlyMemory<byte>>? heard) => (_socket, _heard) = (socket, heard);

    /// <summary>Ends with the connection: why the server closed it, or null when it just ended.</summary>
    public Task<string?> Closed => _closed.Task;

    /// <summary>Updates that have come and were not asked for.</summary>
    public int Waiting => _updates.Reader.Count;

    /// <summary>Connects, shakes hands, and waits for the server's first <c>resync</c>: from then on it is told everything.</summary>
    /// <param name="api">Address of the Api, http.</param>
    /// <param name="token">A session's, for the header.</param>
    /// <param name="ticket">Instead of it, for the address.</param>
    /// <param name="heard">Gets each update, the whole record, on the reading thread, valid for the call; without it they wait for <see cref="NextAsync"/>.</param>
    /// <param name="reads">False for a client that reads nothing after the handshake until <see cref="ReadOn"/>.</param>
    /// <exception cref="WebSocketException">It was refused.</exception>
    public static async Task<HubClient> ConnectAsync(
        Uri api, string? token, string? ticket = null, Action<ReadOnlyMemory<byte>>? heard = null, bool reads = true, string? origin = null)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = Timeout.InfiniteTimeSpan;
        socket.Options.CollectHttpResponseDetails = true;
        if (token is not null) socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
        var address = new UriBuilder(api) { Scheme = "ws", Path = "/live", Query = ticket is null ? "" : "ticket=" + ticket };
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await socket.ConnectAsync(address.Uri, limit.Token);
        }
        catch (WebSocketException e)
        {
            e.Data["status"] = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw;
        }

        var client = new HubClient(socket, heard);
        if (reads) client.ReadOn();
        await client.SendAsync(Handshake);
        client._reading = client.ReadAsync();
        await (reads ? client._ready : client._shaken).Task.WaitAsync(limit.Token);
        client._pinging = client.PingAsync();
        return client;
    }

    /// <summary>Calls a method of the hub and gives what it answers.</summary>
    public async Task<JsonObject> InvokeAsync(string method, params object[] arguments)
    {
        var id = Interlocked.Increment(ref _call).ToString(CultureInfo.InvariantCulture);
        var answer = _calls[id] = new TaskCompletionSource<JsonObject>(TaskCreationOptions.RunContinuationsAsynchronously);
        await SendAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(new { type = 1, invocationId = id, target = method, arguments }), EndOfRecord]);
        return await answer.Task.WaitAsync(Patience);
    }

    /// <summary>Calls a method of the hub, which answers nothing.</summary>
    public Task SayAsync(string method, params object[] arguments) =>
        SendAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(new { type = 1, target = method, arguments }), EndOfRecord]);

    /// <summary>The next update of this type; those before it are dropped.</summary>
    public async Task<JsonObject> NextAsync(string type, TimeSpan? patience = null)
    {
        using var limit = new CancellationTokenSource(patience ?? Patience);
        while (true)
        {
            var update = await _updates.Reader.ReadAsync(limit.Token);
            if (update["type"]!.GetValue<string>() == type) return update["data"]!.AsObject();
        }
    }

    /// <summary>Lets a client read that did not.</summary>
    public void ReadOn() => _mayRead.TrySetResult();

    /// <summary>Ends the connection as a broken line does.</summary>
    public async Task CutAsync()
    {
        _socket.Abort();
        await Closed;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        ReadOn();
        _socket.Abort();
        await Task.WhenAll(_reading, _pinging);
        _socket.Dispose();
        _sending.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync(ReadOnlyMemory<byte> record)
    {
        await _sending.WaitAsync(_stop.Token);
        try
        {
            await _socket.SendAsync(record, WebSocketMessageType.Text, true, _stop.Token);
        }
        finally
        {
            _sending.Release();
        }
    }

    private async Task PingAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(PingEvery);
            while (await timer.WaitForNextTickAsync(_stop.Token)) await SendAsync(Ping);
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // It is over.
        }
    }

    private async Task ReadAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(4096);
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(2 * buffer.Length);
                    buffer.AsSpan(0, length).CopyTo(larger);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                var received = await _socket.ReceiveAsync(buffer.AsMemory(length), _stop.Token);
                if (received.MessageType == WebSocketMessageType.Close) return;
                length += received.Count;
                var start = 0;
                while (buffer.AsSpan(start, length - start).IndexOf(EndOfRecord) is var end && end >= 0)
                {
                    Take(buffer.AsMemory(start, end));
                    start += end + 1;
                    await _mayRead.Task;
                }

                buffer.AsSpan(start, length - start).CopyTo(buffer);
                length -= start;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException or ObjectDisposedException)
        {
            // It is over.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            _closed.TrySetResult(_reason);
            foreach (var begun in new[] { _shaken, _ready }) begun.TrySetException(new IOException($"The connection ended before it was ready: {_reason}"));
            _updates.Writer.TryComplete(new IOException($"The connection ended: {_reason}"));
            foreach (var call in _calls.Values) call.TrySetException(new IOException($"The connection ended: {_reason}"));
        }
    }

    // The server writes the type first.
    private void Take(ReadOnlyMemory<byte> record)
    {
        var bytes = record.Span;
        if (bytes.StartsWith("""{"type":1,"""u8))
        {
            if (!_ready.Task.IsCompleted && bytes.IndexOf("\"resync\""u8) >= 0) _ready.TrySetResult();
            else if (_heard is not null) _heard(record);
            else _updates.Writer.TryWrite(JsonNode.Parse(bytes)!["arguments"]![0]!.AsObject());
        }
        else if (bytes.StartsWith("""{"type":3,"""u8))
        {
            var completion = JsonNode.Parse(bytes)!.AsObject();
            if (!_calls.TryRemove(completion["invocationId"]!.GetValue<string>(), out var call)) return;
            if (completion["error"] is { } error) call.TrySetException(new InvalidOperationException(error.GetValue<string>()));
            else call.TrySetResult(completion["result"]!.AsObject());
        }
        else if (bytes.StartsWith("""{"type":7"""u8))
        {
            _reason ??= JsonNode.Parse(bytes)!["error"]?.GetValue<string>();
        }
        else if (bytes.SequenceEqual("{}"u8))
        {
            _shaken.TrySetResult();
        }
        else if (!bytes.StartsWith("""{"type":6"""u8))
        {
            _reason ??= Encoding.UTF8.GetString(bytes);
        }
    }
}
