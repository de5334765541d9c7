using System.Security.Cryptography;
using System.Text;
using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Codes;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.SecondFactor;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.SecondFactor;

/// <summary>How a second factor is shown. The names that requests and answers use.</summary>
public static class FactorMethod
{
    /// <summary>A code of an authenticator app.</summary>
    public const string Totp = "totp";

    /// <summary>A code by email.</summary>
    public const string Email = "email";

    /// <summary>A recovery code.</summary>
    public const string Recovery = "recovery";
}

/// <summary>What is asked by code for: a code for one purpose is none for another.</summary>
public enum CodePurpose
{
    /// <summary>To finish a sign-in.</summary>
    SignIn,

    /// <summary>To change what is asked at sign-in.</summary>
    Settings,

    /// <summary>To turn on codes by email.</summary>
    EnableEmail,
}

/// <param name="EmailHint">The address, so far that its owner knows it again.</param>
/// <param name="ExpiresOn">When the code ends, Unix seconds.</param>
public sealed record CodeSent(string EmailHint, long ExpiresOn);

/// <summary>Sends codes, and checks those that come back: of an authenticator app, by email, recovery codes. Each is good once.</summary>
/// <param name="outbox">Absent where the server sends no mail.</param>
public sealed class FactorCodes(
    ISecondFactorStore factors, IOneTimeCodes codes, DerivedKeys keys, RequestLimits limits, TimeProvider time, ILogger<FactorCodes> log, MailOutbox? outbox = null)
{
    private readonly SecretBox _secrets = new(keys, "totp");

    /// <summary>True where the server sends mail.</summary>
    public bool CanMail => outbox is not null;

    /// <summary>The address as its owner knows it again and others do not: <c>a***@example.com</c>; empty for none.</summary>
    public static string Hint(string address) =>
        address.LastIndexOf('@') is > 0 and var at ? string.Concat(address.AsSpan(0, char.IsHighSurrogate(address[0]) ? 2 : 1), "***", address.AsSpan(at)) : "";

    /// <summary>What stands for an address where the address need not be kept.</summary>
    public static string DigestOf(string address) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address.Trim().ToLowerInvariant())).AsSpan(0, 16));

    /// <summary>Seals a new secret for an authenticator app.</summary>
    public string Seal(string uid, ReadOnlySpan<byte> secret) => _secrets.Seal(secret, uid);

    /// <summary>Mails a code. What is in the way is the error; how long until another can be had is in it.</summary>
    public async Task<(CodeSent? Sent, ApiError? Error)> SendAsync(CodePurpose purpose, string uid, string address, CancellationToken cancellation)
    {
        if (outbox is null || address.Length == 0) return (null, ApiError.MailUnavailable);
        if (await limits.CountCodeMailAsync(DigestOf(address)) is { } tooMany) return (null, tooMany);
        var issue = await codes.IssueAsync(Name(purpose), SubjectOf(uid, address), cancellation);
        if (issue.Code is null) return (null, ApiError.TooManyRequests with { RetryAfter = (int)Math.Ceiling(issue.Wait.TotalSeconds) });
        var expires = time.GetUtcNow() + IOneTimeCodes.Lifetime;
        var mail = new MailMessage(
            address, "Your ChaturMail code",
            $"{issue.Code} is your code to {Aim(purpose)}.\n\nIt is good once, for 10 minutes. Nobody of ours will ever ask you for it.\n\n"
            + "If you did not ask for it, somebody else knows how you sign in: change that, and do not pass the code on.\n",
            expires);
        return outbox.TryAdd(mail) ? (new CodeSent(Hint(address), expires.ToUnixTimeSeconds()), null) : (null, ApiError.MailUnavailable);
    }

    /// <summary>Counts a try of this user's, right or wrong; the error when there were too many.</summary>
    public ValueTask<ApiError?> CountTryAsync(string uid) => limits.CountFactorTryAsync(uid);

    /// <summary>True for a right code, which is used up with it.</summary>
    /// <param name="method">One of <see cref="FactorMethod"/>.</param>
    public async Task<bool> CheckAsync(
        string method, CodePurpose purpose, string uid, string address, FactorState state, string code, CancellationToken cancellation) => method switch
        {
            FactorMethod.Totp => await CheckTotpAsync(uid, state, code, cancellation),
            FactorMethod.Email => await codes.RedeemAsync(Name(purpose), SubjectOf(uid, address), code, cancellation) == CodeCheck.Good,
            FactorMethod.Recovery => RecoveryCodes.DigestOf(uid, code) is { } digest && await factors.TakeRecoveryCodeAsync(uid, digest, cancellation),
            _ => false,
        };

    /// <summary>The step of the pending secret that this is a code of, or null.</summary>
    public long? MatchPending(string uid, FactorState state, string code) =>
        state.PendingTotpSecret is { } pending && _secrets.Open(pending, uid, out _) is { } secret ? Totp.Match(secret, code, time.GetUtcNow()) : null;

    /// <summary>
    /// True for an operator in a session that was begun without a second factor, where one could have been asked for by email: an app that is
    /// added there would be the second factor of whoever has the session. They sign in again.
    /// </summary>
    public bool MustSignInAgain(SessionUser session, AdminOptions admins) =>
        session.Account is { IsAdmin: true, Email.Length: > 0 } && admins.SecondFactor && CanMail && session.Session is not { HasSecondFactor: true };

    /// <summary>
    /// Holds who has a second factor to it before they change it: null when they may, else what to answer. Without a code one is mailed to
    /// those who have theirs by email.
    /// </summary>
    public async Task<IResult?> ProveAsync(User user, FactorState state, string? code, CancellationToken cancellation)
    {
        if (!state.IsOn) return null;
        if (code is null)
        {
            if (!state.Email) return Reply.Error(ApiError.CodeRequired);
            var (sent, error) = await SendAsync(CodePurpose.Settings, user.Uid, user.Email, cancellation);
            return sent is null ? Reply.Error(error!) : Reply.Error(ApiError.CodeRequired, $"Enter the code that was sent to {sent.EmailHint}.");
        }

        if (await CountTryAsync(user.Uid) is { } tooMany) return Reply.Error(tooMany);
        string[] methods = code.Length == Totp.Digits ? [FactorMethod.Totp, FactorMethod.Email] : [FactorMethod.Recovery];
        foreach (var method in methods)
            if (await CheckAsync(method, CodePurpose.Settings, user.Uid, user.Email, state, code, cancellation)) return null;
        return Reply.Error(ApiError.InvalidCode);
    }

    private async Task<bool> CheckTotpAsync(string uid, FactorState state, string code, CancellationToken cancellation)
    {
        if (state.TotpSecret is not { } held) return false;
        if (_secrets.Open(held, uid, out var isOld) is not { } secret)
        {
            log.LogWarning("A user's TOTP secret cannot be opened: the key that it was sealed under is not among JWT_KEY and JWT_PREVIOUS_KEYS any more");
            return false;
        }

        if (Totp.Match(secret, code, time.GetUtcNow()) is not { } matching || !await factors.TakeStepAsync(uid, matching, cancellation)) return false;
        if (isOld) await factors.ResealTotpAsync(uid, held, Seal(uid, secret), cancellation);
        return true;
    }

    // The address is a part of it: a code that was sent to another proves nothing about this one.
    private static string SubjectOf(string uid, string address) => uid + "\n" + DigestOf(address);

    private static string Name(CodePurpose purpose) => purpose switch
    {
        CodePurpose.SignIn => "factor-sign-in",
        CodePurpose.Settings => "factor-settings",
        _ => "factor-enable-email",
    };

    private static string Aim(CodePurpose purpose) => purpose switch
    {
        CodePurpose.SignIn => "sign in to ChaturMail",
        CodePurpose.Settings => "change how you sign in to ChaturMail",
        _ => "get your sign-in codes for ChaturMail by email",
    };
}
