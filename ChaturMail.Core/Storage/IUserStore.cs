using ChaturMail.Core.Accounts;

namespace ChaturMail.Core.Storage;

/// <summary>Accounts. Every method is safe under concurrent use by several processes.</summary>
public interface IUserStore
{
    /// <summary>
    /// Records a sign-in and gives the account, which is created when there is none: one, however many sign-ins come at once.
    /// A disabled account is given back as it is, unchanged. The device is this user's from then on, and nobody else's: a message for who
    /// used it before must not appear on it.
    /// </summary>
    Task<User> SignInAsync(SignIn signIn, CancellationToken cancellation);

    /// <summary>The account of this uid, disabled ones too, or null.</summary>
    Task<User?> FindAsync(string uid, CancellationToken cancellation);

    /// <summary>The push token of the user's device, as of the last sign-in; null when there is none, or no such account.</summary>
    Task<string?> FindPushTokenAsync(string uid, CancellationToken cancellation);

    /// <summary>Forgets a push token that is not good any more, unless a sign-in has brought another meanwhile.</summary>
    Task ForgetPushTokenAsync(string uid, string fcmToken, CancellationToken cancellation);

    /// <summary>
    /// A number that changes, at the latest, with the next change of any account by any process; null when the store cannot tell.
    /// Cheap enough to be asked for in every request.
    /// </summary>
    long? Version();

    /// <summary>Locks or unlocks an account. False when there is none.</summary>
    Task<bool> SetDisabledAsync(string uid, bool disabled, CancellationToken cancellation);

    /// <summary>
    /// Erases the account and everything of its owner's: emails, jobs (running ones leave nothing behind), own prompts,
    /// feedback.
    /// Nobody else's. False when there was none; repeating it does no harm.
    /// </summary>
    Task<bool> DeleteAsync(string uid, CancellationToken cancellation);
}
