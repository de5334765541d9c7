namespace ChaturMail.Core.Identity;

/// <summary>Checks the proof of identity that a client brings when it signs in. Safe for concurrent use.</summary>
public interface IIdentityVerifier
{
    /// <summary>Checks an ID token. A bad token is a <see cref="VerificationResult.Rejected"/>, never an exception.</summary>
    Task<VerificationResult> VerifyAsync(string idToken, CancellationToken cancellation);
}

/// <summary>What came of checking an ID token.</summary>
public abstract record VerificationResult
{
    private VerificationResult() { }

    /// <summary>The token is good.</summary>
    public sealed record Verified(VerifiedIdentity Identity) : VerificationResult;

    /// <summary>The token is not good.</summary>
    /// <param name="Reason">For the log, without the token or personal data.</param>
    public sealed record Rejected(string Reason) : VerificationResult;

    /// <summary>The token could not be checked now, e.g. because the issuer's keys cannot be fetched.</summary>
    public sealed record Unavailable(string Reason) : VerificationResult;
}

/// <summary>Who signed in.</summary>
/// <param name="Uid">Firebase uid, 1 to 128 characters.</param>
/// <param name="Email">Address from the token, or an empty string.</param>
/// <param name="Name">Display name, or an empty string: email and password accounts have none.</param>
/// <param name="Picture">Address of a picture, or an empty string.</param>
/// <param name="AuthTime">When the user authenticated, Unix seconds.</param>
/// <param name="Expires">When the ID token expires, Unix seconds.</param>
public sealed record VerifiedIdentity(string Uid, string Email, string Name, string Picture, long AuthTime, long Expires)
{
    /// <summary>True when the provider vouches that the address is the user's own.</summary>
    public bool EmailVerified { get; init; }
}
