using ChaturMail.Core;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Push;
using ChaturMail.Core.Storage;

namespace ChaturMail.Worker;

/// <summary>
/// Tells a user by push message how their job ended, where no request waits for it any more. Best effort: the email is in the history
/// whatever becomes of the message, so nothing here fails, is tried again, or holds the job up for longer than <see cref="Longest"/>.
/// </summary>
/// <param name="push">Null where there is no service account to send with.</param>
public sealed class EndNotice(IUserStore users, TimeProvider time, ILogger<EndNotice> log, IPushMessages? push = null)
{
    /// <summary>How long it may take in all.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(2);

    /// <summary>Sends the message to the user's device, if there is one, and forgets a device that is gone.</summary>
    /// <param name="written">True when there is an email, false when the job was given up and its coins are back.</param>
    public async Task SendAsync(GenerationJob job, bool written)
    {
        if (push is null)
        {
            log.LogInformation("Job {JobId} ended without a push message: there is no service account", job.Id);
            return;
        }

        using var limit = new CancellationTokenSource(Longest, time);
        try
        {
            if (await users.FindPushTokenAsync(job.UserId, limit.Token) is not { } fcmToken) return;
            switch (await push.SendAsync(fcmToken, MessageOf(job, written), limit.Token))
            {
                case PushResult.Unregistered:
                    await users.ForgetPushTokenAsync(job.UserId, fcmToken, limit.Token);
                    break;
                case PushResult.Failed failed:
                    log.LogWarning("The push message of job {JobId} was not sent: {Reason}", job.Id, failed.Reason);
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("The push message of job {JobId} was not sent: no answer within {Longest}", job.Id, Longest);
        }
        catch (Exception e)
        {
            log.LogFault(e, $"The push message of job {job.Id} was not sent");
        }
    }

    // A push is shown on a locked screen and passes through others' servers: an id, and nothing that the user wrote.
    private static PushMessage MessageOf(GenerationJob job, bool written) => written
        ? new("Your email is ready", "Open ChaturMail to read and send it.", new Dictionary<string, string> { ["emailId"] = job.Id, ["state"] = "done" })
        : new(
            "Your email could not be written", "Your coins are back. Open ChaturMail to try again.",
            new Dictionary<string, string> { ["emailId"] = job.Id, ["state"] = "failed" });
}
