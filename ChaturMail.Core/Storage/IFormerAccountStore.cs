namespace ChaturMail.Core.Storage;

/// <summary>Accounts that were deleted, by keyed digests. Safe under concurrent use by several processes.</summary>
public interface IFormerAccountStore
{
    /// <summary>
    /// Remembers one; what was remembered under its digest before is replaced, except that of two amounts of one day the greater stays (two
    /// calls may erase one account, the later of which finds nothing spent), and an address's digest where there is no new one.
    /// </summary>
    Task RememberAsync(FormerAccount account, CancellationToken cancellation);

    /// <summary>The one of any of these digests, be it of the uid or of the address, that was erased last, or null.</summary>
    Task<FormerAccount?> FindAsync(IReadOnlyCollection<string> digests, CancellationToken cancellation);

    /// <summary>Takes what an account had spent on its last day, for the account that follows it: of however many calls, one is told.</summary>
    /// <returns>Billionths of a US dollar; 0 when there is nothing, or it was on another day.</returns>
    Task<long> TakeSpendingAsync(string digest, DateOnly day, CancellationToken cancellation);
}

/// <summary>An account that was deleted.</summary>
/// <param name="Digest">Keyed digest of its uid.</param>
/// <param name="ErasedOn">When.</param>
/// <param name="Day">The day of it, in UTC.</param>
/// <param name="NanoUsd">What counted against the user's budget of that day.</param>
public sealed record FormerAccount(string Digest, DateTimeOffset ErasedOn, DateOnly Day, long NanoUsd)
{
    /// <summary>Keyed digest of the address, where it was known to be the user's own; else null.</summary>
    public string? AddressDigest { get; init; }
}
