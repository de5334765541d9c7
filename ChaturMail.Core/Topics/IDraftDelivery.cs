namespace ChaturMail.Core.Topics;

/// <summary>Hands drafts over to scheduled delivery.</summary>
public interface IDraftDelivery
{
    /// <summary>Makes the schedule by which a draft leaves. Where one was made under this name before, that one is given, as it is.</summary>
    /// <param name="uid">Who sends it.</param>
    Task<DraftHandover> HandOverAsync(string key, string uid, DraftVersion draft, DraftTime? at, CancellationToken cancellation);

    /// <summary>What became of a schedule; null when there is none (any more).</summary>
    Task<DraftDelivery?> FindAsync(string scheduleId, string uid, CancellationToken cancellation);
}

/// <summary>What came of handing a draft over.</summary>
/// <param name="ScheduleId">The schedule; null when none could be made.</param>
/// <param name="Refusal">Why: a code of scheduled delivery.</param>
public sealed record DraftHandover(string? ScheduleId, string? Refusal);

/// <summary>Where a schedule stands.</summary>
/// <param name="State">In scheduled delivery's words.</param>
/// <param name="HasEndedUnsent">True when it has ended and nothing was sent by it, nor will be.</param>
public sealed record DraftDelivery(string State, bool HasEndedUnsent);
