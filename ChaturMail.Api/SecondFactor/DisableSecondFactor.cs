using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.SecondFactor;

/// <summary>Turns the second factor off, all of it.</summary>
public static class DisableSecondFactor
{
    /// <param name="Code">A code of the second factor, or a recovery code.</param>
    public sealed record Request(string? Code);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, ISecondFactorStore factors, FactorCodes codes, FactorNotices notices, AdminOptions admins,
        CancellationToken cancellation)
    {
        var check = new Check();
        var code = check.Optional("code", request.Code, Limits.FactorCode);
        if (check.Failure is { } failure) return failure;
        var user = session.Account;
        if (user.IsAdmin && admins.SecondFactor) return Reply.Error(ApiError.SecondFactorMandatory);
        if (await factors.FindAsync(user.Uid, cancellation) is not { IsOn: true } state) return Reply.Error(ApiError.SecondFactorMissing);
        if (await codes.ProveAsync(user, state, code, cancellation) is { } refusal) return refusal;

        if (!await factors.TurnOffAsync(user.Uid, cancellation)) return Reply.Error(ApiError.SecondFactorMissing);
        await notices.TellAsync(user, "second_factor.off", "the second factor was turned off");
        return Reply.Ok("Your second factor is off.");
    }
}
