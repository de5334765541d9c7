using ChaturMail.Core.Identity;
using FirebaseAdmin.Auth;
using Newtonsoft.Json;

namespace ChaturMail.Cloud.Firebase;

/// <summary>
/// <see cref="IIdentityVerifier"/> and <see cref="IIdentityDirectory"/> on FirebaseAdmin
/// (https://firebase.google.com/docs/reference/admin/dotnet/class/firebase-admin/auth/firebase-auth).
/// </summary>
/// <remarks>
/// Looks the user up itself, in place of the SDK's <c>checkRevoked</c>: that asks for the same user and then says nothing of one who is
/// disabled (3.5.0), and it compares the time of issue, not of the sign-in.
/// </remarks>
public sealed class FirebaseAdminIdentity(FirebaseAdminApp app, TimeProvider time) : IIdentityVerifier, IIdentityDirectory, IDisposable
{
    // The session token refuses a longer one.
    private const int MaxEmailLength = 320;

    private readonly FirebaseAuth _auth = FirebaseAuth.GetAuth(app.App);

    /// <summary>How long a request may take in all; the SDK would wait and try again for minutes.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <inheritdoc/>
    public async Task<VerificationResult> VerifyAsync(string idToken, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(idToken);
        // The SDK is lenient in taking a token apart, and throws whatever its parsers do.
        if (JwsCompact.Parse(idToken) is null) return new VerificationResult.Rejected("The token is not a compact JWS.");
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var token = await _auth.VerifyIdTokenAsync(idToken, either.Token);
            if (!token.Claims.TryGetValue("auth_time", out var claim) || claim is not long authTime)
                return new VerificationResult.Rejected("The time of authentication is missing or no time (auth_time).");
            var email = Text(token, "email");
            if (email.Length > MaxEmailLength) return new VerificationResult.Rejected("The address is longer than 320 characters (email).");

            var user = await _auth.GetUserAsync(token.Uid, either.Token);
            if (user.Disabled) return new VerificationResult.Rejected("The Firebase user is disabled.");
            if (new DateTimeOffset(user.TokensValidAfterTimestamp, TimeSpan.Zero).ToUnixTimeSeconds() > authTime)
                return new VerificationResult.Rejected("The sign-in was revoked (validSince).");
            return new VerificationResult.Verified(new VerifiedIdentity(
                token.Uid, email, Text(token, "name"), Text(token, "picture"), authTime, token.ExpirationTimeSeconds)
            {
                EmailVerified = token.Claims.TryGetValue("email_verified", out var verified) && verified is true,
            });
        }
        catch (FirebaseAuthException e) when (e.AuthErrorCode is AuthErrorCode.InvalidIdToken or AuthErrorCode.ExpiredIdToken or AuthErrorCode.UserNotFound)
        {
            return new VerificationResult.Rejected($"Firebase refuses the token: {e.AuthErrorCode}.");
        }
        catch (Exception e) when (e is FormatException or ArgumentException or JsonException)
        {
            return new VerificationResult.Rejected($"The token cannot be read: {e.GetType().Name}.");
        }
        catch (Exception e) when (FirebaseFaults.Reason(e, cancellation) is not null)
        {
            return new VerificationResult.Unavailable($"Firebase cannot be asked: {FirebaseFaults.Reason(e, cancellation)}.");
        }
    }

    /// <inheritdoc/>
    public async Task<DeletionResult> DeleteAsync(string uid, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            await _auth.DeleteUserAsync(uid, either.Token);
            return DeletionResult.Deleted.Instance;
        }
        catch (FirebaseAuthException e) when (e.AuthErrorCode == AuthErrorCode.UserNotFound)
        {
            return DeletionResult.Deleted.Instance;
        }
        catch (Exception e) when (FirebaseFaults.Reason(e, cancellation) is not null)
        {
            return new DeletionResult.Unavailable(FirebaseFaults.Reason(e, cancellation)!);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => app.Dispose();

    private static string Text(FirebaseToken token, string claim) => token.Claims.TryGetValue(claim, out var value) && value is string text ? text : "";
}
