using System.Globalization;
using ChaturMail.Tests.Support;

namespace ChaturMail.Benchmarks.Load;

/// <summary>What was counted.</summary>
internal sealed record ChatCounts(int Sent, long Delivered, long Lost, long Doubled, double P99Milliseconds)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"sent={Sent} delivered={Delivered} lost={Lost} doubled={Doubled} p99_ms={P99Milliseconds:0.0}");
}

/// <summary>People in parties who write to each other, on two Apis, of which one may die.</summary>
internal sealed class ChatLoad(ChatOptions options, Topology topology, TimeProvider time, Action<string> print)
{
    private static readonly TimeSpan LongestSettling = TimeSpan.FromMinutes(1), Tick = TimeSpan.FromMilliseconds(5);

    // Each client is looked after once in so many ticks.
    private const int Shards = 25;

    private const string Text = "Could we say in the second paragraph that the annex follows on Monday?";

    private readonly int _members = options.Sockets / options.Parties;
    private readonly int _warmUps = (int)(options.Rate * options.WarmUp.TotalSeconds);
    private readonly int _messages = (int)(options.Rate * (options.WarmUp + options.Duration).TotalSeconds);
    private readonly List<ChatClient> _clients = [];
    private long[] _sentAt = [], _changes = [], _told = [];
    private float[] _latencies = [];
    private int _measured, _asked;
    private long _doubled;
    private volatile bool _isKilled;

    /// <summary>Runs it.</summary>
    public async Task<ChatCounts> RunAsync(CancellationToken cancellation)
    {
        (_sentAt, _changes, _told) = (new long[_messages], new long[_messages], new long[options.Sockets]);
        _latencies = new float[(_messages - _warmUps) * _members];
        var begun = time.GetTimestamp();
        var users = await ChatUser.MakeAsync(topology.Api, options.Parties, _members, cancellation);
        print(string.Create(CultureInfo.InvariantCulture, $"{users.Count} users in {options.Parties} parties after {time.GetElapsedTime(begun).TotalSeconds:0.0} s"));
        begun = time.GetTimestamp();
        try
        {
            await ConnectAsync(users, cancellation);
            print(string.Create(CultureInfo.InvariantCulture, $"{_clients.Count} sockets after {time.GetElapsedTime(begun).TotalSeconds:0.0} s more"));
            using var tending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var tend = TendAsync(tending.Token);
            await SendAsync(users, cancellation);
            await SettleAsync(cancellation);
            await tending.CancelAsync();
            await tend;
            return Count();
        }
        finally
        {
            await Parallel.ForEachAsync(_clients, CancellationToken.None, async (client, _) => await client.DisposeAsync());
        }
    }

    private async Task ConnectAsync(IReadOnlyList<ChatUser> users, CancellationToken cancellation)
    {
        for (var i = 0; i < users.Count; i++)
        {
            var number = i;
            // Half of each party at either Api, and all at the first once the second is dead.
            var api = number % 2;
            _clients.Add(new ChatClient(
                users[i].Token, () => topology.Apis[_isKilled ? 0 : api], [users[i].ConversationId], message => Take(number, message))
            {
                // As people's devices: not all at once.
                ReconnectAfter = TimeSpan.FromMilliseconds(100 + (number % 100 * 20)),
                AcknowledgeEvery = options.AcknowledgeEvery,
            });
        }

        await Parallel.ForEachAsync(
            _clients, new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = cancellation }, async (client, stop) => await client.StartAsync().WaitAsync(stop));
    }

    // One message after the other at its time, by the next member of the next party; whoever waits for an answer holds up nobody.
    private async Task SendAsync(IReadOnlyList<ChatUser> users, CancellationToken cancellation)
    {
        var (begun, sending) = (time.GetTimestamp(), new List<Task>(_messages));
        var usage = new ChatUsage(topology);
        using var timer = new PeriodicTimer(Tick, time);
        while (sending.Count < _messages && await timer.WaitForNextTickAsync(cancellation))
        {
            var due = Math.Min(_messages, (int)(time.GetElapsedTime(begun).TotalSeconds * options.Rate));
            if (due >= _warmUps && !usage.IsBegun) usage.Begin();
            if (options.Kills && !_isKilled && due >= _warmUps + ((_messages - _warmUps) / 2))
            {
                _isKilled = true;
                await topology.KillApiAsync(1);
                print("one Api is killed");
            }

            for (var number = sending.Count; number < due; number++)
            {
                var party = number % options.Parties;
                var user = (party * _members) + (number / options.Parties % _members);
                _sentAt[number] = time.GetTimestamp();
                sending.Add(_clients[user].SendAsync(users[user].ConversationId, number.ToString(CultureInfo.InvariantCulture), Text));
            }
        }

        await Task.WhenAll(sending).WaitAsync(LongestSettling, cancellation);
        print(usage.Describe((long)(_messages - _warmUps) * _members));
    }

    private async Task TendAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Tick, time);
        for (var shard = 0; ; shard = (shard + 1) % Shards)
        {
            for (var i = shard; i < _clients.Count; i += Shards) _clients[i].Tend();
            try
            {
                await timer.WaitForNextTickAsync(stop);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task SettleAsync(CancellationToken cancellation)
    {
        var begun = time.GetTimestamp();
        while (Missing() > 0 && time.GetElapsedTime(begun) < LongestSettling) await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellation);
    }

    private long Missing()
    {
        long missing = 0;
        for (var i = 0; i < _told.Length; i++) missing += Math.Max(0, Due(i / _members) - Volatile.Read(ref _told[i]));
        return missing;
    }

    // Messages of a party.
    private long Due(int party) => (_messages / options.Parties) + (party < _messages % options.Parties ? 1 : 0);

    private void Take(int client, ChatMessage message)
    {
        var number = int.Parse(message.ClientId, CultureInfo.InvariantCulture);
        // One message has one change, wherever it comes.
        var first = Interlocked.CompareExchange(ref _changes[number], message.Change, 0);
        if (first != 0 && first != message.Change)
        {
            Interlocked.Increment(ref _doubled);
            return;
        }

        Interlocked.Increment(ref _told[client]);
        if (!message.WasTold) Interlocked.Increment(ref _asked);
        if (number >= _warmUps) _latencies[Interlocked.Increment(ref _measured) - 1] = (float)time.GetElapsedTime(_sentAt[number]).TotalMilliseconds;
    }

    private ChatCounts Count()
    {
        var latency = new Percentiles(_latencies.Take(_measured).Select(value => (double)value));
        print($"latency: {latency}");
        print(string.Create(CultureInfo.InvariantCulture, $"{_asked} deliveries were asked for, {_clients.Sum(client => client.Repeated)} updates told again were dropped by their numbers"));
        return new ChatCounts(_messages, _told.Sum(), Missing(), _doubled, latency.At(0.99));
    }
}
