using ChaturMail.Core.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Content;

/// <summary>
/// What is published, as this process knows it. Asks the store for its version every <see cref="LookEvery"/> and reads everything when that
/// has changed, so that each process knows within seconds what any other one published. While the store is away, what was known last is kept.
/// </summary>
public sealed class ContentFeed(IContentStore store, TimeProvider time, ILogger<ContentFeed> log) : BackgroundService
{
    /// <summary>Time between two looks at the store's version.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    // A start waits for the first look, so that the first answers are right already; not for a store that is away, though.
    private static readonly TimeSpan LongestFirstLook = TimeSpan.FromSeconds(3);

    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile ContentState _current = new([]);
    private bool _isAway;

    /// <summary>What is published. The same object as long as nothing changes.</summary>
    public ContentState Current => _current;

    /// <summary>Looks at once: afterwards <see cref="Current"/> has all that was published before the call.</summary>
    public async Task LookAsync(CancellationToken cancellation)
    {
        await _reading.WaitAsync(cancellation);
        try
        {
            if (await store.VersionAsync(cancellation) != _current.Version) _current = new ContentState(await store.ListAsync(cancellation));
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <inheritdoc/>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(LongestFirstLook, time);
        using var first = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await TryLookAsync(first.Token);
        await base.StartAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _reading.Dispose();
        base.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(LookEvery, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TryLookAsync(stoppingToken);
    }

    private async Task TryLookAsync(CancellationToken cancellation)
    {
        try
        {
            await LookAsync(cancellation);
            _isAway = false;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The process stops, or the first look took too long; the next one is due soon.
        }
        catch (Exception e)
        {
            // Once for each time that the store goes away, not at every look.
            if (!_isAway) log.LogFault(e, "What is published could not be looked up; what was known last is kept");
            _isAway = true;
        }
    }
}

/// <summary>Everything that is published, at one version of the store.</summary>
public sealed class ContentState(IReadOnlyList<ContentEntry> entries)
{
    /// <summary>The entries of all kinds.</summary>
    public IReadOnlyList<ContentEntry> Entries { get; } = entries;

    /// <summary>The sum of the entries' versions: it rises with each change, for entries are never removed.</summary>
    public long Version { get; } = entries.Sum(entry => entry.Version);

    /// <summary>The entries of a kind.</summary>
    public IEnumerable<ContentEntry> Of(ContentKind kind) => Entries.Where(entry => entry.Kind == kind);

    /// <summary>One entry, or null.</summary>
    public ContentEntry? Find(ContentKind kind, string id) => Entries.FirstOrDefault(entry => entry.Kind == kind && entry.Id == id);
}
