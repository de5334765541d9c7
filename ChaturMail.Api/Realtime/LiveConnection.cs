using System.Buffers;
using ChaturMail.Api.Http;
using ChaturMail.Core.Realtime;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace ChaturMail.Api.Realtime;

/// <summary>
/// A client's connection to the hub. Updates are sent in the order in which they are told. What the client does not read waits in the connection's buffer (64 KB),
/// then here; beyond <see cref="MostWaiting"/> the connection is ended: its client connects again and asks for what it missed.
/// </summary>
public sealed class LiveConnection(HubConnectionContext connection, HttpContext request, SessionUser user) : IUserConnection
{
    /// <summary>Updates that wait here at most.</summary>
    public const int MostWaiting = 500;

    // How long a client may take to read why it is closed.
    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private static readonly byte[] Before = """{"type":1,"target":"update","arguments":["""u8.ToArray(), After = [.. "]}"u8, 0x1e];

    private readonly Lock _gate = new();
    private readonly Queue<LiveUpdate> _waiting = [];
    private bool _isEnding;

    /// <summary>Who is connected, as they were when last looked at.</summary>
    public SessionUser User { get; set; } = user;

    /// <inheritdoc/>
    public string Uid { get; } = user.Account.Uid;

    /// <summary>The sending of what waits, for whoever wants to see its end.</summary>
    internal Task Sending { get; private set; } = Task.CompletedTask;

    /// <inheritdoc/>
    public void Tell(LiveUpdate update)
    {
        lock (_gate)
        {
            if (_isEnding) return;
            if (Sending.IsCompleted)
            {
                var write = WriteAsync(update);
                if (!write.IsCompletedSuccessfully) Sending = SendRestAsync(write);
                return;
            }

            if (_waiting.Count < MostWaiting)
            {
                _waiting.Enqueue(update);
                return;
            }

            _isEnding = true;
            _waiting.Clear();
        }

        Abort();
    }

    /// <summary>Closes the connection and tells the client why.</summary>
    /// <param name="reason">Stable code.</param>
    public async Task CloseAsync(string reason)
    {
        lock (_gate)
        {
            if (_isEnding) return;
            _isEnding = true;
            _waiting.Clear();
        }

        try
        {
            using var limit = new CancellationTokenSource(LongestGoodbye);
            await connection.WriteAsync(new CloseMessage(reason), limit.Token).AsTask().WaitAsync(limit.Token);
            connection.Abort();
        }
        catch (Exception)
        {
            // The client does not read, or is gone.
            Abort();
        }
    }

    // Several updates are several records of one WebSocket message, which clients part at their ends anyway.
    private static SerializedHubMessage Serialize(LiveUpdate update)
    {
        var records = new ArrayBufferWriter<byte>(Before.Length + update.Json.Length + After.Length);
        foreach (var one in update.Json.Span.Split(LiveUpdate.Separator))
        {
            records.Write(Before);
            records.Write(update.Json.Span[one]);
            records.Write(After);
        }

        return new SerializedHubMessage([new SerializedMessage("json", records.WrittenMemory)]);
    }

    private ValueTask WriteAsync(LiveUpdate update) => connection.WriteAsync(update.FormOf(Serialize));

    // Begun under the lock, by a write that waits for the client to read.
    private async Task SendRestAsync(ValueTask write)
    {
        try
        {
            while (true)
            {
                await write;
                lock (_gate)
                {
                    if (_isEnding || !_waiting.TryDequeue(out var next))
                    {
                        // Not when this method ends, which is later: what is told from here on must not wait for nobody.
                        Sending = Task.CompletedTask;
                        return;
                    }

                    write = WriteAsync(next);
                }
            }
        }
        catch (Exception)
        {
            // The connection is gone, which its hub notices.
            lock (_gate) _isEnding = true;
        }
    }

    // Not in order: its client does not read what would be said.
    private void Abort()
    {
        connection.Abort();
        request.Abort();
    }
}
