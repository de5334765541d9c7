using ChaturMail.Api.Http;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Api.Scheduling;

/// <summary>Routes of scheduled delivery, and what recipients and mail servers call.</summary>
public static class ScheduleRoutes
{
    /// <summary>Where the mail server passes on what came back.</summary>
    public const string Bounce = "/mail/bounce";

    /// <summary>Adds what the routes need.</summary>
    public static void AddScheduling(this WebApplicationBuilder builder) => builder.Services.AddSingleton<ScheduleFields>();

    /// <summary>Declares the routes.</summary>
    public static void MapScheduling(this RouteGroupBuilder signedIn)
    {
        signedIn.MapUseCase<ScheduleItem>("/schedule/scheduleEmail", null, "Send an email at a time, once or again and again", ScheduleEmail.Handle);
        signedIn.MapUseCase<ScheduleItem>("/schedule/scheduleMessage", null, "Send a message at a time, once or again and again", ScheduleMessage.Handle);
        signedIn.MapUseCase<ScheduleItem>("/schedule/getSchedules", null, "The user's schedules", GetSchedules.Handle);
        signedIn.MapUseCase<GetSchedule.Response>("/schedule/getSchedule", null, "A schedule and its last deliveries", GetSchedule.Handle);
        signedIn.MapUseCase<ScheduleItem>("/schedule/updateSchedule", null, "Change what is yet to leave", UpdateSchedule.Handle);
        signedIn.MapUseCase<ScheduleItem>("/schedule/cancelSchedule", null, "Call off what is yet to leave", CancelSchedule.Handle);
        signedIn.MapUseCase<ScheduleItem>("/schedule/skipNext", null, "Leave the next occurrence out", SkipNext.Handle);
        signedIn.MapUseCase<ScheduleItem>("/schedule/resend", null, "Send again what did not certainly leave", Resend.Handle);
    }

    /// <summary>Declares what is no route of the API: the page to unsubscribe by, and, where a secret for it is set, what takes in mails that came back.</summary>
    public static void MapMailReturns(this IEndpointRouteBuilder routes)
    {
        const string Unsubscription = EmailDelivery.UnsubscribePath + "{token}";
        routes.MapGet(Unsubscription, Unsubscribe.Show).WithSummary("The page to unsubscribe by").ExcludeFromDescription();
        routes.MapPost(Unsubscription, Unsubscribe.Handle).WithSummary("One-click unsubscription (RFC 8058)").ExcludeFromDescription();
        if (routes.ServiceProvider.GetRequiredService<SchedulingOptions>().BounceSecret.Length > 0)
            routes.MapPost(Bounce, ReceiveBounce.Handle).WithSummary("A mail that came back").ExcludeFromDescription();
    }
}
