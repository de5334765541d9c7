using ChaturMail.Api.Http;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Api.Scheduling;

/// <summary>Leaves the next occurrence out; the last one's is the end of the schedule.</summary>
public static class SkipNext
{
    /// <param name="Id">The schedule's id.</param>
    /// <param name="Occurrence">Number of the one that is meant; when another is next by now, nothing changes. Whatever is next when absent.</param>
    public sealed record Request(string? Id, int? Occurrence);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, ScheduleService schedules, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ScheduleFields.Id(check, request.Id);
        return check.Failure ?? ScheduleFields.Answer(await schedules.SkipNextAsync(session.Account.Uid, id, request.Occurrence, cancellation), "The next one is left out.");
    }
}
