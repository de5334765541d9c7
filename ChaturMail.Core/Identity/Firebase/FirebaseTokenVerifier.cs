using System.Security.Cryptography;

namespace ChaturMail.Core.Identity.Firebase;

/// <summary>
/// Checks the ID tokens that Firebase Authentication signs for one project: RS256 under one of Google's published keys, and the claims
/// of https://firebase.google.com/docs/auth/admin/verify-id-tokens. Whether the account was disabled since, it cannot tell: that is
/// <see cref="RevocationCheck"/>'s.
/// </summary>
public sealed class FirebaseTokenVerifier : IIdentityVerifier
{
    private readonly GoogleKeys _keys;
    private readonly FirebaseClaimRules _rules;

    /// <summary>Checks tokens of the project <paramref name="projectId"/> against <paramref name="keys"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="projectId"/> is empty.</exception>
    public FirebaseTokenVerifier(string projectId, GoogleKeys keys, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(keys);
        _rules = new FirebaseClaimRules(projectId, time);
        _keys = keys;
    }

    /// <inheritdoc/>
    public async Task<VerificationResult> VerifyAsync(string idToken, CancellationToken cancellation)
    {
        var token = JwsCompact.Parse(idToken);
        if (token is null) return FirebaseClaimRules.Rejected("The token is not a compact JWS.");
        if (token.Algorithm != "RS256") return FirebaseClaimRules.Rejected("The token is not signed with RS256 (alg).");
        if (token.KeyId is not { Length: > 0 } keyId) return FirebaseClaimRules.Rejected("The token names no key (kid).");

        // The claims come first: a token that they rule out, such as an expired one, must not cost a request to Google.
        var outcome = _rules.Check(token);
        if (outcome is not VerificationResult.Verified) return outcome;

        switch (await _keys.FindAsync(keyId, cancellation))
        {
            case KeyLookup.Found found:
                using (var key = RSA.Create(found.Key))
                    return token.IsSignedWithRs256(key) ? outcome : FirebaseClaimRules.Rejected("The signature is wrong.");
            case KeyLookup.Unavailable unavailable:
                return new VerificationResult.Unavailable(unavailable.Reason);
            default:
                return FirebaseClaimRules.Rejected("The token's key is not among the published ones (kid).");
        }
    }
}
