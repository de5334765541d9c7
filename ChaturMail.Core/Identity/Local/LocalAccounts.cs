using ChaturMail.Core.Codes;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Identity.Local;

/// <summary>What came of a request about an account whose password is kept here.</summary>
public abstract record AccountResult
{
    private AccountResult() { }

    /// <summary>It was taken in. Says nothing of whether there is such an account.</summary>
    public sealed record Accepted : AccountResult;

    /// <summary>The password is set.</summary>
    /// <param name="Uid">Whose.</param>
    public sealed record PasswordSet(string Uid) : AccountResult;

    /// <summary>The password is right.</summary>
    /// <param name="IdToken">What the identity provider gives for it.</param>
    /// <param name="Expires">From when on the token is refused.</param>
    public sealed record SignedIn(string IdToken, DateTimeOffset Expires) : AccountResult;

    /// <summary>The new password is too easy to guess.</summary>
    /// <param name="Sentence">Why, for its owner.</param>
    public sealed record WeakPassword(string Sentence) : AccountResult;

    /// <summary>There is no such account, or the password is another.</summary>
    public sealed record WrongCredentials : AccountResult;

    /// <summary>The password is right, and the address is yet to be proved.</summary>
    public sealed record NotVerified : AccountResult;

    /// <summary>The code is wrong, used, or too old.</summary>
    public sealed record WrongCode : AccountResult;

    /// <summary>Too many tries.</summary>
    /// <param name="Wait">Time until the next.</param>
    public sealed record Locked(TimeSpan Wait) : AccountResult;

    /// <summary>Too many passwords are being looked at.</summary>
    public sealed record Busy : AccountResult;
}

/// <summary>
/// Accounts with address and password. Addresses come as <see cref="LocalAccount.TryNormalize"/> and passwords as
/// <see cref="PasswordRules.Normalize"/> give them. No answer, and no work done for it, tells whether an address has an account, until
/// somebody shows its password or a code that was sent to it.
/// </summary>
public sealed class LocalAccounts(
    ILocalAccountStore accounts, IOneTimeCodes codes, PasswordHashing passwords, PasswordRules rules, LocalIdTokens tokens, MailOutbox mail, TimeProvider time)
{
    private const string VerifyPurpose = "verify";
    private const string ResetPurpose = "reset";

    /// <summary>Keeps a registration and sends a code to its address; to the address of an account, a notice.</summary>
    public async Task<AccountResult> RegisterAsync(string email, string password, string name, CancellationToken cancellation)
    {
        if (rules.Problem(password, email) is { } problem) return new AccountResult.WeakPassword(problem);
        if (await passwords.HashAsync(password, cancellation) is not { } hash) return new AccountResult.Busy();
        var now = time.GetUtcNow();
        var account = await accounts.RegisterAsync(new LocalAccount(LocalAccount.NewUid(), email, name, hash, now, null), cancellation);
        await SendAsync(account, email, cancellation);
        return new AccountResult.Accepted();
    }

    /// <summary>Sends another code for a registration.</summary>
    public async Task<AccountResult> ResendAsync(string email, CancellationToken cancellation)
    {
        await SendAsync(await accounts.FindByEmailAsync(email, cancellation), email, cancellation);
        return new AccountResult.Accepted();
    }

    /// <summary>
    /// Finishes a registration with the code that was sent. The password that counts is this one, whoever registered the address: the code
    /// tells that the address is theirs who enters it, not who had it sent. So nobody can register another's address in advance and have
    /// its owner confirm a password that is not the owner's, or a name.
    /// </summary>
    public async Task<AccountResult> VerifyAsync(string email, string code, string password, CancellationToken cancellation)
    {
        if (rules.Problem(password, email) is { } problem) return new AccountResult.WeakPassword(problem);
        var account = await accounts.FindByEmailAsync(email, cancellation);
        var check = await passwords.CheckAsync(account, password, cancellation);
        if (check == PasswordCheck.Busy) return new AccountResult.Busy();
        if (await codes.RedeemAsync(VerifyPurpose, SignInAttempts.KeyOf(email), code, cancellation) != CodeCheck.Good || account is not { VerifiedOn: null })
            return new AccountResult.WrongCode();

        var (hash, name) = check == PasswordCheck.Wrong ? (await passwords.HashAsync(password, cancellation), "") : (account.PasswordHash, account.Name);
        if (hash is null) return new AccountResult.Busy();
        return await accounts.ProveAsync(account.Uid, hash, name, time.GetUtcNow(), null, cancellation)
            ? new AccountResult.PasswordSet(account.Uid) : new AccountResult.WrongCode();
    }

    /// <summary>Gives an ID token for the right password.</summary>
    public async Task<AccountResult> SignInAsync(string email, string password, CancellationToken cancellation)
    {
        var attempts = SignInAttempts.KeyOf(email);
        var wait = await accounts.TakeAttemptAsync(attempts, time.GetUtcNow(), cancellation);
        if (wait > TimeSpan.Zero) return new AccountResult.Locked(wait);
        var account = await accounts.FindByEmailAsync(email, cancellation);
        var check = await passwords.CheckAsync(account, password, cancellation);
        if (check == PasswordCheck.Busy) return new AccountResult.Busy();
        if (account is null || check == PasswordCheck.Wrong) return new AccountResult.WrongCredentials();
        if (account.VerifiedOn is null) return new AccountResult.NotVerified();

        await accounts.ForgetAttemptsAsync(attempts, cancellation);
        if (check == PasswordCheck.GoodButOld && await passwords.HashAsync(password, cancellation) is { } hash
            && await accounts.ProveAsync(account.Uid, hash, account.Name, time.GetUtcNow(), account.PasswordHash, cancellation))
        {
            account = account with { PasswordHash = hash };
        }

        var (token, expires) = tokens.Issue(account);
        return new AccountResult.SignedIn(token, expires);
    }

    /// <summary>Sends a code with which a password can be set, where there is an account.</summary>
    public async Task<AccountResult> RequestResetAsync(string email, CancellationToken cancellation)
    {
        var issue = await codes.IssueAsync(ResetPurpose, SignInAttempts.KeyOf(email), cancellation);
        if (await accounts.FindByEmailAsync(email, cancellation) is not null && issue.Code is { } code)
            mail.TryAdd(AccountMails.Reset(email, code, time.GetUtcNow()));
        return new AccountResult.Accepted();
    }

    /// <summary>Sets a password with the code that was sent. It proves the address as well, and ends the waiting of a locked account.</summary>
    public async Task<AccountResult> ResetAsync(string email, string code, string password, CancellationToken cancellation)
    {
        if (rules.Problem(password, email) is { } problem) return new AccountResult.WeakPassword(problem);
        if (await passwords.HashAsync(password, cancellation) is not { } hash) return new AccountResult.Busy();
        var check = await codes.RedeemAsync(ResetPurpose, SignInAttempts.KeyOf(email), code, cancellation);
        var account = await accounts.FindByEmailAsync(email, cancellation);
        if (check != CodeCheck.Good || account is null) return new AccountResult.WrongCode();
        // Who registered an address that they never proved may have been anybody: their name does not count.
        var name = account.VerifiedOn is null ? "" : account.Name;
        if (!await accounts.ProveAsync(account.Uid, hash, name, time.GetUtcNow(), null, cancellation)) return new AccountResult.WrongCode();
        await accounts.ForgetAttemptsAsync(SignInAttempts.KeyOf(email), cancellation);
        mail.TryAdd(AccountMails.PasswordChanged(email, time.GetUtcNow()));
        return new AccountResult.PasswordSet(account.Uid);
    }

    /// <summary>Sets another password for somebody who knows the one before.</summary>
    /// <returns><see cref="AccountResult.WrongCredentials"/> too where the account is not kept here.</returns>
    public async Task<AccountResult> ChangeAsync(string uid, string current, string password, CancellationToken cancellation)
    {
        if (await accounts.FindAsync(uid, cancellation) is not { } account) return new AccountResult.WrongCredentials();
        if (rules.Problem(password, account.Email) is { } problem) return new AccountResult.WeakPassword(problem);
        var attempts = SignInAttempts.KeyOf(account.Email);
        var wait = await accounts.TakeAttemptAsync(attempts, time.GetUtcNow(), cancellation);
        if (wait > TimeSpan.Zero) return new AccountResult.Locked(wait);
        var check = await passwords.CheckAsync(account, current, cancellation);
        if (check == PasswordCheck.Busy) return new AccountResult.Busy();
        if (check == PasswordCheck.Wrong) return new AccountResult.WrongCredentials();
        if (await passwords.HashAsync(password, cancellation) is not { } hash) return new AccountResult.Busy();
        if (!await accounts.ProveAsync(uid, hash, account.Name, time.GetUtcNow(), account.PasswordHash, cancellation)) return new AccountResult.WrongCredentials();
        await accounts.ForgetAttemptsAsync(attempts, cancellation);
        mail.TryAdd(AccountMails.PasswordChanged(account.Email, time.GetUtcNow()));
        return new AccountResult.PasswordSet(uid);
    }

    // A code is made in any case, so that the work is the same; one that is not sent is known to nobody.
    private async Task SendAsync(LocalAccount? account, string email, CancellationToken cancellation)
    {
        if ((await codes.IssueAsync(VerifyPurpose, SignInAttempts.KeyOf(email), cancellation)).Code is not { } code || account is null) return;
        mail.TryAdd(account.VerifiedOn is null
            ? AccountMails.Verification(email, code, time.GetUtcNow()) : AccountMails.AlreadyRegistered(email, time.GetUtcNow()));
    }
}
