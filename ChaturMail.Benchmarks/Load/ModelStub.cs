using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ChaturMail.Core.Language.Composer;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Benchmarks.Load;

/// <summary>How a model stub behaves.</summary>
/// <param name="Delay">Time that an answer takes; <see cref="Jitter"/> comes on top.</param>
/// <param name="Jitter">The longest time on top, chosen anew for each call.</param>
/// <param name="FlakySeed">With it one call in nine fails, in one of five ways; null for a model that always answers.</param>
internal sealed record ModelBehavior(TimeSpan Delay, TimeSpan Jitter, string? FlakySeed = null);

/// <summary>
/// A server that speaks OpenAI's chat completions on a loopback port. What a flaky one does with a call is decided by its seed, the job
/// that the call is about (<c>job-N</c> in the subject) and which call of that job it is, so that it does not depend on timing.
/// </summary>
internal sealed class ModelStub : IAsyncDisposable
{
    private const string Text =
        """
        Dear Ms. Okafor,

        I hope you are well. I would like to ask for half an hour next week to go through the progress of our project and the tasks that
        are still open. The team has finished the first milestone on time, and I would be glad to show you the results before we start on
        the second one.

        Would Tuesday or Thursday afternoon suit you? Thirty minutes should be enough. I will send a short agenda and the latest report
        the day before, so that you have time to read both.

        Thank you for your support so far. I look forward to your answer.

        Kind regards,
        Asha Rao
        """;

    private static readonly byte[] Answer = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(new
    {
        id = "chatcmpl-1",
        @object = "chat.completion",
        model = "stub",
        choices = new[] { new { index = 0, message = new { role = "assistant", content = Text }, finish_reason = "stop" } },
        usage = new { prompt_tokens = 268, completion_tokens = 124, total_tokens = 392 },
    }));

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _callsOfJobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _answersOfJobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private long _calls;

    private ModelStub(ModelBehavior behavior, int port)
    {
        Behavior = behavior;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>What it does from now on.</summary>
    public ModelBehavior Behavior { get; set; }

    /// <summary>The address for <c>OpenAI__BaseAddress</c>.</summary>
    public string BaseAddress => _app.Urls.Single() + "/v1";

    /// <summary>How many calls came.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>How many ended how.</summary>
    public IReadOnlyDictionary<string, int> Counts => _counts;

    /// <summary>How many good answers a job got.</summary>
    public int AnswersOf(int job) => _answersOfJobs.GetValueOrDefault(job.ToString(CultureInfo.InvariantCulture));

    /// <summary>Starts one; port 0 takes a free one.</summary>
    public static async Task<ModelStub> StartAsync(ModelBehavior behavior, int port = 0)
    {
        var stub = new ModelStub(behavior, port);
        await stub._app.StartAsync();
        return stub;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext call)
    {
        Interlocked.Increment(ref _calls);
        var behavior = Behavior;
        try
        {
            var job = await ReadJobAsync(call);
            var choice = new SeededChoice(SeededChoice.Hash(
                behavior.FlakySeed ?? "", job, _callsOfJobs.AddOrUpdate(job, 1, (_, calls) => calls + 1).ToString(CultureInfo.InvariantCulture)));
            var delay = behavior.Delay + (behavior.Jitter * (choice.Next(1000) / 1000.0));
            if (delay > TimeSpan.Zero) await Task.Delay(delay, call.RequestAborted);
            var fault = behavior.FlakySeed is null ? 1000 : choice.Next(1000);
            await (fault switch
            {
                < 50 => ErrorAsync(call, 500, "server_error"),
                < 70 => ErrorAsync(call, 429, "rate_limit_exceeded"),
                < 90 => WriteAsync(call, "garbage", "<html>Bad gateway"u8.ToArray()),
                < 107 => CutAsync(call),
                < 111 => HangAsync(call),
                _ => WriteAnswerAsync(call, job),
            });
        }
        catch (Exception e) when (e is OperationCanceledException or IOException && call.RequestAborted.IsCancellationRequested)
        {
            Count("left alone");
        }
    }

    // Tells one job's calls from another's without reading the JSON: the machine's time belongs to what is measured.
    private static async Task<string> ReadJobAsync(HttpContext call)
    {
        using var body = new MemoryStream();
        await call.Request.Body.CopyToAsync(body, call.RequestAborted);
        var bytes = body.GetBuffer().AsSpan(0, (int)body.Length);
        var at = bytes.LastIndexOf("job-"u8);
        if (at < 0) return "";
        var digits = bytes[(at + 4)..];
        var length = digits.IndexOfAnyExceptInRange((byte)'0', (byte)'9');
        return Encoding.ASCII.GetString(length < 0 ? digits : digits[..length]);
    }

    private Task ErrorAsync(HttpContext call, int status, string code)
    {
        call.Response.StatusCode = status;
        if (status == 429) call.Response.Headers.RetryAfter = "1";
        return WriteAsync(call, status.ToString(CultureInfo.InvariantCulture), Encoding.UTF8.GetBytes(
            JsonSerializer.Serialize(new { error = new { message = "Try again.", type = code, param = (string?)null, code } })));
    }

    private async Task WriteAsync(HttpContext call, string counted, byte[] body)
    {
        call.Response.ContentType = "application/json";
        call.Response.ContentLength = body.Length;
        await call.Response.Body.WriteAsync(body, call.RequestAborted);
        Count(counted);
    }

    private async Task WriteAnswerAsync(HttpContext call, string job)
    {
        await WriteAsync(call, "answered", Answer);
        _answersOfJobs.AddOrUpdate(job, 1, (_, answers) => answers + 1);
    }

    // Half of an answer, then a reset.
    private async Task CutAsync(HttpContext call)
    {
        call.Response.ContentLength = Answer.Length;
        await call.Response.Body.WriteAsync(Answer.AsMemory(0, Answer.Length / 2), call.RequestAborted);
        await call.Response.Body.FlushAsync(call.RequestAborted);
        Count("cut");
        call.Abort();
    }

    private Task HangAsync(HttpContext call)
    {
        Count("hung");
        return Task.Delay(Timeout.Infinite, call.RequestAborted);
    }

    private void Count(string what) => _counts.AddOrUpdate(what, 1, (_, count) => count + 1);
}
