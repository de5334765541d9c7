using ChaturMail.Api.Http;
using ChaturMail.Core.Events;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Shows how much there is of what people do together, and how far its events have come.</summary>
public static class GetWorkspaceLoad
{
    /// <param name="Connected">Users who are connected to any Api; null when that is not known now.</param>
    /// <param name="ActiveSchedules">Schedules that are not at their end: something is still to leave.</param>
    /// <param name="Outbox">Events that are not passed on yet.</param>
    /// <param name="Events">Events that are kept in the stream.</param>
    /// <param name="Dead">Events that could not be handled.</param>
    public sealed record Response(
        long? Connected, long Parties, long Topics, long Conversations, long Schedules, long ActiveSchedules, long Outbox, long Events, long Dead, IReadOnlyList<GroupItem> Groups);

    /// <param name="Waiting">Events that it has not read.</param>
    /// <param name="Held">Events that it has read and is not done with.</param>
    /// <param name="OldestSeconds">For how long the oldest of those that wait has waited.</param>
    public sealed record GroupItem(string Group, long Waiting, long Held, double OldestSeconds);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        NoFields? request, IDocumentStore documents, IPresence presence, IOutbox outbox, IEventStream stream, CancellationToken cancellation)
    {
        var depth = await stream.MeasureAsync(cancellation);
        return Reply.Ok("The load of the workspaces.", new Response(
            await presence.CountAsync(cancellation),
            await CountAsync("party"), await CountAsync("topic"), await CountAsync("conversation"), await CountAsync("schedule"), await CountAsync("schedule", Schedule.DueKey),
            await outbox.CountAsync(cancellation), depth.Events, depth.Dead,
            [.. depth.Groups.Select(lag => new GroupItem(lag.Group, lag.Waiting, lag.Held, Math.Round(lag.Oldest.TotalSeconds, 1)))]));

        Task<long> CountAsync(string kind, string? key = null) => documents.CountAsync(kind, key, cancellation);
    }
}
