using ChaturMail.Api.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Live.Embedded;
using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace ChaturMail.Tests.Api;

/// <summary>What becomes of a stream's answer where the client, the account or the store is not there to the end.</summary>
public sealed class StreamAnswerTests
{
    [Fact]
    public async Task AClientThatIsGoneBeforeTheStreamBeginsIsNotified()
    {
        await using var stores = new SqliteFixture();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        using var outcomes = new EmbeddedOutcomeChannel(
            stores.Jobs, TimeProvider.System, TimeSpan.FromHours(1), NullLogger<EmbeddedOutcomeChannel>.Instance);
        using var watch = new JobWatch("u1", job.Id, stores.Jobs, stores.Emails, outcomes);
        var options = new GenerationOptions();
        using var waiting = new WaitingRequests(options, new NeverStopping());
        var streams = new EmailStreams(new EmbeddedLiveText(TimeProvider.System), waiting, options, TimeProvider.System, NullLogger<EmailStreams>.Instance);
        var gone = new CancellationToken(canceled: true);
        var context = new DefaultHttpContext { RequestAborted = gone };

        await streams.BeginAsync(context, watch, null, gone);

        // Whoever completes the job is told that nobody waits for it.
        Assert.True(await stores.Jobs.CompleteAsync(job, new("Dear Maria", "scripted", 1, 1, null), default));
    }

    [Fact]
    public async Task TheStreamOfADeletedAccountEndsWhileTheModelStillWrites()
    {
        var model = new PacedModel(PacedModel.Email);
        await using var api = await TestApi.StartAsync(services => services.AddSingleton<ILanguageModel>(model), "Worker:Grace=00:00:00");
        var token = await api.Client.SignInAsync();
        await using var reader = await LiveReader.OpenAsync(api.Client, token);
        model.Allow(2);
        await reader.ReadToAsync(PacedModel.Email[0].Length);

        await api.Client.PostAsync("/user/deleteUser", new { }, token);

        Assert.Equal("not_authenticated", (await reader.ReadUntilAsync("error"))["code"]!.GetValue<string>());
        Assert.Null(await reader.NextAsync());
        Assert.Equal("not_authenticated", (await LiveReader.RefusedAsync(api.Client, token, new { }, reader.LastId)).Code);
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
