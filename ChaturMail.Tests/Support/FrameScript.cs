using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ChaturMail.Tests.Support;

/// <summary>
/// Plays what a document says that clients and server say to each other, and holds what the server says against it: each field and value. Ids, uids and tickets of the
/// document stand for those that the server gives the first time, and then always for the same; times only have to be there.
/// </summary>
/// <remarks>
/// A line is <c>NAME POST /route BODY</c>, answered by <c>NAME 200 ENVELOPE</c>; <c>NAME connects /live</c> (with the session's token, or a ticket in the address),
/// <c>NAME &gt; FRAME</c>, <c>NAME &lt; FRAME</c>, <c>NAME leaves</c>. Pings are passed over. What one client hears between two lines of its own may come in any order.
/// </remarks>
internal sealed partial class FrameScript(ApiClient api, IReadOnlyDictionary<string, string> tokens) : IAsyncDisposable
{
    private const char EndOfRecord = '\u001e';

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, string> _bound = [];
    private readonly Dictionary<string, ClientWebSocket> _sockets = [];
    private readonly Dictionary<string, List<string>> _unclaimed = [];
    private readonly Dictionary<string, StringBuilder> _begun = [];
    private readonly Dictionary<string, string> _answers = [];

    /// <summary>What a text of the document stands for.</summary>
    public void Bind(string documented, string actual) => _bound[documented] = actual;

    /// <summary>Plays a line.</summary>
    public async Task PlayAsync(string line)
    {
        var (who, what) = line.Split(' ', 2, StringSplitOptions.TrimEntries) is [var name, var rest] ? (name, rest) : throw new FormatException(line);
        var parts = what.Split(' ', 3);
        switch (parts[0])
        {
            case "POST":
                using (var request = new HttpRequestMessage(HttpMethod.Post, parts[1]) { Content = new StringContent(Filled(parts[2]), Encoding.UTF8, "application/json") })
                {
                    request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + tokens[who]);
                    using var response = await api.Http.SendAsync(request);
                    _answers[who] = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
                }

                break;
            case "connects":
                await ConnectAsync(who, Filled(parts[1]));
                break;
            case "leaves":
                Assert.True(_unclaimed[who].Count == 0, $"{who} heard what the document does not show: {string.Join('\n', _unclaimed[who])}");
                await _sockets[who].CloseAsync(WebSocketCloseStatus.NormalClosure, null, new CancellationTokenSource(Patience).Token);
                _sockets.Remove(who, out var socket);
                socket!.Dispose();
                break;
            case ">":
                await _sockets[who].SendAsync(Encoding.UTF8.GetBytes(Filled(what[2..]) + EndOfRecord), WebSocketMessageType.Text, true, new CancellationTokenSource(Patience).Token);
                break;
            case "<":
                await ExpectAsync(who, what[2..], line);
                break;
            default:
                Assert.Equal((line, what[..4]), (line, _answers[who][..4]));
                Assert.True(Matches(JsonNode.Parse(what[4..]), JsonNode.Parse(_answers[who][4..]), ""), $"The document says\n{what[4..]}\nand the server\n{_answers[who][4..]}");
                break;
        }
    }

    /// <summary>Fails when a client heard something that stands in no line.</summary>
    public void End() => Assert.Empty(_unclaimed.SelectMany(heard => heard.Value));

    public ValueTask DisposeAsync()
    {
        foreach (var socket in _sockets.Values) socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ConnectAsync(string who, string path)
    {
        var socket = _sockets[who] = new ClientWebSocket();
        (_unclaimed[who], _begun[who]) = ([], new StringBuilder());
        if (!path.Contains('?', StringComparison.Ordinal)) socket.Options.SetRequestHeader("Authorization", "Bearer " + tokens[who]);
        var http = new Uri(api.Http.BaseAddress!, path);
        await socket.ConnectAsync(new UriBuilder(http) { Scheme = "ws" }.Uri, new CancellationTokenSource(Patience).Token);
    }

    private async Task ExpectAsync(string who, string documented, string line)
    {
        var expected = JsonNode.Parse(documented);
        var heard = _unclaimed[who];
        var seen = 0;
        // For all of it: pings come again and again.
        using var limit = new CancellationTokenSource(Patience);
        while (true)
        {
            for (; seen < heard.Count; seen++)
            {
                if (!Matches(expected, JsonNode.Parse(heard[seen]), "")) continue;
                heard.RemoveAt(seen);
                return;
            }

            try
            {
                await HearAsync(who, limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"{line}\nwas not heard, but\n{string.Join('\n', heard)}");
            }
        }
    }

    private async Task HearAsync(string who, CancellationToken cancellation)
    {
        var buffer = new byte[65_536];
        var received = await _sockets[who].ReceiveAsync(buffer, cancellation);
        Assert.NotEqual(WebSocketMessageType.Close, received.MessageType);
        var begun = _begun[who].Append(Encoding.UTF8.GetString(buffer, 0, received.Count));
        var records = begun.ToString().Split(EndOfRecord);
        begun.Clear().Append(records[^1]);
        _unclaimed[who].AddRange(records[..^1].Where(record => record != """{"type":6}"""));
    }

    private string Filled(string documented) => _bound.Aggregate(documented, (text, bound) => text.Replace(bound.Key, bound.Value, StringComparison.Ordinal));

    // Binds what it must only when all of it fits.
    private bool Matches(JsonNode? expected, JsonNode? actual, string name)
    {
        var before = _bound.ToDictionary();
        if (Fits(expected, actual, name)) return true;
        _bound.Clear();
        foreach (var (documented, real) in before) _bound[documented] = real;
        return false;
    }

    private bool Fits(JsonNode? expected, JsonNode? actual, string name)
    {
        if (expected is null || actual is null) return expected is null && actual is null;
        if (expected.GetValueKind() != actual.GetValueKind()) return false;
        switch (expected)
        {
            case JsonObject item:
                var other = actual.AsObject();
                return item.Select(field => field.Key).SequenceEqual(other.Select(field => field.Key)) && item.All(field => Fits(field.Value, other[field.Key], field.Key));
            case JsonArray list:
                return list.Count == actual.AsArray().Count && list.Zip(actual.AsArray()).All(pair => Fits(pair.First, pair.Second, name));
        }

        if (name.EndsWith("On", StringComparison.Ordinal) || expected.GetValueKind() != JsonValueKind.String) return name.EndsWith("On", StringComparison.Ordinal) || JsonNode.DeepEquals(expected, actual);
        var (documented, real) = (expected.GetValue<string>(), actual.GetValue<string>());
        if (_bound.TryGetValue(documented, out var known)) return known == real;
        if (name != "ticket" && !Id().IsMatch(documented)) return documented == real;
        // Two of the document are two of the server's.
        return !_bound.ContainsValue(real) && _bound.TryAdd(documented, real);
    }

    [GeneratedRegex("^[0-9a-f]{24}$", RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
