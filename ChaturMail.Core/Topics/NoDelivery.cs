namespace ChaturMail.Core.Topics;

/// <summary>Stands in until scheduled delivery is there: sends nothing.</summary>
public sealed class NoDelivery : IDraftDelivery
{
    /// <inheritdoc/>
    public Task<DraftHandover> HandOverAsync(string key, string uid, DraftVersion draft, DraftTime? at, CancellationToken cancellation) =>
        Task.FromResult(new DraftHandover(null, "mail_unavailable"));

    /// <inheritdoc/>
    public Task<DraftDelivery?> FindAsync(string scheduleId, string uid, CancellationToken cancellation) => Task.FromResult<DraftDelivery?>(null);
}
