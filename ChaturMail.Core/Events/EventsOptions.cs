namespace ChaturMail.Core.Events;

/// <summary>How long events are kept in the stream, whether anybody has read them or not. Section <c>Events</c>.</summary>
public sealed class EventsOptions
{
    /// <summary>The most events in the stream, about so many, 1,000 to 100,000,000; the oldest go first.</summary>
    public long KeepAtMost { get; set; } = 1_000_000;

    /// <summary>Days for which an event is kept, 1 to 366. Events name users by their ids, those of erased accounts too.</summary>
    public int KeepDays { get; set; } = 30;

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (KeepAtMost is < 1000 or > 100_000_000) yield return "Events:KeepAtMost must be 1000 to 100000000.";
        if (KeepDays is < 1 or > 366) yield return "Events:KeepDays must be 1 to 366.";
    }
}
