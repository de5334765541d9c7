namespace ChaturMail.Core.Identity.Firebase;

/// <summary>
/// Asks Firebase about the user of a token that is good otherwise: an ID token stays good for its hour, whatever became of its user
/// (https://firebase.google.com/docs/auth/admin/manage-sessions#detect_id_token_revocation). Refuses a user who was deleted or disabled,
/// or whose sign-ins were revoked after this one.
/// </summary>
/// <remarks>
/// When Firebase cannot be asked, the token counts as not checked and the sign-in fails for now: a sign-in is good for 30 days and is
/// rare, so it is better late than wrong. Sessions that exist are not affected.
/// </remarks>
public sealed class RevocationCheck(IIdentityVerifier tokens, IdentityToolkit accounts) : IIdentityVerifier
{
    /// <inheritdoc/>
    public async Task<VerificationResult> VerifyAsync(string idToken, CancellationToken cancellation)
    {
        // The token comes first: nobody may ask Google about users without one that is signed.
        var outcome = await tokens.VerifyAsync(idToken, cancellation);
        if (outcome is not VerificationResult.Verified { Identity: var who }) return outcome;
        return await accounts.LookUpAsync(who.Uid, cancellation) switch
        {
            AccountLookup.Known { Disabled: true } => new VerificationResult.Rejected("The Firebase user is disabled."),
            AccountLookup.Known known when known.ValidSince > who.AuthTime => new VerificationResult.Rejected("The sign-in was revoked (validSince)."),
            AccountLookup.Known => outcome,
            AccountLookup.Unknown => new VerificationResult.Rejected("There is no such Firebase user any more."),
            AccountLookup.Unavailable unavailable => new VerificationResult.Unavailable($"Firebase cannot be asked about the user: {unavailable.Reason}."),
            var other => throw new InvalidOperationException($"The lookup answered with {other.GetType().Name}."),
        };
    }
}
