using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Identity.Local;

/// <summary>
/// Checks the ID tokens of the accounts kept here, and leaves others to the other provider's verifier. As with Firebase, the account is
/// looked up: one that was deleted, or whose password was changed since, does not get in.
/// </summary>
/// <param name="other">The verifier of all other tokens; null where there is none.</param>
public sealed class LocalVerifier(LocalIdTokens tokens, ILocalAccountStore accounts, IIdentityVerifier? other) : IIdentityVerifier
{
    /// <summary>The verifier of all other tokens; null where there is none.</summary>
    public IIdentityVerifier? Other { get; } = other;

    /// <inheritdoc/>
    public async Task<VerificationResult> VerifyAsync(string idToken, CancellationToken cancellation)
    {
        if (!LocalIdTokens.IsOne(idToken))
        {
            if (Other is null) return new VerificationResult.Rejected("The token is not of an account of this server.");
            // Who manages the other provider's users can name them as they like.
            return await Other.VerifyAsync(idToken, cancellation) is var outcome && outcome is VerificationResult.Verified { Identity.Uid: var uid } && LocalAccount.IsLocal(uid)
                ? new VerificationResult.Rejected("The other provider's user has a uid of this server's.") : outcome;
        }

        if (tokens.Read(idToken) is not { } token) return new VerificationResult.Rejected("The token of an account of this server is not good, or has expired.");
        var account = await accounts.FindAsync(token.Uid, cancellation);
        if (account?.VerifiedOn is null) return new VerificationResult.Rejected("There is no such account any more.");
        if (LocalIdTokens.Fingerprint(account) != token.Fingerprint) return new VerificationResult.Rejected("The password was changed since.");
        return new VerificationResult.Verified(new VerifiedIdentity(account.Uid, account.Email, account.Name, "", token.AuthTime, token.Expires) { EmailVerified = true });
    }
}

/// <summary>Deletes accounts kept here, and leaves other users to the other provider, who is never asked about ours.</summary>
/// <param name="other">The directory of all other users; null where they cannot be deleted.</param>
public sealed class LocalDirectory(ILocalAccountStore accounts, IIdentityDirectory? other) : IIdentityDirectory
{
    /// <summary>The directory of all other users; null where they cannot be deleted.</summary>
    public IIdentityDirectory? Other { get; } = other;

    /// <inheritdoc/>
    public async Task<DeletionResult> DeleteAsync(string uid, CancellationToken cancellation)
    {
        if (!LocalAccount.IsLocal(uid)) return Other is null ? DeletionResult.Deleted.Instance : await Other.DeleteAsync(uid, cancellation);
        await accounts.DeleteAsync(uid, cancellation);
        return DeletionResult.Deleted.Instance;
    }
}
