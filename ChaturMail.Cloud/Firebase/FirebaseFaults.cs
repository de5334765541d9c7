using FirebaseAdmin;
using Google.Apis.Auth.OAuth2.Responses;

namespace ChaturMail.Cloud.Firebase;

/// <summary>Tells that Google is away, or refuses us, from a fault of the program.</summary>
internal static class FirebaseFaults
{
    /// <summary>
    /// A reason for the log, or null for an exception that is none of these. Not the exception's message, which may quote what was sent.
    /// </summary>
    /// <param name="cancellation">The caller's own: its cancellation is no fault of Google's.</param>
    public static string? Reason(Exception fault, CancellationToken cancellation) => fault switch
    {
        FirebaseException e => e.ErrorCode.ToString(),
        TokenResponseException e => $"no access token: {e.Error?.Error}",
        OperationCanceledException when !cancellation.IsCancellationRequested => "no answer in time",
        HttpRequestException or IOException or InvalidOperationException => fault.GetType().Name,
        _ => null,
    };
}
