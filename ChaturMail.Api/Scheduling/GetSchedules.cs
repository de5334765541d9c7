using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Scheduling;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Scheduling;

/// <summary>Lists the user's schedules, a page at a time: those to come, soonest first, or those that have ended, latest first.</summary>
public static class GetSchedules
{
    /// <param name="Past">True for those that have ended.</param>
    /// <param name="Limit">Schedules in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the first when absent.</param>
    public sealed record Request(bool? Past, int? Limit, string? Cursor);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, SessionUser session, ScheduleService schedules, CancellationToken cancellation)
    {
        var check = new Check();
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        var page = await schedules.ListAsync(
            session.Account.Uid, request?.Past ?? false, limit, after is null ? null : new DocumentCursor(after.CreatedOn, after.Id), cancellation);
        return Reply.List(
            "Your schedules.", page.Select(ScheduleItem.Of).ToList(), PageFields.Next(page, limit, schedule => new EmailCursor(Schedule.Kind.SortOf(schedule), schedule.Id)));
    }
}
