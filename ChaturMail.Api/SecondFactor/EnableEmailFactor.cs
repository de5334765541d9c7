using ChaturMail.Api.Http;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.SecondFactor;

/// <summary>Turns codes by email on, in two steps: a code is sent, then shown.</summary>
public static class EnableEmailFactor
{
    /// <param name="EmailCode">The code that was sent; absent to have one sent.</param>
    /// <param name="Code">To have one sent while a second factor is on: a code of that.</param>
    public sealed record Request(string? EmailCode, string? Code);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, ISecondFactorStore factors, FactorCodes codes, FactorNotices notices, CancellationToken cancellation)
    {
        var check = new Check();
        var emailCode = check.Optional("emailCode", request.EmailCode, Limits.FactorCode);
        var code = check.Optional("code", request.Code, Limits.FactorCode);
        if (check.Failure is { } failure) return failure;
        var user = session.Account;
        var state = await factors.FindAsync(user.Uid, cancellation) ?? FactorState.None;
        if (state.Email) return Reply.Ok("Codes by email are on.");
        if (emailCode is null)
        {
            if (await codes.ProveAsync(user, state, code, cancellation) is { } refusal) return refusal;
            var (sent, error) = await codes.SendAsync(CodePurpose.EnableEmail, user.Uid, user.Email, cancellation);
            return sent is null ? Reply.Error(error!) : Reply.Ok("Enter the code that was sent to you.", sent);
        }

        if (await codes.CountTryAsync(user.Uid) is { } tooMany) return Reply.Error(tooMany);
        if (!await codes.CheckAsync(FactorMethod.Email, CodePurpose.EnableEmail, user.Uid, user.Email, state, emailCode, cancellation))
            return Reply.Error(ApiError.InvalidCode);
        if (!await factors.SetEmailAsync(user.Uid, true, cancellation)) return Reply.Error(ApiError.NotAuthenticated);
        await notices.TellAsync(user, "second_factor.email_on", "codes by email were turned on");
        return Reply.Ok("Codes by email are on.");
    }
}
