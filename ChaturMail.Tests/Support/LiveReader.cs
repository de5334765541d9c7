using System.Net.ServerSentEvents;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ChaturMail.Tests.Support;

/// <summary>Reads an email along, as a client does: by the framework's parser of server-sent events.</summary>
internal sealed class LiveReader : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;
    private readonly StringBuilder _text = new();

    private LiveReader(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _events = SseParser.Create(body).EnumerateAsync().GetAsyncEnumerator();
    }

    public HttpResponseMessage Response => _response;

    /// <summary>The text as the client shows it: what came since the last restart.</summary>
    public string Text => _text.ToString();

    /// <summary>What the client sends to go on.</summary>
    public string LastId { get; private set; } = "";

    /// <summary>The job's id.</summary>
    public string Id => LastId[..LastId.IndexOf(':', StringComparison.Ordinal)];

    /// <summary>Names of the events that were read.</summary>
    public List<string> Events { get; } = [];

    /// <summary>Opens a stream; fails when the answer is no stream.</summary>
    public static async Task<LiveReader> OpenAsync(ApiClient client, string token, object? body = null, string? lastId = null, string? key = null)
    {
        var response = await SendAsync(client, token, body, lastId, key);
        if (response.Content.Headers.ContentType?.MediaType != "text/event-stream")
            Assert.Fail($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
        Assert.Equal(200, (int)response.StatusCode);
        return new LiveReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>Goes on where another reader ended, with its text, whichever Api served that.</summary>
    public static async Task<LiveReader> ResumeAsync(ApiClient client, string token, LiveReader before)
    {
        var reader = await OpenAsync(client, token, new { }, before.LastId);
        reader.LastId = before.LastId;
        reader._text.Append(before._text);
        return reader;
    }

    /// <summary>Sends the request and gives the answer once its head is there.</summary>
    public static async Task<HttpResponseMessage> SendAsync(ApiClient client, string token, object? body, string? lastId, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/email/streamEmail")
        {
            Content = new StringContent(JsonSerializer.Serialize(body ?? ApiClient.Leave), Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        if (lastId is not null) request.Headers.TryAddWithoutValidation("Last-Event-ID", lastId);
        if (key is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        return await client.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Asks for a stream that is refused.</summary>
    public static async Task<ApiAnswer> RefusedAsync(ApiClient client, string token, object? body = null, string? lastId = null, string? key = null)
    {
        using var response = await SendAsync(client, token, body, lastId, key);
        return await ApiAnswer.ReadAsync(response);
    }

    /// <summary>The next event, or null at the end.</summary>
    public async Task<SseItem<string>?> NextAsync()
    {
        if (!await _events.MoveNextAsync().AsTask().WaitAsync(Patience)) return null;
        var item = _events.Current;
        Events.Add(item.EventType);
        if (item.EventId is { } id) LastId = id;
        if (item.EventType == "restart") _text.Clear();
        if (item.EventType == "delta") _text.Append(JsonNode.Parse(item.Data)!["text"]!.GetValue<string>());
        return item;
    }

    /// <summary>The next event, which must be of this name; its data.</summary>
    public async Task<JsonObject> ExpectAsync(string name)
    {
        var item = await NextAsync();
        Assert.Equal(name, item?.EventType);
        return JsonNode.Parse(item!.Value.Data)!.AsObject();
    }

    /// <summary>Reads until the text is this long.</summary>
    public async Task ReadToAsync(int length)
    {
        while (_text.Length < length) Assert.NotNull(await NextAsync());
    }

    /// <summary>Reads until an event of this name; its data.</summary>
    public async Task<JsonObject> ReadUntilAsync(string name)
    {
        while (true)
        {
            var item = await NextAsync();
            Assert.True(item is not null, $"the stream ended without {name}: {string.Join(' ', Events)}");
            if (item.Value.EventType == name) return JsonNode.Parse(item.Value.Data)!.AsObject();
        }
    }

    /// <summary>Reads to the email, which must be the last event; the email.</summary>
    public async Task<JsonObject> ReadEmailAsync()
    {
        var envelope = await ReadUntilAsync("email");
        Assert.Null(await NextAsync());
        Assert.Equal(1, envelope["status"]!.GetValue<int>());
        return Assert.Single(envelope["payload"]!.AsArray())!.AsObject();
    }

    public async ValueTask DisposeAsync()
    {
        // Hangs up, if the stream is not over: before the parser ends, which would read on.
        _response.Dispose();
        await _events.DisposeAsync();
    }
}
