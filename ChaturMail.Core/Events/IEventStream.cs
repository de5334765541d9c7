namespace ChaturMail.Core.Events;

/// <summary>
/// What happened, in the order of its publishing, for groups of readers. Each group gets every event that is kept, each event one member of the group, at
/// least once: one that was read and neither acknowledged nor extended within the lease is given to the member that asks next. A group is made by its first
/// reading and begins with the oldest event that is kept. Safe under concurrent use by several processes.
/// </summary>
public interface IEventStream
{
    /// <summary>For how long nobody but the relay that published last may publish.</summary>
    static readonly TimeSpan RelayLease = TimeSpan.FromSeconds(5);

    /// <summary>Dead events that are kept; the oldest go first.</summary>
    const int MostDead = 10_000;

    /// <summary>
    /// Completes when something is published after this was asked for. It may not come, and come in vain: who waits for events looks now and again as well.
    /// </summary>
    Task News { get; }

    /// <summary>
    /// Appends events, in their order. False when another relay has published within <see cref="RelayLease"/>: then nothing more is appended, and
    /// what was before that will come twice.
    /// </summary>
    /// <param name="relay">Who publishes: a name that no other process has.</param>
    Task<bool> PublishAsync(string relay, IReadOnlyList<DomainEvent> events, CancellationToken cancellation);

    /// <summary>
    /// Gives events to a member of a group, oldest first: those that other members have lost, then new ones. Nothing, at once, when there are none.
    /// </summary>
    /// <param name="member">A name that no other process has.</param>
    Task<IReadOnlyList<StreamedEvent>> ReadAsync(string group, string member, int most, CancellationToken cancellation);

    /// <summary>Begins the lease of events anew. Those that the member has lost meanwhile are left out in silence.</summary>
    Task ExtendAsync(string group, string member, IReadOnlyCollection<StreamedEvent> events, CancellationToken cancellation);

    /// <summary>Tells that a group is done with events. May be repeated.</summary>
    Task AcknowledgeAsync(string group, IReadOnlyCollection<StreamedEvent> events, CancellationToken cancellation);

    /// <summary>Gives an event up for a group, and puts it among the dead.</summary>
    /// <param name="reason">Why, for whoever looks at it; no text of a user's.</param>
    Task BuryAsync(string group, StreamedEvent given, string reason, CancellationToken cancellation);

    /// <summary>The dead events, newest first.</summary>
    Task<IReadOnlyList<DeadEvent>> ListDeadAsync(int limit, CancellationToken cancellation);

    /// <summary>How much there is, and how far the groups have come.</summary>
    Task<StreamDepth> MeasureAsync(CancellationToken cancellation);

    /// <summary>Removes events and dead events from before a moment, and members that are gone and hold nothing.</summary>
    Task TrimAsync(DateTimeOffset before, CancellationToken cancellation);

    /// <summary>True for an exception by which a method says that the stream cannot be reached. One that lives in the store fails as the store does.</summary>
    bool IsOutage(Exception fault) => false;
}

/// <summary>An event in the hands of a group's member.</summary>
/// <param name="Place">Where it stands in its stream, which alone can read it.</param>
/// <param name="Event">What happened.</param>
/// <param name="Deliveries">How often the group was given it, this time included.</param>
public sealed record StreamedEvent(string Place, DomainEvent Event, int Deliveries);

/// <summary>An event that a group gave up.</summary>
/// <param name="Group">Which group.</param>
/// <param name="EventId">The event.</param>
/// <param name="Type">Its type.</param>
/// <param name="Subject">Id of what it happened to.</param>
/// <param name="Reason">Why it was given up.</param>
/// <param name="Deliveries">How often it was tried.</param>
/// <param name="BuriedAt">When it was given up.</param>
public sealed record DeadEvent(string Group, string EventId, string Type, string Subject, string Reason, int Deliveries, DateTimeOffset BuriedAt);

/// <summary>How full the stream is.</summary>
/// <param name="Events">Events that are kept.</param>
/// <param name="Dead">Dead events.</param>
/// <param name="Groups">The groups, by name.</param>
public sealed record StreamDepth(long Events, long Dead, IReadOnlyList<GroupLag> Groups);

/// <summary>How far a group has come.</summary>
/// <param name="Group">Its name.</param>
/// <param name="Waiting">Events that it was not given yet.</param>
/// <param name="Held">Events in its members' hands.</param>
/// <param name="Oldest">For how long the oldest of those that wait has waited; nothing when none does.</param>
public sealed record GroupLag(string Group, long Waiting, long Held, TimeSpan Oldest);
