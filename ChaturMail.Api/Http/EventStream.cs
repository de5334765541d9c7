using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;

namespace ChaturMail.Api.Http;

/// <summary>
/// Writes server-sent events (WHATWG HTML standard, section 9.2). Each has its data on one line, for it is JSON. A client that does not
/// read is given up: nothing here throws because of it.
/// </summary>
/// <param name="abort">Ends the connection.</param>
/// <param name="longest">How long a write may wait for the client to read.</param>
/// <param name="encrypted">Encrypts the data of each event, where the request was encrypted.</param>
public sealed class EventStream(PipeWriter output, Action abort, TimeSpan longest, TimeProvider time, EncryptedAnswer? encrypted = null)
{
    /// <summary>Media type of the answer.</summary>
    public const string ContentType = "text/event-stream";

    /// <summary>False once the client is gone, or was given up.</summary>
    public bool IsOpen { get; private set; } = true;

    /// <summary>Timestamp of the last write.</summary>
    public long WrittenAt { get; private set; } = time.GetTimestamp();

    /// <summary>Starts the answer: from here on no failure can be told by a status.</summary>
    public static async Task<EventStream> StartAsync(HttpContext context, TimeSpan longest, TimeProvider time)
    {
        var response = context.Response;
        var encrypted = context.Features.Get<EncryptedAnswer>();
        encrypted?.BeginStream();
        response.ContentType = ContentType;
        // No cache and no proxy may keep or gather what is to be read at once; nginx has a header of its own for that.
        response.Headers.CacheControl = "no-store, no-transform";
        response.Headers["X-Accel-Buffering"] = "no";
        context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
        // Not cancelled: that the client is gone is found by the first flush, and whoever sends the stream sees to what follows from it.
        await response.StartAsync(CancellationToken.None);
        var stream = new EventStream(response.BodyWriter, context.Abort, longest, time, encrypted);
        // The head would else wait for the first event, which may be a while.
        await stream.FlushAsync();
        return stream;
    }

    /// <summary>Writes an event. It leaves with the next <see cref="FlushAsync"/>.</summary>
    /// <param name="id">What a client sends as <c>Last-Event-ID</c> to go on after this event; null leaves the one before.</param>
    public void Write<T>(string name, T data, string? id = null)
    {
        Begin(name, id);
        var text = Data();
        using (var json = new Utf8JsonWriter(text, ApiJson.WriterOptions)) JsonSerializer.Serialize(json, data, ApiJson.Options);
        End(name, text);
    }

    /// <summary>Writes an event whose data is the envelope of an answer.</summary>
    public void WriteEnvelope(string name, IResult answer)
    {
        Begin(name, null);
        var text = Data();
        Reply.WriteTo(text, answer);
        End(name, text);
    }

    /// <summary>Writes a comment, which clients leave out: a sign of life.</summary>
    public void Comment(string text) => Text($": {text}\n\n");

    /// <summary>Sends what is written. Waits while the client does not read, at most as long as it may.</summary>
    public async Task FlushAsync()
    {
        if (!IsOpen) return;
        try
        {
            var flush = output.FlushAsync();
            var result = flush.IsCompletedSuccessfully ? await flush : await flush.AsTask().WaitAsync(longest, time);
            IsOpen = !result.IsCompleted && !result.IsCanceled;
        }
        catch (TimeoutException)
        {
            IsOpen = false;
            abort();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            IsOpen = false;
        }

        WrittenAt = time.GetTimestamp();
    }

    private void Begin(string name, string? id) => Text(id is null ? $"event: {name}\ndata: " : $"id: {id}\nevent: {name}\ndata: ");

    // Where the data of an event is written to: straight to the client, unless it is encrypted first.
    private IBufferWriter<byte> Data() => encrypted is null ? output : new ArrayBufferWriter<byte>();

    private void End(string name, IBufferWriter<byte> data)
    {
        if (data is ArrayBufferWriter<byte> plain) output.Write(encrypted!.EncryptEvent(name, plain.WrittenSpan));
        Text("\n\n");
    }

    private void Text(string text) => Encoding.UTF8.GetBytes(text, output);
}
