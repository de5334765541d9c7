using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ChaturMail.Tests.Api;

/// <summary>How long a request may take.</summary>
public sealed class RequestTimeTests
{
    private static readonly object Feedback = new { subject = "Long enough", message = "Long enough too" };

    [Fact]
    public async Task ARequestThatIsNotDoneInItsTimeIsAnsweredSo()
    {
        await using var api = await TestApi.StartAsync(services => services.Replace(ServiceDescriptor.Singleton<IFeedbackStore>(new HangingStore())), "Server:RequestTimeout=00:00:01");
        var token = await api.Client.SignInAsync();

        var answer = await api.Client.PostAsync("/misc/submitFeedback", Feedback, token);

        Assert.Equal((503, "request_timeout"), (answer.HttpStatus, answer.Code));
        Assert.Equal(TimeSpan.FromSeconds(5), answer.Headers.RetryAfter?.Delta);
        // The connection and the server go on.
        Assert.Equal(200, (await api.Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
    }

    [Fact]
    public async Task AnEncryptedRequestThatIsNotDoneInItsTimeIsAnsweredSoToo()
    {
        await using var api = await TestApi.StartAsync(
            services => services.Replace(ServiceDescriptor.Singleton<IFeedbackStore>(new HangingStore())),
            "Server:RequestTimeout=00:00:01", "Encryption:PrivateKey=" + EncryptedClient.PrivateKey);
        var token = await api.Client.SignInAsync();
        var client = await EncryptedClient.OpenAsync(api.Client);

        var reply = await client.SendAsync(client.Make("/misc/submitFeedback", Feedback, token));

        Assert.Equal((503, "request_timeout", true), (reply.Answer.HttpStatus, reply.Answer.Code, reply.IsEncrypted));
        Assert.Equal(TimeSpan.FromSeconds(5), reply.Answer.Headers.RetryAfter?.Delta);
        Assert.Equal(200, (await client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
    }

    [Fact]
    public async Task OnlyRoutesThatWriteAnEmailOrAnArchiveOrThatWaitBoundTheirTimeThemselves()
    {
        await using var api = await TestApi.StartAsync();
        var own = ApiRoutes.Endpoints(api.App)
            .Where(e => e.Metadata.GetMetadata<ApiRoute>() is not null && e.Metadata.GetMetadata<DisableRequestTimeoutAttribute>() is not null).Select(e => e.RoutePattern.RawText);
        Assert.Equal(["/conversation/sync", "/email/generateEmail", "/email/regenerateEmail", "/email/streamEmail"], own.Where(route => route != "/user/exportData").Order());
    }

    private sealed class HangingStore : IFeedbackStore
    {
        public async Task<bool> AddAsync(FeedbackMessage message, CancellationToken cancellation)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return true;
        }

        public Task<IReadOnlyList<FeedbackMessage>> ListAsync(int limit, EmailCursor? after, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<bool> DeleteAsync(string id, CancellationToken cancellation) => throw new NotSupportedException();
    }
}
