using ChaturMail.Api.Conversations;
using ChaturMail.Api.Http;
using ChaturMail.Core;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;
using Microsoft.AspNetCore.SignalR;

namespace ChaturMail.Api.Realtime;

/// <summary>
/// The hub at <c>/live</c>. Its methods mirror routes: they take the route's body and answer with its envelope. It calls the client method <c>update</c>
/// (docs/api.md). Calls of one connection are carried out one after the other.
/// </summary>
public sealed class LiveHub(
    SessionGate gate, RequestLimits limits, ConversationService conversations, Inbox inbox, MessageItems items, Acquaintances acquaintances, IPresence presence,
    PresenceWatch watch, StoreDescription store, ILogger<LiveHub> log) : Hub
{
    /// <summary>As <c>/message/sendMessage</c>.</summary>
    public Task<LiveAnswer> Send(Conversations.SendMessage.Request? request) =>
        AnswerAsync(request, (request, connection, stop) => Conversations.SendMessage.Handle(request, connection.User, conversations, limits, stop));

    /// <summary>As <c>/message/editMessage</c>.</summary>
    public Task<LiveAnswer> Edit(EditMessage.Request? request) =>
        AnswerAsync(request, (request, connection, stop) => EditMessage.Handle(request, connection.User, conversations, limits, stop));

    /// <summary>As <c>/message/deleteMessage</c>.</summary>
    public Task<LiveAnswer> Delete(DeleteMessage.Request? request) =>
        AnswerAsync(request, (request, connection, stop) => DeleteMessage.Handle(request, connection.User, conversations, limits, stop));

    /// <summary>As <c>/conversation/acknowledge</c>.</summary>
    public Task<LiveAnswer> Acknowledge(Conversations.Acknowledge.Request? request) =>
        AnswerAsync(request, (request, connection, stop) => Conversations.Acknowledge.Handle(request, connection.User, conversations, stop));

    /// <summary>As <c>/conversation/typing</c>.</summary>
    public Task<LiveAnswer> Typing(Conversations.Typing.Request? request) =>
        AnswerAsync(request, (request, connection, stop) => Conversations.Typing.Handle(request, connection.User, conversations, stop));

    /// <summary>As <c>/conversation/sync</c>, which does not wait here.</summary>
    public Task<LiveAnswer> Sync(Conversations.Sync.Request? request) =>
        AnswerAsync(request, (request, connection, stop) => Conversations.Sync.HandleAtOnce(request, connection.User, inbox, items, stop));

    /// <summary>As <c>/live/getPresence</c>; from then on the connection is told of changes (<c>presence</c>), for <see cref="PresenceWatch.Lifetime"/>.</summary>
    public Task<LiveAnswer> WatchPresence(GetPresence.Request? request) => AnswerAsync(
        request, (request, connection, cancellation) => GetPresence.WatchAsync(request, connection, acquaintances, presence, watch, cancellation));

    // What the middlewares do for a request.
    private async Task<LiveAnswer> AnswerAsync<T>(T? request, Func<T, LiveConnection, CancellationToken, Task<IResult>> handle) where T : class
    {
        var connection = Context.Features.Get<LiveConnection>()!;
        try
        {
            if (await gate.CountAsync(connection.User) is { } refused) return LiveAnswer.Of(Reply.Error(refused));
            return LiveAnswer.Of(request is null ? Reply.Error(ApiError.BadRequest) : await handle(request, connection, Context.ConnectionAborted));
        }
        catch (ObjectStoreException)
        {
            return LiveAnswer.Of(Reply.Error(ApiError.FilesUnavailable));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            if (store.IsOutage(e)) return LiveAnswer.Of(Reply.Error(ApiError.StoreUnavailable));
            log.LogFault(e, "A call of the hub failed");
            return LiveAnswer.Of(Reply.Error(ApiError.Unexpected));
        }
    }
}
