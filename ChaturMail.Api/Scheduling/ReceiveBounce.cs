using System.Security.Cryptography;
using System.Text;
using ChaturMail.Api.Http;
using ChaturMail.Core.Scheduling;

namespace ChaturMail.Api.Scheduling;

/// <summary>
/// Takes in a mail that came back, raw, from the operator's own mail server, which knows the secret. What is no report of ours is 200 as well: it would not become one by
/// being sent again.
/// </summary>
public static class ReceiveBounce
{
    /// <summary>Handles the call.</summary>
    public static async Task<IResult> Handle(HttpContext context, Bounces bounces, SchedulingOptions options, CancellationToken cancellation)
    {
        var given = Encoding.UTF8.GetBytes(SessionMiddleware.TokenOf(context.Request).ToString());
        if (!CryptographicOperations.FixedTimeEquals(given, Encoding.UTF8.GetBytes(options.BounceSecret))) return Reply.Error(ApiError.NotAuthenticated);
        // Latin-1 takes every byte; what is read of a report is ASCII. The server's limit on bodies holds here too.
        using var reader = new StreamReader(context.Request.Body, Encoding.Latin1);
        return Reply.Ok(await bounces.TakeAsync(await reader.ReadToEndAsync(cancellation), cancellation) ? "The bounce was counted." : "This is no bounce of ours.");
    }
}
