using ChaturMail.Api.Http;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Api.Scheduling;

/// <summary>Calls off what is yet to leave of a schedule. What has left is not called back.</summary>
public static class CancelSchedule
{
    /// <param name="Id">The schedule's id.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, ScheduleService schedules, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ScheduleFields.Id(check, request.Id);
        return check.Failure ?? ScheduleFields.Answer(await schedules.CancelAsync(session.Account.Uid, id, cancellation), "The schedule was cancelled.");
    }
}
