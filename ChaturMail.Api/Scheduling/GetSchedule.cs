using ChaturMail.Api.Http;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Api.Scheduling;

/// <summary>One schedule, and what became of it so far.</summary>
public static class GetSchedule
{
    /// <param name="Id">The schedule's id.</param>
    public sealed record Request(string? Id);

    /// <param name="Schedule">Itself.</param>
    /// <param name="Deliveries">The last 50, latest first.</param>
    public sealed record Response(ScheduleItem Schedule, IReadOnlyList<DeliveryItem> Deliveries);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, ScheduleService schedules, CancellationToken cancellation)
    {
        var check = new Check();
        var id = ScheduleFields.Id(check, request.Id);
        if (check.Failure is { } failure) return failure;
        if (await schedules.FindAsync(session.Account.Uid, id, cancellation) is not { } schedule) return Reply.Error(ApiError.ScheduleNotFound);
        var deliveries = await schedules.DeliveriesAsync(id, cancellation);
        return Reply.Ok("Your schedule.", new Response(ScheduleItem.Of(schedule), [.. deliveries.Select(DeliveryItem.Of)]));
    }
}
