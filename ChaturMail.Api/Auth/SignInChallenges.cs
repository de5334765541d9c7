using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using ChaturMail.Api.Http;
using ChaturMail.Api.SecondFactor;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Codes;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Auth;

/// <summary>
/// Stands between the proof of an identity and <see cref="SignInFlow"/>: asks those for a code who have a second factor, operators always,
/// and, where the settings want it, those whose address nobody vouches for. The half-finished sign-in is in the challenge itself, sealed,
/// so that any instance finishes it; kept is only how often it was tried.
/// </summary>
public sealed class SignInChallenges(
    SignInFlow flow, IUserStore users, ISecondFactorStore factors, FactorCodes codes, IOneTimeCodes tries, DerivedKeys keys,
    IdentityOptions identity, AdminOptions admins, TimeProvider time)
{
    private const string Purpose = "challenge";

    private readonly SecretBox _box = new(keys, "sign-in challenge");

    /// <param name="Challenge">To be sent back with the code; good for one sign-in, for 10 minutes and five tries.</param>
    /// <param name="Methods">How the code may be had: names of <see cref="FactorMethod"/>.</param>
    /// <param name="ExpiresOn">When the challenge ends, Unix seconds.</param>
    /// <param name="EmailHint">Where a code goes by email; empty when that is none of the methods.</param>
    public sealed record Response(string Challenge, IReadOnlyList<string> Methods, long ExpiresOn, string EmailHint);

    /// <summary>Lets somebody in whose identity is proved, or asks them for a code. Every way to sign in comes by here.</summary>
    public Task<IResult> BeginAsync(SignInAttempt attempt, CancellationToken cancellation) => ContinueAsync(attempt, false, false, cancellation);

    /// <summary>Takes the code of a challenge, and lets in whoever sends the right one.</summary>
    public async Task<IResult> ConfirmAsync(string challenge, string method, string code, CancellationToken cancellation)
    {
        if (Open(challenge) is not { } held) return Reply.Error(ApiError.ChallengeExpired);
        var who = held.Attempt.Identity;
        var (user, state, methods) = await LookAsync(held, cancellation);
        // Turned off elsewhere in the meantime, ended with all sessions, or erased with the account: then the sign-in is another one.
        if (methods.Count == 0) return Reply.Error(ApiError.ChallengeExpired);
        if (!methods.Contains(method)) return Reply.Error(ApiError.InvalidField, $"The field 'method' must be one of {string.Join(", ", methods)}.");
        if (await codes.CountTryAsync(who.Uid) is { } tooMany) return Reply.Error(tooMany);
        // Counted before it is looked at: many at once are no more tries than one after the other.
        if (!await tries.TakeTryAsync(Purpose, held.Id, cancellation)) return Reply.Error(ApiError.ChallengeExpired);
        var address = AddressOf(held, user);
        if (!await codes.CheckAsync(method, CodePurpose.SignIn, who.Uid, address, state, code, cancellation)) return Reply.Error(ApiError.InvalidCode);
        if (await tries.RedeemAsync(Purpose, held.Id, held.Ticket, cancellation) != CodeCheck.Good) return Reply.Error(ApiError.ChallengeExpired);
        var provesAddress = held.ProvesAddress || (method == FactorMethod.Email && FactorCodes.DigestOf(address) == FactorCodes.DigestOf(who.Email));
        return await ContinueAsync(held.Attempt, held.HasSecondFactor || !held.ProvesAddress, provesAddress, cancellation);
    }

    /// <summary>Sends a challenge's code by email.</summary>
    public async Task<IResult> SendAsync(string challenge, CancellationToken cancellation)
    {
        if (Open(challenge) is not { } held) return Reply.Error(ApiError.ChallengeExpired);
        var (user, _, methods) = await LookAsync(held, cancellation);
        if (user is { Disabled: true }) return Reply.Error(ApiError.AccountDisabled);
        if (!methods.Contains(FactorMethod.Email)) return Reply.Error(ApiError.InvalidField, "Codes by email are none of this challenge's methods.");
        var (sent, error) = await codes.SendAsync(CodePurpose.SignIn, held.Attempt.Identity.Uid, AddressOf(held, user), cancellation);
        return sent is null ? Reply.Error(error!) : Reply.Ok("Enter the code that was sent to you.", sent);
    }

    private async Task<IResult> ContinueAsync(SignInAttempt attempt, bool hasSecondFactor, bool hasProvedAddress, CancellationToken cancellation)
    {
        var who = attempt.Identity;
        // Not from the cache: what was turned on a moment ago elsewhere is asked for.
        var user = await users.FindAsync(who.Uid, cancellation);
        var state = await factors.FindAsync(who.Uid, cancellation) ?? FactorState.None;
        // Here, and not in the last step: who is enabled in this moment would be let in without a code.
        if (user is { Disabled: true }) return Reply.Error(ApiError.AccountDisabled);
        var methods = MethodsOf(user, state);
        if (!hasSecondFactor && methods.Count > 0) return await AskAsync(attempt, user!.Email, methods, hasSecondFactor, provesAddress: false, cancellation);
        // They have chosen codes by email, which this server cannot send, or not to them: no reason to let them in without.
        if (!hasSecondFactor && state.IsOn) return Reply.Error(ApiError.MailUnavailable);
        if (!hasProvedAddress && IsAddressInDoubt(state, who))
            return await AskAsync(attempt, who.Email, [FactorMethod.Email], hasSecondFactor, provesAddress: true, cancellation);

        // A code that was entered, now or before, vouches for the address as the provider does.
        var isProved = who.EmailVerified || (who.Email.Length > 0 && (hasProvedAddress || state.AddressDigest == FactorCodes.DigestOf(who.Email)));
        var answer = await flow.FinishAsync(attempt with { Identity = who with { EmailVerified = isProved } }, hasSecondFactor, cancellation);
        // After the account is there. Who is interrupted here is asked once more.
        if (hasProvedAddress && IsAddressInDoubt(state, who)) await factors.RememberAddressAsync(who.Uid, FactorCodes.DigestOf(who.Email), CancellationToken.None);
        return answer;
    }

    private async Task<IResult> AskAsync(
        SignInAttempt attempt, string address, IReadOnlyList<string> methods, bool hasSecondFactor, bool provesAddress, CancellationToken cancellation)
    {
        var id = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        var ticket = await tries.IssueAsync(Purpose, id, cancellation);
        var now = time.GetUtcNow();
        var expires = (now + IOneTimeCodes.Lifetime).ToUnixTimeSeconds();
        var held = new Held(id, ticket.Code!, attempt, hasSecondFactor, provesAddress, expires, now.ToUnixTimeMilliseconds());
        var sealedText = _box.Seal(JsonSerializer.SerializeToUtf8Bytes(held, ApiJson.Options), "");

        var byEmail = methods.Contains(FactorMethod.Email);
        var hint = byEmail ? FactorCodes.Hint(address) : "";
        var message = "Enter the code of your authenticator app.";
        if (byEmail && !methods.Contains(FactorMethod.Totp))
        {
            // Too soon for another: the one from before is good for this challenge too. What else is in the way, asking for the code again tells.
            await codes.SendAsync(CodePurpose.SignIn, attempt.Identity.Uid, address, cancellation);
            message = $"Enter the code that was sent to {hint}.";
        }

        return Reply.SoftFailure(
            message, provesAddress ? "email_verification_required" : "second_factor_required", new Response(sealedText, methods, expires, hint));
    }

    private async Task<(User? User, FactorState State, IReadOnlyList<string> Methods)> LookAsync(Held held, CancellationToken cancellation)
    {
        var who = held.Attempt.Identity;
        var user = await users.FindAsync(who.Uid, cancellation);
        var state = await factors.FindAsync(who.Uid, cancellation) ?? FactorState.None;
        // Whoever sets another password, or signs out everywhere, means those as well who have shown the old one and look for the code.
        if (user?.TokensValidFrom is { } from && held.BeganOn <= from.ToUnixTimeMilliseconds()) return (user, state, []);
        return (user, state, held.ProvesAddress ? [FactorMethod.Email] : MethodsOf(user, state));
    }

    // Empty for those who are asked for nothing. An operator to whom nothing can be sent comes in without a second factor, and so not to
    // the operators' routes, but to the enrolment of an app.
    private List<string> MethodsOf(User? user, FactorState state)
    {
        var methods = new List<string>();
        if (user is null) return methods;
        var canMail = codes.CanMail && user.Email.Length > 0;
        if (state.TotpSecret is not null) methods.Add(FactorMethod.Totp);
        if (canMail && (state.Email || (user.IsAdmin && admins.SecondFactor && state.TotpSecret is null))) methods.Add(FactorMethod.Email);
        if (state.IsOn && state.RecoveryCodesLeft > 0) methods.Add(FactorMethod.Recovery);
        return methods;
    }

    // A second factor goes to the address of the last finished sign-in. The one that the identity provider names now is whosever the first
    // factor is: who stole that may have changed it.
    private static string AddressOf(Held held, User? user) => held.ProvesAddress ? held.Attempt.Identity.Email : user?.Email ?? "";

    private bool IsAddressInDoubt(FactorState state, VerifiedIdentity who) =>
        identity.RequireVerifiedEmail && !who.EmailVerified && who.Email.Length > 0 && state.AddressDigest != FactorCodes.DigestOf(who.Email);

    private Held? Open(string challenge)
    {
        if (_box.Open(challenge, "", out _) is not { } content) return null;
        var held = JsonSerializer.Deserialize<Held>(content, ApiJson.Options)!;
        return time.GetUtcNow().ToUnixTimeSeconds() < held.Expires ? held : null;
    }

    /// <summary>What is in a challenge. It ends by the second, and began by the millisecond (Unix time).</summary>
    private sealed record Held(string Id, string Ticket, SignInAttempt Attempt, bool HasSecondFactor, bool ProvesAddress, long Expires, long BeganOn);
}
