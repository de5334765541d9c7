using System.Buffers.Text;
using System.Security.Cryptography;
using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Auth;

/// <summary>A person whose identity is proved, on their way in.</summary>
/// <param name="Identity">Who signs in.</param>
/// <param name="LoginMethod">How, e.g. <c>google</c>.</param>
/// <param name="FcmToken">Push token of the device, or an empty string.</param>
/// <param name="Device">What the user will recognise the device by, at most 100 characters, by <see cref="DeviceName.Of"/>.</param>
public sealed record SignInAttempt(VerifiedIdentity Identity, string LoginMethod, string FcmToken, string Device);

/// <summary>The last step of every sign-in: records it, begins a session, and answers with its token.</summary>
public sealed class SignInFlow(
    IUserStore users, UserCache cache, SessionTokens tokens, CoinOptions coins, DailyCoins daily, FormerAccounts formerAccounts, TimeProvider time)
{
    /// <param name="Token">Session token, good for 30 days.</param>
    public sealed record Response(string Token);

    /// <summary>Lets the person in, unless their account is disabled.</summary>
    /// <param name="hasSecondFactor">True when they proved a second factor.</param>
    public async Task<IResult> FinishAsync(SignInAttempt attempt, bool hasSecondFactor, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var session = new Session(
            Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16)), attempt.Device, attempt.LoginMethod, now, now, now + SessionTokens.Lifetime, hasSecondFactor)
        {
            NoPush = attempt.FcmToken.Length == 0,
        };
        var who = attempt.Identity;
        // Whoever deleted their account is welcome again, but not to another gift each time. The account is looked at before the memory of
        // deleted ones: one that is deleted in this very moment is found as one or the other.
        var isNew = await users.FindAsync(who.Uid, cancellation) is null;
        var former = await formerAccounts.FindAsync(who.Uid, who.Email, who.EmailVerified, cancellation);
        var user = await users.SignInAsync(
            new SignIn(who, attempt.LoginMethod, attempt.FcmToken, isNew && former is null ? coins.Starting : 0) { Session = session }, cancellation);
        if (former is not null && user.CreatedOn >= former.ErasedOn) await formerAccounts.CarrySpendingAsync(former, user.Uid, cancellation);
        await daily.GiveAsync(user, cancellation);
        // Other instances read the user anew when they meet the new session. That one more has ended, because there were as many as there
        // may be, they would not notice.
        if (user.Sessions.Count >= Session.MostOfAUser) await cache.ChangedAsync(user.Uid);
        else cache.Forget(user.Uid);
        return user.Disabled
            ? Reply.Error(ApiError.AccountDisabled)
            : Reply.Ok("Signed in.", new Response(tokens.Issue(user.Uid, user.Email, user.Id, session.Id)));
    }
}
