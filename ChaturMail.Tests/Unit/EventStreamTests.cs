using System.IO.Pipelines;
using System.Net.ServerSentEvents;
using System.Text;
using ChaturMail.Api.Http;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit;

public sealed class EventStreamTests
{
    [Fact]
    public async Task AnEventIsItsIdItsNameAndItsDataOnOneLine()
    {
        var pipe = new Pipe();
        var stream = Stream(pipe);

        stream.Write("delta", new { text = "a\r\nb\nc\u2028 \"नमस्ते\" 👋" }, "6b018b08c371b1bcac5105a3:0123abcd-1");
        stream.Comment("ping");
        stream.WriteEnvelope("error", Reply.Error(ApiError.Busy));
        await stream.FlushAsync();
        await pipe.Writer.CompleteAsync();

        var text = await new StreamReader(pipe.Reader.AsStream(), Encoding.UTF8).ReadToEndAsync(TestContext.Current.CancellationToken);
        var blocks = text.Split("\n\n");
        Assert.Equal("", blocks[^1]);
        Assert.Equal(["id: 6b018b08c371b1bcac5105a3:0123abcd-1", "event: delta"], blocks[0].Split('\n')[..2]);
        Assert.Equal(3, blocks[0].Split('\n').Length);
        Assert.Equal(": ping", blocks[1]);
        Assert.StartsWith("event: error\ndata: {\"status\":0,", blocks[2], StringComparison.Ordinal);
        Assert.EndsWith(",\"payload\":null,\"code\":\"busy\"}", blocks[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AParserByTheStandardReadsBackWhatWasWritten()
    {
        var pipe = new Pipe();
        var stream = Stream(pipe);
        stream.Write("accepted", new { id = "1" }, "1:0");
        stream.Write("delta", new { text = "a\n\nb: c\ndata: d" }, "1:0123abcd-1");
        stream.Comment("ping");
        stream.Write("restart", new { }, "1:0123abcd-0");
        stream.WriteEnvelope("email", Reply.Ok("Done."));
        await stream.FlushAsync();
        await pipe.Writer.CompleteAsync();

        var read = new List<(string, string, string?)>();
        await foreach (var item in SseParser.Create(pipe.Reader.AsStream()).EnumerateAsync()) read.Add((item.EventType, item.Data, item.EventId));

        Assert.Equal(
            [
                ("accepted", "{\"id\":\"1\"}", "1:0"), ("delta", "{\"text\":\"a\\n\\nb: c\\ndata: d\"}", "1:0123abcd-1"),
                ("restart", "{}", "1:0123abcd-0"), ("email", "{\"status\":1,\"message\":\"Done.\",\"payload\":null}", null),
            ],
            read);
    }

    [Fact]
    public async Task AClientThatDoesNotReadIsGivenUpAfterItsTime()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1000, resumeWriterThreshold: 500));
        var aborted = 0;
        var stream = new EventStream(pipe.Writer, () => aborted++, TimeSpan.FromSeconds(10), new HurriedTimeProvider(1000));

        stream.Write("delta", new { text = new string('x', 500) });
        await stream.FlushAsync();
        Assert.True(stream.IsOpen);
        stream.Write("delta", new { text = new string('x', 500) });
        await stream.FlushAsync();

        Assert.False(stream.IsOpen);
        Assert.Equal(1, aborted);
        // Nothing more is waited for.
        await stream.FlushAsync();
        Assert.Equal(1, aborted);
    }

    [Fact]
    public async Task AClientThatIsGoneIsNoError()
    {
        var pipe = new Pipe();
        var stream = Stream(pipe);
        await pipe.Reader.CompleteAsync();

        stream.Write("delta", new { text = "a" });
        await stream.FlushAsync();

        Assert.False(stream.IsOpen);
    }

    private static EventStream Stream(Pipe pipe) => new(pipe.Writer, () => { }, TimeSpan.FromSeconds(10), TimeProvider.System);
}
