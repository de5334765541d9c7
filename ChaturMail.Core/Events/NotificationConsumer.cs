using System.Text.Json;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Push;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Events;

/// <summary>
/// Tells users of what happened to them, as <see cref="NotificationRule"/> says: in their list first, then, to the connected, live, and to the device of who is
/// not connected, for kinds that matter, by push message. The list is the record; live and push are tried once.
/// </summary>
/// <param name="messages">Null where there are no conversations: then nobody is told of mentions.</param>
/// <param name="channel">Null where nobody can be connected.</param>
/// <param name="push">Null where there is no service account to send with.</param>
public sealed class NotificationConsumer(
    Notifications notifications, PartyMembership parties, UserCache users, IUserStore accounts, TimeProvider time, ILogger<NotificationConsumer> log,
    IMessageStore? messages = null, IUserChannel? channel = null, IPushMessages? push = null) : IEventConsumer
{
    /// <summary>How long a push message may take.</summary>
    private static readonly TimeSpan LongestPush = TimeSpan.FromSeconds(2);

    // After a long absence the list is caught up with; a device that rings for what is old news is a nuisance.
    private static readonly TimeSpan StaleAfter = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public string Name => "notifications";

    /// <inheritdoc/>
    public async Task HandleAsync(DomainEvent happened, CancellationToken cancellation)
    {
        if (NotificationRule.Find(happened.Type) is not { } rule) return;
        foreach (var uid in await WhomAsync(rule, happened, cancellation))
        {
            // Who has erased their account is told nothing: what was kept for them would be kept for nobody.
            if (await users.FindAsync(uid, cancellation) is null) continue;
            var notification = rule.Make(happened, uid);
            if (await notifications.AddAsync(notification, cancellation)) await TellAsync(rule, notification, cancellation);
        }
    }

    private async Task<IReadOnlyList<string>> WhomAsync(NotificationRule rule, DomainEvent happened, CancellationToken cancellation)
    {
        switch (rule.Whom)
        {
            case NotificationRule.Recipients.PartyAdmins:
                return Others(await parties.FindAsync(happened.Subject, cancellation), happened, member => member.Role != PartyRole.Member);
            case NotificationRule.Recipients.PartyMembers when happened.Data.TryGetValue("partyId", out var partyId):
                return Others(await parties.FindAsync(partyId, cancellation), happened, _ => true);
            case NotificationRule.Recipients.Mentioned:
                // Most messages mention nobody, and are not looked up.
                if (messages is null || happened.Data.GetValueOrDefault("mentions", "0") is "0" or "") return [];
                var message = await messages.FindAsync(happened.Subject, cancellation);
                return message is { DeletedOn: null } ? [.. message.Mentions.Where(uid => uid != happened.Actor)] : [];
            default:
                return [.. rule.NamedBy(happened)];
        }
    }

    private static IReadOnlyList<string> Others(Party? party, DomainEvent happened, Func<PartyMember, bool> isTold) =>
        party is null ? [] : [.. party.Members.Where(member => member.Uid != happened.Actor && isTold(member)).Select(member => member.Uid)];

    private async Task TellAsync(NotificationRule rule, Notification notification, CancellationToken cancellation)
    {
        IReadOnlyList<string> absent = [notification.UserId];
        if (channel is not null)
        {
            var item = (await notifications.DescribeAsync([notification], cancellation))[0];
            absent = await channel.TellAsync([notification.UserId], new UserUpdate("notification", JsonSerializer.Serialize(item, JsonSerializerOptions.Web)), cancellation);
        }

        var isFresh = time.GetUtcNow().ToUnixTimeMilliseconds() - notification.CreatedOn < StaleAfter.TotalMilliseconds;
        if (rule.Push is { } words && isFresh && absent.Count > 0) await PushAsync(notification, words.Title, words.Body);
    }

    // Best effort: the list has it whatever becomes of the message, so nothing here fails.
    private async Task PushAsync(Notification notification, string title, string body)
    {
        if (push is null) return;
        using var limit = new CancellationTokenSource(LongestPush, time);
        try
        {
            if (await accounts.FindPushTokenAsync(notification.UserId, limit.Token) is not { } fcmToken) return;
            var data = new Dictionary<string, string>(notification.Data) { ["notificationId"] = notification.Id, ["notification"] = notification.Kind };
            switch (await push.SendAsync(fcmToken, new PushMessage(title, body, data), limit.Token))
            {
                case PushResult.Unregistered:
                    await accounts.ForgetPushTokenAsync(notification.UserId, fcmToken, limit.Token);
                    break;
                case PushResult.Failed failed:
                    log.LogWarning("The push message of notification {Id} was not sent: {Reason}", notification.Id, failed.Reason);
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            log.LogWarning("The push message of notification {Id} was not sent: no answer within {Longest}", notification.Id, LongestPush);
        }
        catch (Exception e)
        {
            log.LogFault(e, $"The push message of notification {notification.Id} was not sent");
        }
    }
}
