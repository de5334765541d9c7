namespace ChaturMail.Core.Events;

/// <summary>
/// What happened and was not passed on yet (the transactional outbox). Stores write an event in one step with the change that it tells of; the
/// relay passes it on and removes it. Whoever dies in between passes it on twice. Safe under concurrent use by several processes.
/// </summary>
public interface IOutbox
{
    /// <summary>The oldest events, about in the order of their happening; those of one subject in that order.</summary>
    /// <param name="limit">1 to 1000.</param>
    Task<IReadOnlyList<DomainEvent>> ListAsync(int limit, CancellationToken cancellation);

    /// <summary>Removes events that were passed on. Those that are gone do no harm.</summary>
    Task RemoveAsync(IReadOnlyCollection<DomainEvent> events, CancellationToken cancellation);

    /// <summary>How many there are.</summary>
    Task<long> CountAsync(CancellationToken cancellation);
}
