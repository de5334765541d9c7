using ChaturMail.Core.Firebase;

namespace ChaturMail.Core.Push.Firebase;

/// <summary>
/// Push messages over the REST interface of Firebase Cloud Messaging, HTTP v1
/// (https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages/send). Sends once: whoever asks decides about trying again.
/// </summary>
public sealed class FirebaseMessages : IPushMessages
{
    private readonly GoogleApi _api;
    private readonly Uri _send;

    /// <summary>Messages to the apps of <paramref name="projectId"/>.</summary>
    public FirebaseMessages(string projectId, GoogleApi api)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(projectId);
        ArgumentNullException.ThrowIfNull(api);
        _api = api;
        _send = new Uri($"https://fcm.googleapis.com/v1/projects/{Uri.EscapeDataString(projectId)}/messages:send");
    }

    /// <inheritdoc/>
    public async Task<PushResult> SendAsync(string fcmToken, PushMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        var body = new
        {
            message = new { token = fcmToken, notification = new { title = message.Title, body = message.Body }, data = message.Data },
        };
        return await _api.PostAsync(_send, body, cancellation) switch
        {
            GoogleAnswer.Success => PushResult.Sent.Instance,
            // https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
            GoogleAnswer.Refused { Code: "UNREGISTERED" } => PushResult.Unregistered.Instance,
            GoogleAnswer.Refused refused => new PushResult.Failed(refused.Reason),
            GoogleAnswer.None none => new PushResult.Failed(none.Reason),
            var other => throw new InvalidOperationException($"The service answered with {other.GetType().Name}."),
        };
    }
}
