namespace ChaturMail.Core.Events;

/// <summary>
/// Something that is done about what has happened. Each consumer gets every event, in a group of its own: one that was away catches up. An event may
/// come twice, and one that failed comes again after others of its subject, so handling one again does no harm.
/// </summary>
public interface IEventConsumer
{
    /// <summary>The most handlers of one consumer that run at once in a process; events of one subject never do.</summary>
    const int MostAtOnce = 32;

    /// <summary>How long handling one event may take; then its token is cancelled, and it counts as failed.</summary>
    static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    /// <summary>Name of its group: lower-case letters and hyphens, never changed, for a new name begins with the oldest event that is kept.</summary>
    string Name { get; }

    /// <summary>
    /// Handles an event; those of types that it has no use for it passes over. It is handed over as handled when this returns. What it throws has the event
    /// tried again, after a while and ten times in all; then it goes to the dead events. While the store or Redis is away it is tried for as long as that lasts.
    /// </summary>
    Task HandleAsync(DomainEvent happened, CancellationToken cancellation);
}
