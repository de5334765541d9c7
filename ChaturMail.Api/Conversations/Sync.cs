using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Realtime;

namespace ChaturMail.Api.Conversations;

/// <summary>What has changed in the user's conversations since the client's positions; at once, or, for clients without WebSockets, as soon as there is something.</summary>
public static class Sync
{
    /// <param name="Positions">Of each conversation that the client knows the last change that it has, with all before it.</param>
    /// <param name="Limit">Messages in the answer, 1 to 500; 200 when absent.</param>
    /// <param name="WaitSeconds">How long to wait for something where there is nothing, 0 to 25; 0 when absent.</param>
    public sealed record Request(IReadOnlyList<PositionFields?>? Positions, int? Limit, int? WaitSeconds);

    /// <param name="ConversationId">The conversation's id.</param>
    /// <param name="Change">The client's position in it.</param>
    public sealed record PositionFields(string? ConversationId, long? Change);

    /// <param name="Conversations">Those in which something has changed.</param>
    /// <param name="Left">Ids among the positions of conversations that the user is not in (any more).</param>
    /// <param name="More">True when there is more, to be asked for with the new positions.</param>
    public sealed record Response(IReadOnlyList<ChangesItem> Conversations, IReadOnlyList<string> Left, bool More);

    /// <param name="ConversationId">The conversation's id.</param>
    /// <param name="Change">The client's position once it has these.</param>
    /// <param name="Messages">In the order of their last changes, each as it is now.</param>
    public sealed record ChangesItem(string ConversationId, long Change, IReadOnlyList<MessageJson> Messages);

    private const int UsualLimit = 200;

    /// <summary>Handles the request. The wait ends with whatever the user is told, when the client goes, and when the process stops.</summary>
    public static async Task<IResult> Handle(
        Request? request, SessionUser session, Inbox inbox, MessageItems items, IUserSignal signal, SessionGate gate, IHostApplicationLifetime lifetime,
        CancellationToken cancellation)
    {
        var check = new Check();
        var fields = Read(check, request);
        if (check.Failure is { } failure) return failure;
        if (fields.Wait == TimeSpan.Zero) return await ReplyAsync(fields, session, inbox, items, cancellation);

        // Listening begins before the look, so that nothing is missed in between. Of a user's requests that are too many to wait one is answered at once.
        await using var listener = await signal.ListenAsync(session.Account.Uid);
        var missed = await inbox.SyncAsync(session.Account.Uid, fields.Positions, fields.Limit, cancellation);
        if (listener is null || missed is not { Conversations.Count: 0, Left.Count: 0 }) return await ReplyAsync(missed, session, items, cancellation);
        await WaitAsync(listener, fields.Wait, lifetime.ApplicationStopping, cancellation);
        // Signed out, deleted or disabled meanwhile.
        if (await gate.FindAsync(session.Claims, cancellation) is not { } user) return Reply.Error(ApiError.NotAuthenticated);
        return user.Account.Disabled ? Reply.Error(ApiError.AccountDisabled) : await ReplyAsync(fields, session, inbox, items, cancellation);
    }

    /// <summary>Handles a call over the socket, by which its client is told anyway: there is nothing to wait for.</summary>
    public static async Task<IResult> HandleAtOnce(Request? request, SessionUser session, Inbox inbox, MessageItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var fields = Read(check, request);
        return check.Failure ?? await ReplyAsync(fields, session, inbox, items, cancellation);
    }

    private static (IReadOnlyDictionary<string, long> Positions, int Limit, TimeSpan Wait) Read(Check check, Request? request)
    {
        var limit = request?.Limit ?? UsualLimit;
        if (limit is < 1 or > IMessageStore.MostAtOnce) check.Fail($"The field 'limit' must be 1 to {IMessageStore.MostAtOnce}.");
        var wait = request?.WaitSeconds ?? 0;
        if (wait is < 0 or > Limits.SyncWaitSeconds) check.Fail($"The field 'waitSeconds' must be 0 to {Limits.SyncWaitSeconds}.");
        return (ReadPositions(check, request?.Positions ?? []), limit, TimeSpan.FromSeconds(wait));
    }

    private static async Task WaitAsync(IUserListener listener, TimeSpan wait, CancellationToken stopping, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellation);
        try
        {
            await listener.WaitAsync(wait, end.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The process stops: the client asks another.
        }
    }

    private static async Task<IResult> ReplyAsync(
        (IReadOnlyDictionary<string, long> Positions, int Limit, TimeSpan Wait) fields, SessionUser session, Inbox inbox, MessageItems items,
        CancellationToken cancellation) =>
        await ReplyAsync(await inbox.SyncAsync(session.Account.Uid, fields.Positions, fields.Limit, cancellation), session, items, cancellation);

    private static async Task<IResult> ReplyAsync(Missed missed, SessionUser session, MessageItems items, CancellationToken cancellation)
    {
        var shown = (await items.OfAsync(session.Account.Uid, [.. missed.Conversations.SelectMany(c => c.Messages)], cancellation)).ToLookup(message => message.ConversationId);
        return Reply.Ok(
            "What you have missed.",
            new Response([.. missed.Conversations.Select(c => new ChangesItem(c.ConversationId, c.Change, [.. shown[c.ConversationId]]))], missed.Left, missed.More));
    }

    private static Dictionary<string, long> ReadPositions(Check check, IReadOnlyList<PositionFields?> given)
    {
        var positions = new Dictionary<string, long>();
        if (given.Count > Limits.SyncPositions) check.Fail($"The field 'positions' must hold at most {Limits.SyncPositions} positions.");
        foreach (var position in given)
        {
            if (check.Failure is not null) break;
            var id = ConversationFields.ReadId(check, "positions.conversationId", position?.ConversationId);
            if (position?.Change is null) check.Fail("The field 'positions.change' is required.");
            positions[id] = ConversationFields.ReadPlace(check, "positions.change", position?.Change) ?? 0;
        }

        return positions;
    }
}
