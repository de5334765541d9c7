using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Topics;

/// <summary>Asks for approval of drafts, takes it, and sends what is approved.</summary>
public sealed class TopicApprovals(TopicService topics, TopicDrafts drafts, IDraftDelivery delivery, TimeProvider time)
{
    private static readonly TimeSpan FinishedAfter = TimeSpan.FromMinutes(1);

    /// <summary>Asks members to approve the current version.</summary>
    /// <param name="approvers">Uids, 1 to <see cref="TopicRules.MostApprovers"/>, each once.</param>
    public Task<TopicResult> RequestAsync(string topicId, string uid, int version, IReadOnlyList<string> approvers, CancellationToken cancellation) =>
        topics.ChangeAsync(topicId, uid, (topic, member) => TopicRules.RequestApproval(topic, member, version, approvers, time), cancellation);

    /// <summary>Approves or rejects a version.</summary>
    public Task<TopicResult> DecideAsync(string topicId, string uid, int version, ApprovalState state, string note, CancellationToken cancellation) =>
        topics.ChangeAsync(topicId, uid, (topic, member) => TopicRules.Approve(topic, member, version, state, note, time), cancellation);

    /// <summary>
    /// Sends a version, once: the topic fixes the schedule's name first, then the schedule is made under it, then that is noted. Whoever asks again, or
    /// the next sweep, finishes what a process that died has left, and comes to the same schedule.
    /// </summary>
    /// <param name="at">When, or null for at once; of no account when it was sent before.</param>
    public async Task<TopicResult> SendAsync(string topicId, string uid, int version, DraftTime? at, CancellationToken cancellation)
    {
        if (await topics.FindAsync(topicId, uid, cancellation) is not var (before, member)) return new TopicResult(null, TopicRefusal.TopicNotFound);
        var ended = await FindDeliveryAsync(before.Sent, cancellation) is { HasEndedUnsent: true } ? before.Sent!.ScheduleId : null;
        var key = "draft-" + DocumentId.New(time);
        var result = await topics.ChangeAsync(topicId, member, topic => TopicRules.Send(topic, member, version, key, at, ended, time), cancellation);
        // Not cancelled any more: a client that hangs up must not leave it half done.
        return result is { Refusal: null, Topic: { Sent.ScheduleId: null } topic } ? await HandOverAsync(topic, member, CancellationToken.None) : result;
    }

    /// <summary>What became of what was sent; null when nothing was, or its schedule is gone.</summary>
    public async Task<DraftDelivery?> FindDeliveryAsync(SentDraft? sent, CancellationToken cancellation) =>
        sent is { ScheduleId: { } scheduleId } ? await delivery.FindAsync(scheduleId, sent.By, cancellation) : null;

    /// <summary>Goes on with a sending that a process that died has left, once nobody else can be at it.</summary>
    internal async Task FinishSendingAsync(Topic topic, CancellationToken cancellation)
    {
        if (topic.Sent is not { ScheduleId: null } sent || sent.On > (time.GetUtcNow() - FinishedAfter).ToUnixTimeMilliseconds()) return;
        if (await topics.FindAsync(topic.Id, sent.By, cancellation) is var (now, member)) await HandOverAsync(now, member, cancellation);
    }

    private async Task<TopicResult> HandOverAsync(Topic topic, TopicMember member, CancellationToken cancellation)
    {
        if (topic.Sent is not { ScheduleId: null } sent) return new TopicResult(topic);
        var handover = await drafts.FindVersionAsync(topic, sent.Version, cancellation) is { } draft
            ? await delivery.HandOverAsync(sent.Key, sent.By, draft, sent.At, cancellation) : new DraftHandover(null, TopicRefusal.VersionNotFound);
        return await topics.ChangeAsync(
            topic.Id, member,
            now => handover.ScheduleId is { } scheduleId ? TopicRules.ConfirmSending(now, sent, scheduleId, time)
                : TopicRules.TakeBackSending(now, sent, handover.Refusal!),
            cancellation);
    }
}
