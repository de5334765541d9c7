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
        await using var stores = new SqliteFixture();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        using var outcomes = new EmbeddedOutcomeChannel(stores.Jobs, TimeProvider.System, TimeSpan.FromHours(1), NullLogger<EmbeddedOutcomeChannel>.Instance);
        using var watch = new JobWatch("u1", job.Id, stores.Jobs, stores.Emails, outcomes);
        var options = new GenerationOptions();
        using var waiting = new WaitingRequests(options, new NeverStopping());
        var streams = new EmailStreams(new EmbeddedLiveText(TimeProvider.System), waiting, options, TimeProvider.System, NullLogger<EmailStreams>.Instance);
        var gone = new CancellationToken(canceled: true);
        var context = new DefaultHttpContext { RequestAborted = gone };

        await streams.BeginAsync(context, watch, null, gone);

        // Whoever ends it is told to notify the user.
        Assert.True(await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default));
    }

    [Fact]
    public async Task ASilentStreamGetsASignOfLife()
    {
        // A minute's waiting in a second: the text that never comes is waited for with three signs of life at least.
        var time = new HurriedTimeProvider(60);
        await using var stores = new SqliteFixture();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        using var outcomes = new EmbeddedOutcomeChannel(stores.Jobs, time, TimeSpan.FromHours(1), NullLogger<EmbeddedOutcomeChannel>.Instance);
        using var watch = new JobWatch("u1", job.Id, stores.Jobs, stores.Emails, outcomes);
        var options = new GenerationOptions();
        using var waiting = new WaitingRequests(options, new NeverStopping());
        var streams = new EmailStreams(new EmbeddedLiveText(time), waiting, options, time, NullLogger<EmailStreams>.Instance);
        var pipe = new Pipe();
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(pipe.Writer.AsStream()));

        await streams.BeginAsync(context, watch, null, default);
        await pipe.Writer.CompleteAsync();

        var text = await new StreamReader(pipe.Reader.AsStream()).ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.InRange(text.Split("\n\n").Count(block => block == ": ping"), 1, 3);
        Assert.Contains("event: pending", text, StringComparison.Ordinal);
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
