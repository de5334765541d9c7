using ChaturMail.Api.Http;
using ChaturMail.Core.Identity.SecondFactor;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.SecondFactor;

/// <summary>Makes new recovery codes, for who has used theirs or lost them. The old ones end.</summary>
public static class RenewRecoveryCodes
{
    /// <param name="Code">A code of the second factor, or a recovery code.</param>
    public sealed record Request(string? Code);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, ISecondFactorStore factors, FactorCodes codes, FactorNotices notices, HttpContext context, CancellationToken cancellation)
    {
        var check = new Check();
        var code = check.Optional("code", request.Code, Limits.FactorCode);
        if (check.Failure is { } failure) return failure;
        var user = session.Account;
        if (await factors.FindAsync(user.Uid, cancellation) is not { IsOn: true } state) return Reply.Error(ApiError.SecondFactorMissing);
        if (await codes.ProveAsync(user, state, code, cancellation) is { } refusal) return refusal;

        var recovery = RecoveryCodes.New();
        if (!await factors.RenewRecoveryCodesAsync(user.Uid, [.. recovery.Select(c => RecoveryCodes.DigestOf(user.Uid, c)!)], cancellation))
            return Reply.Error(ApiError.NotAuthenticated);
        await notices.TellAsync(user, "second_factor.recovery_renewed", "new recovery codes were made");
        context.Response.Headers.CacheControl = "no-store";
        return Reply.Ok("These are your new recovery codes. They are not shown again.", new ConfirmTotp.Response(recovery));
    }
}
