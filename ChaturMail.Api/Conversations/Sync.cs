using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;

namespace ChaturMail.Api.Conversations;

/// <summary>What has changed in the user's conversations since the client's positions.</summary>
public static class Sync
{
    /// <param name="Positions">Of each conversation that the client knows the last change that it has, with all before it.</param>
    /// <param name="Limit">Messages in the answer, 1 to 500; 200 when absent.</param>
    public sealed record Request(IReadOnlyList<PositionFields?>? Positions, int? Limit);

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

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, SessionUser session, Inbox inbox, CancellationToken cancellation)
    {
        var check = new Check();
        var limit = request?.Limit ?? UsualLimit;
        if (limit is < 1 or > IMessageStore.MostAtOnce) check.Fail($"The field 'limit' must be 1 to {IMessageStore.MostAtOnce}.");
        var positions = ReadPositions(check, request?.Positions ?? []);
        if (check.Failure is { } failure) return failure;

        var missed = await inbox.SyncAsync(session.Account.Uid, positions, limit, cancellation);
        var changes = missed.Conversations.Select(c => new ChangesItem(c.ConversationId, c.Change, [.. c.Messages.Select(MessageJson.Of)]));
        return Reply.Ok("What you have missed.", new Response([.. changes], missed.Left, missed.More));
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
