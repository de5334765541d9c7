using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.SecondFactor;

/// <summary>Shows the user what is asked for when they sign in.</summary>
public static class GetSecondFactor
{
    /// <param name="Totp">True with an authenticator app.</param>
    /// <param name="Email">True when codes come by email.</param>
    /// <param name="Required">True for operators, who cannot do without.</param>
    /// <param name="RecoveryCodesLeft">Recovery codes that were not used yet.</param>
    /// <param name="EmailHint">Where codes go, so far that its owner knows it again.</param>
    public sealed record Response(bool Totp, bool Email, bool Required, int RecoveryCodesLeft, string EmailHint);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        NoFields? request, SessionUser session, ISecondFactorStore factors, AdminOptions admins, CancellationToken cancellation)
    {
        var user = session.Account;
        var state = await factors.FindAsync(user.Uid, cancellation) ?? FactorState.None;
        return Reply.Ok("Your second factor.", new Response(
            state.TotpSecret is not null, state.Email, user.IsAdmin && admins.SecondFactor, state.RecoveryCodesLeft, FactorCodes.Hint(user.Email)));
    }
}
