using ChaturMail.Core.Push;
using FirebaseAdmin.Messaging;

namespace ChaturMail.Cloud.Firebase;

/// <summary>
/// <see cref="IPushMessages"/> on FirebaseAdmin
/// (https://firebase.google.com/docs/reference/admin/dotnet/class/firebase-admin/messaging/firebase-messaging).
/// </summary>
public sealed class FirebaseAdminMessages(FirebaseAdminApp app, TimeProvider time) : IPushMessages, IDisposable
{
    private readonly FirebaseMessaging _messaging = FirebaseMessaging.GetMessaging(app.App);

    /// <summary>How long a message may take in all; the SDK would wait and try again for minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<PushResult> SendAsync(string fcmToken, PushMessage message, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(message);
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await _messaging.SendAsync(
                new Message { Token = fcmToken, Notification = new() { Title = message.Title, Body = message.Body }, Data = message.Data }, either.Token);
            return PushResult.Sent.Instance;
        }
        catch (FirebaseMessagingException e) when (e.MessagingErrorCode == MessagingErrorCode.Unregistered)
        {
            return PushResult.Unregistered.Instance;
        }
        catch (Exception e) when (FirebaseFaults.Reason(e, cancellation) is not null)
        {
            return new PushResult.Failed(FirebaseFaults.Reason(e, cancellation)!);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => app.Dispose();
}
