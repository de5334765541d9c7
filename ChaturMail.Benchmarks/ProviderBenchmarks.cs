using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using BenchmarkDotNet.Attributes;
using ChaturMail.Core.Language;
using ChaturMail.Core.Language.OpenAI;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Benchmarks;

/// <summary>
/// What a call of a model provider costs us: its answer in one body, as a stream that arrives at once, and as one that arrives piece by
/// piece. The server sends prepared bytes, so that next to nothing of the figures is its own.
/// </summary>
[MemoryDiagnoser]
public class ProviderBenchmarks
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private OpenAiModel _whole = null!;
    private OpenAiModel _streamed = null!;
    private OpenAiModel _piecemeal = null!;
    private ModelRequest _request = null!;

    [GlobalSetup]
    public void Start()
    {
        var prompt = PromptCatalog.Load(Path.Combine(AppContext.BaseDirectory, "prompts")).Find("1")!;
        _request = new ModelRequest(
            prompt, "Leave request for 12-16 October", ["annual leave", "handover to Priya"], "maria.lopez@northwind.example", "Asha Rao", 7);
        var email = prompt.Examples[1].Email;
        _listener.Start();
        var answers = new Dictionary<string, ReadOnlyMemory<byte>[]> { ["whole"] = [Whole(email)], ["streamed"] = [Join(Pieces(email))], ["piecemeal"] = Pieces(email) };
        _ = ServeAsync(answers);
        (_whole, _streamed, _piecemeal) = (Model("whole", false), Model("streamed", true), Model("piecemeal", true));
    }

    [GlobalCleanup]
    public void Stop()
    {
        _stop.Cancel();
        _listener.Stop();
        _whole.Dispose();
        _streamed.Dispose();
        _piecemeal.Dispose();
    }

    [Benchmark(Baseline = true)]
    public Task<ModelAnswer> Whole() => _whole.WriteAsync(_request, CancellationToken.None);

    [Benchmark]
    public Task<ModelAnswer> StreamedAtOnce() => _streamed.WriteAsync(_request, CancellationToken.None);

    [Benchmark]
    public Task<ModelAnswer> StreamedPieceByPiece() => _piecemeal.WriteAsync(_request, CancellationToken.None);

    private OpenAiModel Model(string path, bool isStreamed) => new(
        new ProviderOptions { ApiKey = "sk-bench", Stream = isStreamed, BaseAddress = new Uri($"http://{_listener.LocalEndpoint}/{path}") }, TimeProvider.System);

    private async Task ServeAsync(Dictionary<string, ReadOnlyMemory<byte>[]> answers)
    {
        while (!_stop.IsCancellationRequested) _ = AnswerAsync(await _listener.AcceptSocketAsync(_stop.Token), answers);
    }

    private async Task AnswerAsync(Socket client, Dictionary<string, ReadOnlyMemory<byte>[]> answers)
    {
        using var socket = client;
        socket.NoDelay = true;
        var buffer = new byte[65_536];
        var length = 0;
        while (!_stop.IsCancellationRequested)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(length), _stop.Token);
            if (read == 0) return;
            length += read;
            // Every body of ours ends so, and nothing before does.
            if (!buffer.AsSpan(0, length).EndsWith("}]}"u8)) continue;
            var path = Encoding.ASCII.GetString(buffer, 6, 30).Split('/', ' ')[0];
            foreach (var piece in answers[path]) await socket.SendAsync(piece, _stop.Token);
            length = 0;
        }
    }

    private static ReadOnlyMemory<byte> Whole(string email)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            id = "chatcmpl-Aq1rT9ZcX",
            @object = "chat.completion",
            created = 1_780_000_000,
            model = "gpt-4o-mini-2024-07-18",
            choices = new[] { new { index = 0, message = new { role = "assistant", content = email, refusal = (string?)null }, logprobs = (string?)null, finish_reason = "stop" } },
            usage = new { prompt_tokens = 1268, completion_tokens = 124, total_tokens = 1392 },
            service_tier = "default",
            system_fingerprint = "fp_b376dfbbd5",
        });
        return Join([Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n"), body]);
    }

    // A token is about four characters. Chunked, each piece by itself, as servers send them.
    private static ReadOnlyMemory<byte>[] Pieces(string email)
    {
        const string Frame = "{\"id\":\"chatcmpl-Aq1rT9ZcX\",\"object\":\"chat.completion.chunk\",\"created\":1780000000,\"model\":\"gpt-4o-mini-2024-07-18\","
            + "\"service_tier\":\"default\",\"system_fingerprint\":\"fp_b376dfbbd5\",\"choices\":[";
        var events = email.Chunk(4).Select(piece => $"{Frame}{{\"index\":0,\"delta\":{{\"content\":{JsonSerializer.Serialize(new string(piece))}}},\"logprobs\":null,\"finish_reason\":null}}],\"usage\":null}}")
            .Append($"{Frame}{{\"index\":0,\"delta\":{{}},\"logprobs\":null,\"finish_reason\":\"stop\"}}],\"usage\":null}}")
            .Append($"{Frame}],\"usage\":{{\"prompt_tokens\":1268,\"completion_tokens\":124,\"total_tokens\":1392}}}}").Append("[DONE]");
        var head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
        return [.. events.Select(data => $"data: {data}\n\n").Select(e => $"{e.Length:x}\r\n{e}\r\n").Prepend(head).Append("0\r\n\r\n")
            .Select(text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text))];
    }

    private static ReadOnlyMemory<byte> Join(ReadOnlyMemory<byte>[] parts) => parts.SelectMany(part => part.ToArray()).ToArray();
}
