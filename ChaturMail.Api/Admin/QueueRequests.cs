using ChaturMail.Api.Http;
using ChaturMail.Core;
using ChaturMail.Core.Queue;

namespace ChaturMail.Api.Admin;

/// <summary>Says so when the queue cannot be reached, to whoever asks for nothing else.</summary>
internal sealed class QueueRequests(IGenerationQueue queue, ILogger<QueueRequests> log) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (Exception e) when (queue.IsOutage(e))
        {
            log.LogFault(e, "The queue cannot be reached");
            return Reply.Error(ApiError.QueueUnavailable);
        }
    }
}
