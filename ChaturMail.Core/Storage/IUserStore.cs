using ChaturMail.Core.Accounts;
using ChaturMail.Core.Emails;

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
    /// Adds a session, or puts it in the place of the one with its id. Beyond <see cref="Session.MostOfAUser"/> the one used least recently
    /// ends. False when there is no such account, or it is disabled.
    /// </summary>
    Task<bool> KeepSessionAsync(string uid, Session session, CancellationToken cancellation);

    /// <summary>
    /// Notes the use of a session, and prolongs it. Neither time goes back. False when the user has none of this id: one that was ended
    /// meanwhile does not come back.
    /// </summary>
    /// <param name="expires">When it ends from now on, or null to leave that.</param>
    Task<bool> UseSessionAsync(string uid, string sessionId, DateTimeOffset usedOn, DateTimeOffset? expires, CancellationToken cancellation);

    /// <summary>
    /// Begins a session in the place of a token that names none, which is good from then on while the session is. Repeating it changes
    /// nothing. False when there is no such account, it is disabled, the token was ended, or the session has; also when as many tokens
    /// as may be are noted.
    /// </summary>
    /// <param name="expires">When the token does.</param>
    Task<bool> ReplaceTokenAsync(string uid, string legacyId, DateTimeOffset expires, Session session, CancellationToken cancellation);

    /// <summary>Ends one session. False when the user has none of this id.</summary>
    Task<bool> EndSessionAsync(string uid, string sessionId, CancellationToken cancellation);

    /// <summary>
    /// Ends one token that names no session. Remembered until the token expires. False when there is no such account. Beyond
    /// <see cref="User.MostEndedTokens"/> all of the user's that name none end.
    /// </summary>
    Task<bool> EndTokenAsync(string uid, string legacyId, DateTimeOffset expires, CancellationToken cancellation);

    /// <summary>Ends every session of the user, and every token that names none. False when there is no such account.</summary>
    /// <param name="except">A session that goes on, or null.</param>
    Task<bool> EndSessionsAsync(string uid, string? except, CancellationToken cancellation);

    /// <summary>Makes the user an operator, or ends that. False when there is no such account.</summary>
    Task<bool> SetAdminAsync(string uid, bool admin, CancellationToken cancellation);

    /// <summary>The operators, oldest account first; the first 1000.</summary>
    Task<IReadOnlyList<User>> ListAdminsAsync(CancellationToken cancellation);

    /// <summary>
    /// A page of accounts, newest first (by time of creation, then id), for operators.
    /// </summary>
    /// <param name="search">Keeps accounts whose address or name holds this text, whatever its case, or whose uid it is; null for all.</param>
    /// <param name="limit">1 to 100.</param>
    /// <param name="after">Where the page before ended, or null for the first.</param>
    Task<IReadOnlyList<User>> SearchAsync(string? search, int limit, EmailCursor? after, CancellationToken cancellation);

    /// <summary>
    /// Erases the account and everything of its owner's: emails, jobs (running ones leave nothing behind), own prompts,
    /// feedback. Nobody else's. In the change from which on the account counts as gone, a <see cref="PendingErasure"/> is written. False
    /// when there was none; repeating it does no harm.
    /// </summary>
    Task<bool> DeleteAsync(string uid, CancellationToken cancellation);
}
