using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Limits;
using ChaturMail.Core.Push;
using ChaturMail.Core.Realtime;
using ChaturMail.Core.Storage;

namespace ChaturMail.Worker;

/// <summary>
/// Tells members of a conversation by push message that there is something new, when they have no live connection and have not seen it: once in <see cref="Rest"/>
/// for each user and conversation. Whom the message mentions gets the push message of that notification instead. Best effort, as <see cref="EndNotice"/>: the message is in the store, so nothing here fails or is tried again.
/// </summary>
/// <param name="push">Null where there is no service account to send with.</param>
public sealed class MessagePush(
    IMessageStore messages, ConversationService conversations, IPresence presence, IUserStore users, IOnce once, TimeProvider time, ILogger<MessagePush> log,
    IPushMessages? push = null) : IEventConsumer
{
    /// <summary>Time between two messages to one user about one conversation.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromMinutes(1);

    /// <summary>What happened longer ago, before a consumer that was away caught up, is no news.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromMinutes(10);

    // 255 others at most: eight rounds of EndNotice.Longest (2 s) are 16 s, within IEventConsumer.Longest (20 s). An event that takes longer comes again.
    private const int MostAtOnce = 32;

    // It passes through others' servers and onto a locked screen: no name and no text.
    private const string Title = "ChaturMail", Body = "New message in ChaturMail";

    /// <inheritdoc/>
    public string Name => "message-push";

    /// <inheritdoc/>
    public async Task HandleAsync(DomainEvent happened, CancellationToken cancellation)
    {
        if (push is null || happened.Type != EventType.MessageSent || time.GetUtcNow() - happened.Time > Stale) return;
        if (await messages.FindAsync(happened.Subject, cancellation) is not { DeletedOn: null } message) return;
        if (await conversations.FindAsync(message.ConversationId, happened.Actor, cancellation) is not { } conversation) return;
        var seen = (await messages.PositionsAsync(conversation.Id, cancellation)).Where(p => p.Seen >= message.Sequence).Select(p => p.Uid);
        List<string> away = [.. (await conversations.MembersAsync(conversation, cancellation)).Except([message.SenderId, .. seen, .. ToldOfMention(happened, message)])];
        if (away.Count == 0) return;
        var states = await presence.FindAsync(away, cancellation);
        await Parallel.ForEachAsync(
            away.Where(uid => !states[uid].Online), new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellation },
            async (uid, stop) => await SendAsync(uid, conversation.Id, stop));
    }

    // Their notification is pushed (NotificationConsumer), which says more: one message is no reason for two.
    private static IReadOnlyList<string> ToldOfMention(DomainEvent happened, Message message) =>
        happened.Data.GetValueOrDefault("mentions", "0") is "0" or "" ? [] : message.Mentions;

    private async Task SendAsync(string uid, string conversationId, CancellationToken cancellation)
    {
        if (await users.FindPushTokenAsync(uid, cancellation) is not { } fcmToken) return;
        var key = "push:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uid + "\n" + conversationId)).AsSpan(0, 16));
        if (await once.TryClaimAsync(key, Rest, cancellation) != OnceResult.First) return;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(EndNotice.Longest);
        try
        {
            var message = new PushMessage(Title, Body, new Dictionary<string, string> { ["conversationId"] = conversationId });
            switch (await push!.SendAsync(fcmToken, message, limit.Token))
            {
                case PushResult.Unregistered:
                    await users.ForgetPushTokenAsync(uid, fcmToken, cancellation);
                    break;
                case PushResult.Failed failed:
                    log.LogWarning("A push message about a conversation was not sent: {Reason}", failed.Reason);
                    break;
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            log.LogWarning("A push message about a conversation was not sent: no answer within {Longest}", EndNotice.Longest);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            log.LogFault(e, "A push message about a conversation was not sent");
        }
    }
}
