using System.Globalization;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Attachments;
using ChaturMail.Core.Limits;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Scheduling;

/// <summary>
/// Hands a user's email over to the mail server, a mail for each recipient, all of which name all recipients and have one <c>Message-ID</c>, which follows from the
/// delivery. Before the last dot of each it is written down that it is about to be sent, after the answer what that was: a worker that dies before the dot leaves a mail
/// that is certainly nowhere, one that dies between the dot and the answer one that may have been sent, which is shown to its user and not sent again by itself. No
/// protocol closes that window (RFC 1047); a Message-ID that is the same again lets a recipient's server, or their program, drop the second.
/// </summary>
/// <param name="relay">Null where no mail can be sent.</param>
public sealed class EmailDelivery(
    IDocumentStore store, AttachmentService attachments, Unsubscriptions unsubscriptions, UserCache users, IRateLimiter limiter, MailOptions mailOptions,
    SchedulingOptions options, TimeProvider time, ILogger<EmailDelivery> log, IMailRelay? relay = null)
{
    /// <summary>The most bytes that all pictures of a mail may have together; base64 makes a third more of them, and many servers take 25 MB.</summary>
    public const int MostAttachedBytes = 15 * 1024 * 1024;

    private readonly Documents<Delivery> _deliveries = new(store, Delivery.Kind);

    // Another mail's pictures are in memory for as long as its server takes; what has pictures too looks again after this.
    private static readonly TimeSpan Occupied = TimeSpan.FromSeconds(2);

    // 1 while a mail with pictures is on its way: they are the one thing here that is large.
    private int _hasPictures;

    private readonly RateLimit _ofUser = new("mail-user", options.EmailsOfAUserADay, TimeSpan.FromDays(1), options.EmailsOfAUserADay);
    private readonly RateLimit _toDomain = new("mail-domain", options.EmailsToADomainAnHour, TimeSpan.FromHours(1), options.EmailsToADomainAnHour);

    /// <summary>How long a worker holds a delivery up to the last dot of a mail: twice what handing it over may take.</summary>
    public TimeSpan Lease => 2 * mailOptions.Timeout;

    // Twice what is waited for the answer: nobody takes a mail for uncertain whose sender is still there.
    private TimeSpan AnswerLease => 2 * options.AnswerTimeout;

    /// <summary>Sends one recipient's mail, or decides that it is not sent. Gives the delivery as it is then; null when somebody else has it.</summary>
    public async Task<Delivery?> SendAsync(Delivery delivery, int index, string worker, CancellationToken cancellation)
    {
        var part = delivery.Parts[index];
        var user = await users.FindAsync(delivery.Uid, cancellation);
        if (user is null or { Disabled: true }) return await DecideAsync(delivery, index, worker, DeliveryState.Failed, ScheduleFailure.AccountGone);
        if (!user.EmailVerified) return await DecideAsync(delivery, index, worker, DeliveryState.Failed, ScheduleFailure.EmailNotVerified);
        if ((await unsubscriptions.AmongAsync(delivery.Uid, [part.Address], cancellation)).Count > 0)
            return await DecideAsync(delivery, index, worker, DeliveryState.Unsubscribed, ScheduleFailure.Unsubscribed);
        if (relay is null) return await DecideAsync(delivery, index, worker, DeliveryState.Queued, ScheduleFailure.MailUnavailable, TimeSpan.FromMinutes(1));
        if (delivery.Email!.Attachments.Count == 0) return await SendAsync(delivery, index, user, worker, cancellation);
        // Not waited for: the lease would go by.
        if (Interlocked.Exchange(ref _hasPictures, 1) == 1) return await DecideAsync(delivery, index, worker, DeliveryState.Queued, part.Reason, Occupied);
        try
        {
            return await SendAsync(delivery, index, user, worker, cancellation);
        }
        finally
        {
            Volatile.Write(ref _hasPictures, 0);
        }
    }

    private async Task<Delivery?> SendAsync(Delivery delivery, int index, User user, string worker, CancellationToken cancellation)
    {
        var part = delivery.Parts[index];
        if (await WaitOfAsync(delivery.Uid, part) is var (wait, why)) return await DecideAsync(delivery, index, worker, DeliveryState.Queued, why, wait);
        if (await ReadAttachmentsAsync(delivery.Email!.Attachments, cancellation) is not { } pictures)
            return await DecideAsync(delivery, index, worker, DeliveryState.Failed, ScheduleFailure.AttachmentGone);

        var mail = Compose(delivery, index, user, pictures);
        var envelope = new MailEnvelope(SenderOf(delivery, index), MailComposer.Ascii(part.Address));
        var attempt = Guid.NewGuid().ToString("N");
        var isLeaving = false;
        var outcome = await relay!.HandOverAsync(
            envelope, mail,
            async stop => isLeaving = await StepAsync(
                delivery.Id, (found, now) => DeliverySteps.BeforeTheEnd(found, worker, index, attempt, now, now + Milliseconds(AnswerLease)), stop) is not null,
            cancellation);
        if (outcome is HandOver.TakenBack) return null;
        Log(outcome, delivery.Id);
        // What the server said is written down even when the process is on its way out.
        return await StepAsync(
            delivery.Id,
            (found, now) => isLeaving
                ? DeliverySteps.AfterTheEnd(found, worker, index, attempt, outcome, options, now, now + Milliseconds(Lease))
                : DeliverySteps.Stayed(found, worker, index, outcome, options, now, now + Milliseconds(Lease)),
            CancellationToken.None);
    }

    private ReadOnlyMemory<byte> Compose(Delivery delivery, int index, User user, IReadOnlyList<MailAttachment> pictures)
    {
        var email = delivery.Email!;
        var product = mailOptions.FromName;
        return MailComposer.Compose(new ComposedMail(
            new Mailbox(user.Name.Length > 0 ? $"{OneLine(user.Name)} via {product}" : product, mailOptions.From), email.To, email.Subject, email.Text,
            $"{delivery.Id}@{MailComposer.DomainOf(mailOptions.From)}", time.GetUtcNow())
        {
            ReplyTo = new Mailbox(OneLine(user.Name), user.Email),
            // A mail that somebody wrote to be sent once is theirs; of one that comes again and again a program decides each time.
            IsAutomatic = delivery.Recurs,
            Unsubscribe = delivery.Recurs && email.PublicAddress is { } address ? $"{address}{UnsubscribePath}{DeliveryToken.Write(delivery, index)}" : null,
            Attachments = pictures,
        });
    }

    /// <summary>Where links to unsubscribe lead, before their token.</summary>
    public const string UnsubscribePath = "/unsubscribe/";

    private string SenderOf(Delivery delivery, int index)
    {
        if (options.BounceAddress.Length == 0) return MailComposer.Ascii(mailOptions.From);
        var at = options.BounceAddress.IndexOf('@', StringComparison.Ordinal);
        return $"{options.BounceAddress[..at]}+{DeliveryToken.Write(delivery, index)}{MailComposer.Ascii(options.BounceAddress)[at..]}";
    }

    // How long the part has to wait for a limit, and for which; null when it may go. Each is counted once, however often the mail is tried.
    private async Task<(TimeSpan Wait, string Why)?> WaitOfAsync(string uid, DeliveryPart part)
    {
        if (part.Tries > 0) return null;
        if (part.Reason != ScheduleFailure.DomainLimit && await limiter.TakeAsync(_ofUser, uid) is var ofUser && ofUser > TimeSpan.Zero)
            return (ofUser, ScheduleFailure.UserLimit);
        return await limiter.TakeAsync(_toDomain, MailComposer.DomainOf(part.Address)) is var toDomain && toDomain > TimeSpan.Zero
            ? (toDomain, ScheduleFailure.DomainLimit)
            : null;
    }

    private async Task<IReadOnlyList<MailAttachment>?> ReadAttachmentsAsync(IReadOnlyList<string> ids, CancellationToken cancellation)
    {
        if (ids.Count == 0) return [];
        var items = await attachments.DescribeAsync(ids, cancellation);
        if (items.Count < ids.Count || items.Sum(item => item.Bytes) > MostAttachedBytes) return null;
        var read = new List<MailAttachment>();
        foreach (var item in items)
        {
            await using var stream = await attachments.OpenAsync(item.Id, cancellation);
            if (stream is null) return null;
            using var bytes = new MemoryStream((int)item.Bytes);
            await stream.CopyToAsync(bytes, cancellation);
            read.Add(new MailAttachment(OneLine(item.FileName), item.ContentType, bytes.Length == bytes.Capacity ? bytes.GetBuffer() : bytes.ToArray()));
        }

        return read;
    }

    private Task<Delivery?> DecideAsync(Delivery delivery, int index, string worker, DeliveryState state, string? reason, TimeSpan? wait = null) => StepAsync(
        delivery.Id, (found, now) => DeliverySteps.Decided(found, worker, index, state, reason, options, now, wait is { } rest ? now + Milliseconds(rest) : null),
        CancellationToken.None);

    private async Task<Delivery?> StepAsync(string id, Func<Delivery, long, Delivery?> step, CancellationToken cancellation)
    {
        var done = await _deliveries.ChangeAsync(id, found =>
        {
            var changed = step(found, time.GetUtcNow().ToUnixTimeMilliseconds());
            return new Decision<Delivery, Done>(new Done(changed)) { Change = changed };
        }, cancellation);
        return done?.Delivery;
    }

    private void Log(HandOver outcome, string id)
    {
        switch (outcome)
        {
            case HandOver.Refused { IsOfTheMail: false } refused:
                log.LogError("The mail server refuses us with {Code}: look at the settings under Mail", refused.Reply.Code.ToString(CultureInfo.InvariantCulture));
                break;
            case HandOver.Refused refused:
                log.LogInformation("A mail of delivery {Id} was refused with {Code}", id, refused.Reply.Code.ToString(CultureInfo.InvariantCulture));
                break;
            case HandOver.Deferred deferred:
                log.LogWarning("A mail of delivery {Id} was not taken and is tried again: {Reason}", id, deferred.Reason);
                break;
            case HandOver.Uncertain uncertain:
                log.LogError("Whether a mail of delivery {Id} was taken is not known: {Reason}", id, uncertain.Reason);
                break;
        }
    }

    private static long Milliseconds(TimeSpan time) => (long)time.TotalMilliseconds;

    private static string OneLine(string name) => string.Concat(name.Where(c => !char.IsControl(c))).Trim();

    private sealed record Done(Delivery? Delivery);
}
