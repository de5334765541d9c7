using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity.SecondFactor;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.SecondFactor;

/// <summary>Turns an authenticator app on, of which the user shows a code, and gives the recovery codes: this once.</summary>
public static class ConfirmTotp
{
    /// <param name="Code">What the app shows.</param>
    public sealed record Request(string? Code);

    /// <param name="RecoveryCodes">Each good once, in the place of a code of the second factor.</param>
    public sealed record Response(IReadOnlyList<string> RecoveryCodes);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, ISecondFactorStore factors, FactorCodes codes, FactorNotices notices, AdminOptions admins, HttpContext context,
        CancellationToken cancellation)
    {
        var check = new Check();
        var code = check.Required("code", request.Code, Limits.FactorCode);
        if (check.Failure is { } failure) return failure;
        if (codes.MustSignInAgain(session, admins)) return Reply.Error(ApiError.SecondFactorRequired);
        var user = session.Account;
        if (await factors.FindAsync(user.Uid, cancellation) is not { PendingTotpSecret: { } pending } state)
            return Reply.Error(ApiError.SecondFactorMissing, "There is no authenticator app to confirm. Start again.");
        if (await codes.CountTryAsync(user.Uid) is { } tooMany) return Reply.Error(tooMany);
        if (codes.MatchPending(user.Uid, state, code) is not { } matching) return Reply.Error(ApiError.InvalidCode);

        var recovery = RecoveryCodes.New();
        if (!await factors.ConfirmTotpAsync(user.Uid, pending, matching, [.. recovery.Select(c => RecoveryCodes.DigestOf(user.Uid, c)!)], cancellation))
            return Reply.Error(ApiError.InvalidCode);
        await notices.TellAsync(user, "second_factor.totp_on", "an authenticator app was added");
        context.Response.Headers.CacheControl = "no-store";
        return Reply.Ok("Your authenticator app is on. Keep the recovery codes: they are not shown again.", new Response(recovery));
    }
}
