using System.Security.Cryptography;
using ChaturMail.Api.Http;
using ChaturMail.Core;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.SecondFactor;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.SecondFactor;

/// <summary>Makes a secret for an authenticator app. It counts once the user has shown a code of it.</summary>
public static class EnrolTotp
{
    /// <param name="Code">A code of the second factor that is on; not needed while none is.</param>
    public sealed record Request(string? Code);

    /// <param name="Secret">Base 32, to be typed where no picture can be taken.</param>
    /// <param name="OtpauthUri">For an app on the same device.</param>
    /// <param name="QrSvg">The same as a picture.</param>
    public sealed record Response(string Secret, string OtpauthUri, string QrSvg);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, ISecondFactorStore factors, FactorCodes codes, IdentityOptions identity, AdminOptions admins, HttpContext context,
        CancellationToken cancellation)
    {
        var check = new Check();
        var code = check.Optional("code", request.Code, Limits.FactorCode);
        if (check.Failure is { } failure) return failure;
        if (codes.MustSignInAgain(session, admins)) return Reply.Error(ApiError.SecondFactorRequired);
        var user = session.Account;
        var state = await factors.FindAsync(user.Uid, cancellation) ?? FactorState.None;
        if (await codes.ProveAsync(user, state, code, cancellation) is { } refusal) return refusal;

        var secret = RandomNumberGenerator.GetBytes(Totp.SecretBytes);
        if (!await factors.SetPendingTotpAsync(user.Uid, codes.Seal(user.Uid, secret), cancellation)) return Reply.Error(ApiError.NotAuthenticated);
        var uri = Totp.Uri(identity.Issuer, user.Email.Length > 0 ? user.Email : user.Uid, secret);
        context.Response.Headers.CacheControl = "no-store";
        return Reply.Ok("Add this to your authenticator app, then enter the code that it shows.", new Response(Base32.Encode(secret), uri, QrSvg.Of(uri)));
    }
}
