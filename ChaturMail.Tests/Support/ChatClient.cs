using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChaturMail.Tests.Support;

/// <summary>
/// A client that keeps the rules of docs/api.md, Real time: it takes messages in the order of their changes, asks for what is missing, comes back to whichever Api
/// it is sent to, and sends a message again by its client id until it has an answer.
/// </summary>
/// <param name="token">Its user's session.</param>
/// <param name="api">Where to connect, asked each time.</param>
/// <param name="conversations">Those that it follows, from their beginning.</param>
/// <param name="taken">Gets each message that the user would see, in order, each once; on any thread, one call at a time.</param>
internal sealed class ChatClient(string token, Func<Uri> api, IEnumerable<string> conversations, Action<ChatMessage> taken) : IAsyncDisposable
{
    // So long a message that came before its predecessor waits for it, and so long a client goes without asking when all seems well.
    private static readonly TimeSpan GapPatience = TimeSpan.FromMilliseconds(500), SyncEvery = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Place> _places = conversations.ToDictionary(id => id, id => new Place(id));
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _stop = new();
    private TaskCompletionSource<HubClient> _connected = NewSource<HubClient>();
    private TaskCompletionSource<bool> _syncDue = NewSource<bool>();
    private Task _running = Task.CompletedTask, _acknowledging = Task.CompletedTask;
    private HubClient? _hub;
    private long _syncedAt = Stopwatch.GetTimestamp();
    private int _repeated;

    /// <summary>How long it waits before it connects again.</summary>
    public TimeSpan ReconnectAfter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Time between two acknowledgements of one conversation.</summary>
    public TimeSpan AcknowledgeEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Gets each receipt.</summary>
    public Action<ChatReceipt>? Receipt { get; init; }

    /// <summary>Messages that it was told though it had them.</summary>
    public int Repeated => Volatile.Read(ref _repeated);

    /// <summary>The connection, once there is one.</summary>
    public Task<HubClient> Connected => Volatile.Read(ref _connected).Task;

    /// <summary>Connects, and stays connected until it is disposed.</summary>
    public Task StartAsync()
    {
        _running = RunAsync();
        return Connected;
    }

    /// <summary>The last change that it has, with all before it.</summary>
    public long PositionIn(string conversationId)
    {
        lock (_gate) return _places[conversationId].Change;
    }

    /// <summary>Sends a message, again and again until it is answered; gives its change.</summary>
    public async Task<long> SendAsync(string conversationId, string clientId, string text)
    {
        while (true)
        {
            var hub = await Connected.WaitAsync(_stop.Token);
            try
            {
                var answer = await hub.InvokeAsync("Send", new { conversationId, clientId, text });
                if (answer["status"]!.GetValue<int>() == 1) return answer["payload"]![0]!["change"]!.GetValue<long>();
            }
            catch (Exception e) when (IsOutage(e))
            {
                // Whether it is stored is not known. The same client id again is the same message.
            }

            await Task.Delay(ReconnectAfter, _stop.Token);
        }
    }

    /// <summary>Does what is due: acknowledges, and asks for what is missing. To be called every few hundredths of a second.</summary>
    public void Tend()
    {
        if (Volatile.Read(ref _hub) is not { } hub) return;
        lock (_gate)
        {
            var isDue = Stopwatch.GetElapsedTime(_syncedAt) >= SyncEvery;
            foreach (var place in _places.Values)
            {
                isDue |= place.Ahead.Count > 0 && Stopwatch.GetElapsedTime(place.GapSince) >= GapPatience;
                if (place.Change == place.Acknowledged || !_acknowledging.IsCompleted || Stopwatch.GetElapsedTime(place.AcknowledgedAt) < AcknowledgeEvery) continue;
                (place.Acknowledged, place.AcknowledgedAt) = (place.Change, Stopwatch.GetTimestamp());
                _acknowledging = AcknowledgeAsync(hub, place.Id, place.Change);
            }

            if (isDue) _syncDue.TrySetResult(true);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running, _acknowledging);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            HubClient? hub = null;
            try
            {
                hub = await HubClient.ConnectAsync(api(), token, heard: Hear);
                await SyncAsync(hub);
                lock (_gate)
                    foreach (var place in _places.Values) place.Acknowledged = 0;
                Volatile.Write(ref _hub, hub);
                _connected.TrySetResult(hub);
                while (await MustSyncAsync(hub)) await SyncAsync(hub);
            }
            catch (Exception e) when (IsOutage(e))
            {
                // It is tried again.
            }
            finally
            {
                Volatile.Write(ref _hub, null);
                if (Connected.IsCompleted) Volatile.Write(ref _connected, NewSource<HubClient>());
                if (hub is not null) await hub.DisposeAsync();
            }

            await Task.Delay(ReconnectAfter, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    // False once the connection is over.
    private async Task<bool> MustSyncAsync(HubClient hub)
    {
        await Task.WhenAny(hub.Closed, Volatile.Read(ref _syncDue).Task).WaitAsync(_stop.Token);
        return !hub.Closed.IsCompleted;
    }

    private async Task SyncAsync(HubClient hub)
    {
        bool more;
        do
        {
            object positions;
            lock (_gate)
            {
                // Before it is asked: what is missed while it is on its way is asked for again.
                if (_syncDue.Task.IsCompleted) _syncDue = NewSource<bool>();
                _syncedAt = Stopwatch.GetTimestamp();
                positions = _places.Values.Select(place => new { conversationId = place.Id, change = place.Change }).ToList();
            }

            var answer = await hub.InvokeAsync("Sync", new { positions, limit = 200 });
            if (answer["status"]!.GetValue<int>() != 1) throw new IOException($"Sync was answered with {answer["code"]}.");
            var missed = answer["payload"]![0]!;
            foreach (var changes in missed["conversations"]!.AsArray()) Take(changes!);
            more = missed["more"]!.GetValue<bool>();
        }
        while (more);
    }

    private void Take(JsonNode changes)
    {
        var id = changes["conversationId"]!.GetValue<string>();
        lock (_gate)
        {
            if (!_places.TryGetValue(id, out var place)) return;
            foreach (var message in changes["messages"]!.AsArray())
            {
                var change = message!["change"]!.GetValue<long>();
                if (change > place.Change) Take(place, new ChatMessage(id, change, message["clientId"]!.GetValue<string>(), false));
            }

            place.Change = Math.Max(place.Change, changes["change"]!.GetValue<long>());
            TakeAhead(place);
        }
    }

    private void Hear(ReadOnlyMemory<byte> record)
    {
        var update = ChatUpdate.Read(record.Span);
        if (update.Type == ChatUpdateType.Receipt)
        {
            Receipt?.Invoke(new ChatReceipt(update.ConversationId, update.UserId, update.Delivered, update.Seen));
            return;
        }

        if (update.Type == ChatUpdateType.Resync) lock (_gate) _syncDue.TrySetResult(true);
        if (update.Type != ChatUpdateType.Message) return;
        lock (_gate)
        {
            if (!_places.TryGetValue(update.ConversationId, out var place)) return;
            var message = new ChatMessage(update.ConversationId, update.Change, update.ClientId, true);
            if (message.Change <= place.Change)
            {
                _repeated++;
            }
            else if (message.Change > place.Change + 1)
            {
                if (place.Ahead.Count == 0) place.GapSince = Stopwatch.GetTimestamp();
                place.Ahead[message.Change] = message;
            }
            else
            {
                Take(place, message);
                TakeAhead(place);
            }
        }
    }

    private void Take(Place place, ChatMessage message)
    {
        place.Change = message.Change;
        taken(message);
    }

    private void TakeAhead(Place place)
    {
        while (place.Ahead.Count > 0 && place.Ahead.GetKeyAtIndex(0) is var first && first <= place.Change + 1)
        {
            if (first > place.Change) Take(place, place.Ahead.GetValueAtIndex(0));
            place.Ahead.RemoveAt(0);
            place.GapSince = Stopwatch.GetTimestamp();
        }
    }

    private static async Task AcknowledgeAsync(HubClient hub, string conversationId, long change)
    {
        try
        {
            await hub.SayAsync("Acknowledge", new { conversationId, delivered = change, seen = change });
        }
        catch (Exception e) when (IsOutage(e))
        {
            // What was not acknowledged is acknowledged with the next.
        }
    }

    private static bool IsOutage(Exception e) => e is IOException or WebSocketException or TimeoutException or OperationCanceledException
        or ObjectDisposedException or HttpRequestException or InvalidOperationException;

    private static TaskCompletionSource<T> NewSource<T>() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Place(string id)
    {
        public string Id => id;

        public long Change { get; set; }

        public long Acknowledged { get; set; }

        public long AcknowledgedAt { get; set; }

        /// <summary>What came before its predecessor, since when.</summary>
        public SortedList<long, ChatMessage> Ahead { get; } = [];

        public long GapSince { get; set; }
    }
}

/// <summary>A message that a client took.</summary>
/// <param name="WasTold">False when it was asked for.</param>
internal readonly record struct ChatMessage(string ConversationId, long Change, string ClientId, bool WasTold);

/// <summary>How far a member has come.</summary>
internal readonly record struct ChatReceipt(string ConversationId, string UserId, long Delivered, long Seen);

internal enum ChatUpdateType
{
    Other,
    Message,
    Receipt,
    Resync,
}

/// <summary>The fields of an update that a <see cref="ChatClient"/> looks at; empty where it has none.</summary>
internal ref struct ChatUpdate
{
    // Of fields of the update in the record {"type":1,"target":"update","arguments":[{"type":…,"data":{…}}]}, and of those of its data.
    private const int OfUpdate = 3, OfData = 4;

    public ChatUpdateType Type { get; private set; }

    public string ConversationId { get; private set; }

    public string ClientId { get; private set; }

    public string UserId { get; private set; }

    public long Change { get; private set; }

    public long Delivered { get; private set; }

    public long Seen { get; private set; }

    public static ChatUpdate Read(ReadOnlySpan<byte> record)
    {
        var update = new ChatUpdate { ConversationId = "", ClientId = "", UserId = "" };
        var reader = new Utf8JsonReader(record);
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth is not (OfUpdate or OfData)) continue;
            if (reader.CurrentDepth == OfUpdate) update.ReadType(ref reader);
            else update.ReadField(ref reader);
        }

        return update;
    }

    private void ReadType(ref Utf8JsonReader reader)
    {
        if (!reader.ValueTextEquals("type"u8)) return;
        reader.Read();
        Type = reader.ValueTextEquals("message"u8) ? ChatUpdateType.Message
            : reader.ValueTextEquals("receipt"u8) ? ChatUpdateType.Receipt
            : reader.ValueTextEquals("resync"u8) ? ChatUpdateType.Resync : ChatUpdateType.Other;
    }

    private void ReadField(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("conversationId"u8)) ConversationId = Text(ref reader);
        else if (reader.ValueTextEquals("clientId"u8)) ClientId = Text(ref reader);
        else if (reader.ValueTextEquals("userId"u8)) UserId = Text(ref reader);
        else if (reader.ValueTextEquals("change"u8)) Change = Number(ref reader);
        else if (reader.ValueTextEquals("delivered"u8)) Delivered = Number(ref reader);
        else if (reader.ValueTextEquals("seen"u8)) Seen = Number(ref reader);
    }

    private static string Text(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.String ? reader.GetString()! : "";
    }

    private static long Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        return reader.TokenType == JsonTokenType.Number ? reader.GetInt64() : 0;
    }
}
