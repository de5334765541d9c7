using ChaturMail.Core.Identity.Local;

namespace ChaturMail.Core.Storage;

/// <summary>The accounts whose passwords are kept here. Safe for concurrent use by several processes.</summary>
public interface ILocalAccountStore
{
    /// <summary>The account of a normalised address, or null.</summary>
    Task<LocalAccount?> FindByEmailAsync(string email, CancellationToken cancellation);

    /// <summary>The account of a uid, or null.</summary>
    Task<LocalAccount?> FindAsync(string uid, CancellationToken cancellation);

    /// <summary>
    /// Keeps a registration whose address is yet to be proved, in place of an earlier one. An account that was proved stays as it is.
    /// Forgets registrations that are older than <see cref="LocalAccount.UnverifiedLifetime"/>.
    /// </summary>
    /// <returns>The account of the address as it is now.</returns>
    Task<LocalAccount> RegisterAsync(LocalAccount registration, CancellationToken cancellation);

    /// <summary>Sets password and name, on the word of somebody who has proved that the account is theirs; it is verified from then on.</summary>
    /// <param name="expectedHash">Nothing changes unless this is still the account's; null: whatever it is.</param>
    /// <returns>False when there is no such account, or it has another hash.</returns>
    Task<bool> ProveAsync(string uid, string passwordHash, string name, DateTimeOffset at, string? expectedHash, CancellationToken cancellation);

    /// <summary>Deletes the account. One that is not there counts as deleted.</summary>
    Task DeleteAsync(string uid, CancellationToken cancellation);

    /// <summary>Counts a try to sign in, see <see cref="SignInAttempts"/>. <see cref="TimeSpan.Zero"/> when it may be made, else the time to wait.</summary>
    /// <param name="key"><see cref="SignInAttempts.KeyOf"/>.</param>
    Task<TimeSpan> TakeAttemptAsync(string key, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Forgets the tries of an address after a success.</summary>
    Task ForgetAttemptsAsync(string key, CancellationToken cancellation);
}
