namespace ChaturMail.Core.Storage;

/// <summary>
/// What users prove beside their sign-in, by uid. Erased with the account; what is written for an account that is not there (any more) is
/// not kept. Every method is safe under concurrent use by several processes.
/// </summary>
public interface ISecondFactorStore
{
    /// <summary>What the user has; null when nothing was ever kept for them.</summary>
    Task<FactorState?> FindAsync(string uid, CancellationToken cancellation);

    /// <summary>
    /// Turns codes by email on or off, and forgets a pending secret: whoever asked for it may not have had to show what is on now. False when
    /// there is no such account.
    /// </summary>
    Task<bool> SetEmailAsync(string uid, bool enabled, CancellationToken cancellation);

    /// <summary>Keeps a secret that the user has yet to show a code of, in the place of one before. False when there is no such account.</summary>
    Task<bool> SetPendingTotpAsync(string uid, string sealedSecret, CancellationToken cancellation);

    /// <summary>
    /// Makes the pending secret the user's, in the place of one before, with new recovery codes, and takes the step of the code that showed
    /// it. False when another is pending or none: of several calls for one secret, one succeeds.
    /// </summary>
    Task<bool> ConfirmTotpAsync(string uid, string pendingSecret, long totpStep, IReadOnlyList<string> recoveryDigests, CancellationToken cancellation);

    /// <summary>Takes a step of the user's secret. False when it, or a later one, was taken before: a code is good once (RFC 6238, section 5.2).</summary>
    Task<bool> TakeStepAsync(string uid, long totpStep, CancellationToken cancellation);

    /// <summary>Puts the same secret, sealed anew, in the place of <paramref name="old"/>, unless that has changed.</summary>
    Task ResealTotpAsync(string uid, string old, string renewed, CancellationToken cancellation);

    /// <summary>Puts new recovery codes in the place of all. False when there is no such account.</summary>
    Task<bool> RenewRecoveryCodesAsync(string uid, IReadOnlyList<string> digests, CancellationToken cancellation);

    /// <summary>Uses a recovery code up. Of however many calls with one code, one is told true.</summary>
    Task<bool> TakeRecoveryCodeAsync(string uid, string digest, CancellationToken cancellation);

    /// <summary>Turns everything off: secret, codes by email, recovery codes. False when nothing was on.</summary>
    Task<bool> TurnOffAsync(string uid, CancellationToken cancellation);

    /// <summary>Remembers that the user has shown to read what is sent to an address, in the place of one before.</summary>
    /// <param name="addressDigest">A digest of the address.</param>
    Task RememberAddressAsync(string uid, string addressDigest, CancellationToken cancellation);
}

/// <summary>What a user proves beside their sign-in.</summary>
/// <param name="Email">True when a code by email counts.</param>
/// <param name="TotpSecret">Secret shared with an authenticator app, sealed; null for none.</param>
/// <param name="PendingTotpSecret">One that no code was shown of yet, sealed; null for none.</param>
/// <param name="RecoveryCodesLeft">Recovery codes that were not used yet.</param>
/// <param name="AddressDigest">Digest of the address that the user has shown to read; null for none.</param>
public sealed record FactorState(bool Email, string? TotpSecret, string? PendingTotpSecret, int RecoveryCodesLeft, string? AddressDigest)
{
    /// <summary>Nothing.</summary>
    public static readonly FactorState None = new(false, null, null, 0, null);

    /// <summary>True when the user has a second factor.</summary>
    public bool IsOn => Email || TotpSecret is not null;
}
