using System.IO.Pipelines;
using ChaturMail.Api.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Live.Embedded;
using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Api;

/// <summary>A stream without a server: what no real connection can be brought to at will.</summary>
public sealed class EmailStreamsTests
{
    [Fact]
    public async Task AClientThatHungUpBeforeTheStreamBeganIsNotifiedToo()
    {
        await using var open = await OpenAsync(TimeProvider.System);
        var gone = new CancellationToken(canceled: true);

        await open.Streams.BeginAsync(new DefaultHttpContext { RequestAborted = gone }, open.Watch, null, gone);

        // Whoever ends it is told to notify the user.
        Assert.True(await open.Stores.Jobs.CompleteAsync(open.Job, StoreFixture.Answer(), default));
    }

    [Fact]
    public async Task ASilentStreamGetsASignOfLife()
    {
        // A minute's waiting in a second: the text that never comes is waited for with three signs of life at least.
        await using var open = await OpenAsync(new HurriedTimeProvider(60));
        var pipe = new Pipe();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(pipe.Writer.AsStream()));

        await open.Streams.BeginAsync(context, open.Watch, null, default);
        await pipe.Writer.CompleteAsync();

        var text = await new StreamReader(pipe.Reader.AsStream()).ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.InRange(text.Split("\n\n").Count(block => block == ": ping"), 1, 3);
        Assert.Contains("event: pending", text, StringComparison.Ordinal);
    }

    private static async Task<OpenStream> OpenAsync(TimeProvider time)
    {
        var stores = new SqliteFixture();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        return new OpenStream(stores, job, time);
    }

    /// <summary>An accepted job, its watch and what sends its stream.</summary>
    private sealed class OpenStream : IAsyncDisposable
    {
        private readonly EmbeddedOutcomeChannel _outcomes;
        private readonly WaitingRequests _waiting;

        public OpenStream(StoreFixture stores, GenerationJob job, TimeProvider time)
        {
            (Stores, Job) = (stores, job);
            _outcomes = new EmbeddedOutcomeChannel(stores.Jobs, time, TimeSpan.FromHours(1), NullLogger<EmbeddedOutcomeChannel>.Instance);
            Watch = new JobWatch("u1", job.Id, stores.Jobs, stores.Emails, _outcomes);
            var options = new GenerationOptions();
            _waiting = new WaitingRequests(options, new NeverStopping());
            Streams = new EmailStreams(new EmbeddedLiveText(time), _waiting, options, time, NullLogger<EmailStreams>.Instance);
        }

        public StoreFixture Stores { get; }

        public GenerationJob Job { get; }

        public JobWatch Watch { get; }

        public EmailStreams Streams { get; }

        public async ValueTask DisposeAsync()
        {
            _waiting.Dispose();
            Watch.Dispose();
            _outcomes.Dispose();
            await Stores.DisposeAsync();
        }
    }

    private sealed class NeverStopping : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
