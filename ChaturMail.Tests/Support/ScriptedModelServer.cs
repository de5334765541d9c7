using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Tests.Support;

/// <summary>
/// A model provider on a loopback port that answers by script: the first call gets the first answer, and the last answer repeats.
/// Records every request. Each test has its own.
/// </summary>
internal sealed class ScriptedModelServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ScriptedAnswer[] _script;
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private readonly SemaphoreSlim _arrivals = new(0);
    private readonly TaskCompletionSource _abandoned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _calls;

    private ScriptedModelServer(ScriptedAnswer[] script)
    {
        _script = script;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>The address to give a client, with the API's version.</summary>
    public Uri BaseAddress => new(_app.Urls.Single() + "/v1");

    /// <summary>How many requests have come.</summary>
    public int Calls => Volatile.Read(ref _calls);

    /// <summary>The requests so far, in the order of their arrival.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>Completes when a client goes away before its answer is complete.</summary>
    public Task Abandoned => _abandoned.Task;

    /// <summary>Starts a server with this script.</summary>
    public static async Task<ScriptedModelServer> StartAsync(params ScriptedAnswer[] script)
    {
        var server = new ScriptedModelServer(script);
        await server._app.StartAsync();
        return server;
    }

    /// <summary>Waits for one more request to arrive.</summary>
    public Task ArrivalAsync(CancellationToken cancellation) => _arrivals.WaitAsync(cancellation);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
        _arrivals.Dispose();
    }

    private async Task AnswerAsync(HttpContext call)
    {
        using var reader = new StreamReader(call.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync(call.RequestAborted);
        var number = Interlocked.Increment(ref _calls);
        var recorded = new RecordedRequest(
            call.Request.Path, call.Request.Headers.Authorization.ToString(), body, TimeProvider.System.GetTimestamp());
        _requests.Enqueue(recorded);
        call.Items[typeof(RecordedRequest)] = recorded;
        _arrivals.Release();
        using var gone = call.RequestAborted.Register(() => _abandoned.TrySetResult());
        try
        {
            await _script[Math.Min(number, _script.Length) - 1](call);
        }
        catch (OperationCanceledException) when (call.RequestAborted.IsCancellationRequested)
        {
            // The client has gone, which is what some scripts wait for. They may hear of it before the registration above does, whose end this is.
            _abandoned.TrySetResult();
        }
    }
}

/// <summary>A request as the server saw it.</summary>
/// <param name="ArrivedAt">A timestamp of <see cref="TimeProvider.System"/>.</param>
internal sealed record RecordedRequest(string Path, string Authorization, string Body, long ArrivedAt)
{
    /// <summary>The request that <paramref name="call"/> is about.</summary>
    public static RecordedRequest Of(HttpContext call) => (RecordedRequest)call.Items[typeof(RecordedRequest)]!;

    /// <summary>The messages of a chat completions request, in order.</summary>
    public IReadOnlyList<(string Role, string Content)> Messages()
    {
        using var json = JsonDocument.Parse(Body);
        return [.. json.RootElement.GetProperty("messages").EnumerateArray()
            .Select(m => (m.GetProperty("role").GetString()!, m.GetProperty("content").GetString()!))];
    }

    /// <summary>The subject of the email that is asked for, which the last message gives.</summary>
    public string Subject()
    {
        using var data = JsonDocument.Parse(Messages()[^1].Content.Split('\n').First(line => line.StartsWith('{')));
        return data.RootElement.GetProperty("subject").GetString()!;
    }
}

/// <summary>Writes one scripted answer.</summary>
internal delegate Task ScriptedAnswer(HttpContext call);

/// <summary>The answers that a script is made of.</summary>
internal static class Answers
{
    /// <summary>A completion with this text, of a model named <c>scripted</c>, for 11 tokens in and 7 out.</summary>
    public static ScriptedAnswer Text(string text, string finish = "stop") => Json(200, JsonSerializer.Serialize(new
    {
        id = "chatcmpl-1",
        model = "scripted",
        choices = new[] { new { index = 0, message = new { role = "assistant", content = text }, finish_reason = finish } },
        usage = new { prompt_tokens = 11, completion_tokens = 7, total_tokens = 18 },
    }));

    /// <summary>An answer of the older completions, of a base model that stopped by itself or at a stop sequence.</summary>
    public static ScriptedAnswer Completion(string text, string finish = "stop") => Json(200, JsonSerializer.Serialize(new
    {
        id = "cmpl-1",
        model = "scripted",
        choices = new[] { new { index = 0, text, logprobs = (object?)null, finish_reason = finish } },
        usage = new { prompt_tokens = 11, completion_tokens = 7, total_tokens = 18 },
    }));

    /// <summary>A streamed answer, step by step: pieces, waits, and how it ends. Each step is on its way before the next begins.</summary>
    public static ScriptedAnswer Stream(params ScriptedAnswer[] steps) => async call =>
    {
        call.Response.ContentType = "text/event-stream; charset=utf-8";
        await call.Response.Body.FlushAsync(call.RequestAborted);
        foreach (var step in steps) await step(call);
    };

    /// <summary>A whole streamed answer in these pieces, for 11 tokens in and 7 out.</summary>
    public static ScriptedAnswer Streamed(params string[] pieces) =>
        Stream([Event(Chunk("""{"role":"assistant","content":""}""")), .. pieces.Select(Piece), Finish(), Usage(11, 7), Done()]);

    /// <summary>A step: the next piece of a chat's text.</summary>
    public static ScriptedAnswer Piece(string text) => Event(Chunk(JsonSerializer.Serialize(new { content = text })));

    /// <summary>A step: the next piece of a base model's text.</summary>
    public static ScriptedAnswer TextPiece(string text) =>
        Event(JsonSerializer.Serialize(new { model = "scripted", choices = new[] { new { index = 0, text, finish_reason = (string?)null } } }));

    /// <summary>A step: why the model stopped.</summary>
    public static ScriptedAnswer Finish(string reason = "stop") => Event(Chunk("{}", reason));

    /// <summary>A step: the chunk without choices that carries the counts.</summary>
    public static ScriptedAnswer Usage(int input, int output) => Event(
        $$"""{"model":"scripted","choices":[],"usage":{"prompt_tokens":{{input}},"completion_tokens":{{output}},"total_tokens":{{input + output}} } }""");

    /// <summary>A step: the mark at a stream's end.</summary>
    public static ScriptedAnswer Done() => Event("[DONE]");

    /// <summary>A step: any event.</summary>
    public static ScriptedAnswer Event(string data) => Lines($"data: {data}\n\n");

    /// <summary>A step: any characters.</summary>
    public static ScriptedAnswer Lines(string characters) => async call =>
    {
        await call.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(characters), call.RequestAborted);
        await call.Response.Body.FlushAsync(call.RequestAborted);
    };

    /// <summary>A step: nothing until <paramref name="release"/> is done.</summary>
    public static ScriptedAnswer Wait(Task release) => call => release.WaitAsync(call.RequestAborted);

    /// <summary>A step: the same over and over, until the client goes.</summary>
    public static ScriptedAnswer Forever(ScriptedAnswer step) => async call =>
    {
        while (true) await step(call);
    };

    /// <summary>An error in the provider's form.</summary>
    public static ScriptedAnswer Error(
        int status, string type, string? code = null, string message = "No.", params (string, string)[] headers) =>
        Json(status, JsonSerializer.Serialize(new { error = new { message, type, param = (string?)null, code } }), headers);

    /// <summary>Any body as JSON.</summary>
    public static ScriptedAnswer Json(int status, string body, params (string Name, string Value)[] headers) =>
        Raw(status, "application/json", Encoding.UTF8.GetBytes(body), headers);

    /// <summary>Any body.</summary>
    public static ScriptedAnswer Raw(int status, string type, byte[] body, params (string Name, string Value)[] headers) => async call =>
    {
        call.Response.StatusCode = status;
        call.Response.ContentType = type;
        foreach (var (name, value) in headers) call.Response.Headers[name] = value;
        if (body.Length > 0) await call.Response.Body.WriteAsync(body, call.RequestAborted);
    };

    /// <summary>An email about the subject that is asked for, for tests that mix many requests.</summary>
    public static ScriptedAnswer EchoSubject() => call =>
        Text($"Hello,\n\nthis is about {RecordedRequest.Of(call).Subject()}.\n\nBye")(call);

    /// <summary>This answer as the connection's last; <paramref name="received"/> is released when the client has read all of it.</summary>
    public static ScriptedAnswer Last(ScriptedAnswer answer, SemaphoreSlim received) => async call =>
    {
        // A client closes such a connection at the answer's end and not before, as far as nothing goes wrong.
        call.Response.Headers.Connection = "close";
        await answer(call);
        await call.Response.CompleteAsync();
        // The request is over for the server, and its token will not tell any more.
        var closed = call.Features.GetRequiredFeature<IConnectionLifetimeFeature>().ConnectionClosed;
        await Task.Delay(Timeout.Infinite, closed).ContinueWith(_ => received.Release(), TaskScheduler.Default);
    };

    /// <summary>No answer until the client goes.</summary>
    public static ScriptedAnswer Hang() => call => Task.Delay(Timeout.Infinite, call.RequestAborted);

    /// <summary>This answer, but only once <paramref name="release"/> is done.</summary>
    public static ScriptedAnswer After(Task release, ScriptedAnswer answer) => async call =>
    {
        await release.WaitAsync(call.RequestAborted);
        await answer(call);
    };

    /// <summary>The head and half of a completion, then silence until the client goes.</summary>
    public static ScriptedAnswer HalfThenHang() => async call =>
    {
        call.Response.ContentLength = 1000;
        await call.Response.Body.WriteAsync("{\"choices\":[{\"message\":{\"content\":\"Dear"u8.ToArray(), call.RequestAborted);
        await call.Response.Body.FlushAsync(call.RequestAborted);
        await Task.Delay(Timeout.Infinite, call.RequestAborted);
    };

    /// <summary>The head and half of the body, then the connection's end in good order (FIN).</summary>
    public static ScriptedAnswer CutShort(int status = 200) =>
        Bytes($"HTTP/1.1 {status} Scripted\r\nContent-Length: 1000\r\n\r\n{{\"choices\":[{{\"message\":");

    /// <summary>
    /// Exactly these characters in place of an HTTP answer, then the connection's end. Written past the server's own buffers, which
    /// would still hold them when the connection ends.
    /// </summary>
    public static ScriptedAnswer Bytes(string ascii) => async call =>
    {
        var socket = call.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        await socket.SendAsync(Encoding.ASCII.GetBytes(ascii), call.RequestAborted);
        socket.Shutdown(SocketShutdown.Send);
        await Task.Delay(Timeout.Infinite, call.RequestAborted);
    };

    /// <summary>Resets the connection (RST), which may overtake what was sent.</summary>
    public static ScriptedAnswer Cut() => call =>
    {
        call.Abort();
        return Task.CompletedTask;
    };

    /// <summary>A body that never ends.</summary>
    public static ScriptedAnswer Endless(int status = 200) => async call =>
    {
        call.Response.StatusCode = status;
        var block = Encoding.ASCII.GetBytes(new string(' ', 65_536));
        while (true) await call.Response.Body.WriteAsync(block, call.RequestAborted);
    };

    private static string Chunk(string delta, string? finish = null) =>
        $$"""{"id":"chatcmpl-1","object":"chat.completion.chunk","model":"scripted","choices":[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{(finish is null ? "null" : $"\"{finish}\"")}} }],"usage":null}""";
}
