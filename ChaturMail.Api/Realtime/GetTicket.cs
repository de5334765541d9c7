using ChaturMail.Api.Http;

namespace ChaturMail.Api.Realtime;

/// <summary>A ticket with which a browser opens the live connection.</summary>
public static class GetTicket
{
    /// <param name="Ticket">Stands in the address of the WebSocket: <c>/live?ticket=…</c>.</param>
    /// <param name="ExpiresOn">Unix seconds.</param>
    public sealed record Response(string Ticket, long ExpiresOn);

    /// <summary>Handles the request.</summary>
    public static IResult Handle(NoFields? request, SessionUser user, LiveTickets tickets)
    {
        var (ticket, expires) = tickets.Issue(user.Claims);
        return Reply.Ok("A ticket for one connection.", new Response(ticket, expires.ToUnixTimeSeconds()));
    }
}
