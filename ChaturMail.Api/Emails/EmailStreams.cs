using ChaturMail.Api.Http;
using ChaturMail.Core;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Live;

namespace ChaturMail.Api.Emails;

/// <summary>
/// Sends a job's text to one client as it comes, then what became of the job. The text is read only when the client has taken what came
/// before, so that a slow one costs at most a page of it here.
/// </summary>
public sealed class EmailStreams(
    ILiveText live, WaitingRequests waiting, GenerationOptions options, TimeProvider time, ILogger<EmailStreams> log)
{
    /// <summary>A connection on which nothing is sent for so long gets a sign of life: proxies end silent ones.</summary>
    public static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(15);

    // For the text whose message was lost, the ping, and the end of the waiting. Not for the text, whose message comes at once.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>Answers a request whose job is accepted and enqueued.</summary>
    /// <param name="end">The job's end, where it is known already.</param>
    /// <param name="stop">Ends the sending, not the job: the client hung up, or the server stops.</param>
    public async Task BeginAsync(HttpContext context, JobWatch watch, GenerationResult? end, CancellationToken stop)
    {
        var stream = await StartAsync(context);
        stream.Write("accepted", new { id = watch.JobId }, IdOf(watch, LivePosition.Start));
        await stream.FlushAsync();
        await SendAsync(stream, watch, LivePosition.Start, end, stop);
    }

    /// <summary>Goes on after a position, whoever answered the request before it.</summary>
    /// <param name="stop">Ends the sending, not the job.</param>
    public async Task ResumeAsync(HttpContext context, JobWatch watch, LivePosition position, CancellationToken stop)
    {
        var end = await watch.LookAsync();
        await SendAsync(await StartAsync(context), watch, position, end, stop);
    }

    private Task<EventStream> StartAsync(HttpContext context) => EventStream.StartAsync(context, options.WriteTimeout, time);

    private async Task SendAsync(EventStream stream, JobWatch watch, LivePosition position, GenerationResult? end, CancellationToken stop)
    {
        try
        {
            end = await SendTextAsync(stream, watch, position, end, stop) ?? await watch.LeaveAsync();
        }
        catch (Exception e)
        {
            // It is paid for and goes on. "Try again" would be an invitation to pay twice.
            log.LogFault(e, $"Job {watch.JobId} was accepted and could not be followed");
            end = new GenerationResult.StillRunning(watch.JobId);
        }

        if (!stream.IsOpen) return;
        stream.WriteEnvelope(end switch { GenerationResult.Finished => "email", GenerationResult.StillRunning => "pending", _ => "error" }, EmailGeneration.Answer([end]));
        await stream.FlushAsync();
    }

    // Until the job's end is known and its text is sent: the end. Until nobody reads any more or the time is over: null.
    private async Task<GenerationResult?> SendTextAsync(
        EventStream stream, JobWatch watch, LivePosition position, GenerationResult? end, CancellationToken stop)
    {
        var deadline = time.GetUtcNow() + waiting.Longest;
        using var listener = await live.ListenAsync(watch.JobId);
        using var timer = new PeriodicTimer(LookEvery, time);
        Task<bool>? tick = null;
        while (true)
        {
            var news = listener.WhenWritten();
            position = await SendNewAsync(stream, watch, position, stop);
            if (!stream.IsOpen || stop.IsCancellationRequested) return null;
            if (end is not null) return end;
            tick ??= timer.WaitForNextTickAsync(stop).AsTask();
            var first = await Task.WhenAny(news, watch.Heard, tick);
            // Text that was written before the end is sent before it: so the end is looked up first, and then the text is read once more.
            if (watch.Heard.IsCompleted) end = await watch.LookAsync();
            if (first != tick) continue;
            tick = null;
            if (time.GetUtcNow() >= deadline) return end;
            if (time.GetElapsedTime(stream.WrittenAt) < PingAfter) continue;
            stream.Comment("ping");
            await stream.FlushAsync();
        }
    }

    /// <summary>Sends all that is there, and gives the position after it.</summary>
    private async Task<LivePosition> SendNewAsync(EventStream stream, JobWatch watch, LivePosition position, CancellationToken stop)
    {
        while (stream.IsOpen && !stop.IsCancellationRequested)
        {
            var section = await ReadAsync(watch, position);
            if (section is null) return position;
            var before = position;
            if (section.Run != position.Run)
            {
                position = new LivePosition(section.Run, 0);
                if (before.Count > 0) stream.Write("restart", new { }, IdOf(watch, position));
            }

            foreach (var piece in section.Pieces)
            {
                position = position with { Count = position.Count + 1 };
                stream.Write("delta", new { text = piece }, IdOf(watch, position));
            }

            if (position == before) return position;
            await stream.FlushAsync();
            if (section.Pieces.Count < ILiveText.PageSize) return position;
        }

        return position;
    }

    // Without the text the client still gets the email. One that cannot be reached is not lost: the position stays.
    private async Task<LiveSection?> ReadAsync(JobWatch watch, LivePosition position)
    {
        try
        {
            return await live.ReadAsync(watch.JobId, position, CancellationToken.None);
        }
        catch (Exception e)
        {
            log.LogDebug("The text of job {JobId} cannot be read: {Type}", watch.JobId, e.GetType().Name);
            return null;
        }
    }

    private static string IdOf(JobWatch watch, LivePosition position) => $"{watch.JobId}:{position}";
}
