namespace ChaturMail.Core.Identity.Firebase;

/// <summary>
/// Checks the ID tokens of the Firebase Authentication emulator (<c>FIREBASE_AUTH_EMULATOR_HOST</c>,
/// https://firebase.google.com/docs/emulator-suite/connect_auth#id_tokens), which are not signed: anybody can make one. The claims are
/// held to the rules of signed tokens. A signed token is refused, because its signature could not be checked.
/// </summary>
public sealed class EmulatorTokenVerifier : IIdentityVerifier
{
    private readonly FirebaseClaimRules _rules;

    /// <summary>Checks tokens of the emulated project <paramref name="projectId"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="projectId"/> is empty.</exception>
    public EmulatorTokenVerifier(string projectId, TimeProvider time) => _rules = new FirebaseClaimRules(projectId, time);

    /// <inheritdoc/>
    public Task<VerificationResult> VerifyAsync(string idToken, CancellationToken cancellation) => Task.FromResult(
        JwsCompact.Parse(idToken) switch
        {
            null => FirebaseClaimRules.Rejected("The token is not a compact JWS."),
            { IsUnsigned: false } => FirebaseClaimRules.Rejected("The token is not an unsigned one of the emulator (alg)."),
            var token => _rules.Check(token),
        });
}
