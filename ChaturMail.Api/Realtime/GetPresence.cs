using ChaturMail.Api.Http;
using ChaturMail.Core.Realtime;

namespace ChaturMail.Api.Realtime;

/// <summary>
/// Whether people are connected, and when they were last. Of those with whom the user shares no party and no conversation it is said as of those who do
/// not exist: not connected, never seen.
/// </summary>
public static class GetPresence
{
    /// <param name="UserIds">1 to 100.</param>
    public sealed record Request(IReadOnlyList<string?>? UserIds);

    /// <param name="UserId">Who.</param>
    /// <param name="Online">True while they have a connection.</param>
    /// <param name="LastSeenOn">Unix seconds, or null when it is not known.</param>
    public sealed record Item(string UserId, bool Online, long? LastSeenOn);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser user, Acquaintances acquaintances, IPresence presence, CancellationToken cancellation) =>
        (await FindAsync(request, user, acquaintances, presence, cancellation)).Answer;

    /// <summary>As <see cref="Handle"/>, and watches them for a connection from then on.</summary>
    public static async Task<IResult> WatchAsync(
        Request request, LiveConnection connection, Acquaintances acquaintances, IPresence presence, PresenceWatch watch, CancellationToken cancellation)
    {
        var (answer, states) = await FindAsync(request, connection.User, acquaintances, presence, cancellation);
        if (states is not null) watch.Watch(connection, states);
        return answer;
    }

    private static async Task<(IResult Answer, IReadOnlyDictionary<string, PresenceState>? Known)> FindAsync(
        Request request, SessionUser user, Acquaintances acquaintances, IPresence presence, CancellationToken cancellation)
    {
        var check = new Check();
        var uids = request.UserIds ?? [];
        if (uids.Count is < 1 or > PresenceWatch.MostWatched) check.Fail($"The field 'userIds' must hold 1 to {PresenceWatch.MostWatched} ids.");
        var asked = check.Failure is null ? uids.Select(uid => check.Required("userIds", uid, Limits.Uid)).Distinct().ToList() : [];
        if (check.Failure is { } failure) return (failure, null);
        var known = await presence.FindAsync(await acquaintances.FilterAsync(user.Account.Uid, asked, cancellation), cancellation);
        var items = asked.Select(uid => known.GetValueOrDefault(uid, PresenceState.Unknown) is var state ? new Item(uid, state.Online, state.LastSeenOn) : null!);
        return (Reply.List("Who is connected.", [.. items]), known);
    }
}
