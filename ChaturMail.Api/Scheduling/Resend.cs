using ChaturMail.Api.Http;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Api.Scheduling;

/// <summary>
/// Sends again what did not certainly leave of a delivery: recipients of whom nobody knows whether they have the mail, and those for whom it was given up. Under the
/// same Message-ID, so that a server or a program that has it already may drop the second.
/// </summary>
public static class Resend
{
    /// <param name="Id">The schedule's id.</param>
    /// <param name="Occurrence">The delivery's number.</param>
    public sealed record Request(string? Id, int? Occurrence);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, ScheduleService schedules, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ScheduleFields.Id(check, request.Id);
        var number = request.Occurrence ?? 0;
        if (number < 1) check.Fail("The field 'occurrence' must be the number of a delivery.");
        return check.Failure ?? ScheduleFields.Answer(await schedules.SendAgainAsync(session.Account.Uid, id, number, cancellation), "It is being sent again.");
    }
}
