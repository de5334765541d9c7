using ChaturMail.Core.Workspaces;

namespace ChaturMail.Core.Events;

/// <summary>Keeps the stream within <see cref="EventsOptions"/>.</summary>
public sealed class StreamUpkeep(IEventStream stream, EventsOptions options, TimeProvider time) : ISweepStep
{
    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellation) => stream.TrimAsync(time.GetUtcNow() - TimeSpan.FromDays(options.KeepDays), cancellation);
}
