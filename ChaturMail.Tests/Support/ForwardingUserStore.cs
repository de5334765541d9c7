using ChaturMail.Core.Accounts;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Support;

/// <summary>Passes everything on to a store, for tests that change one thing of it. Cannot tell whether an account changed, as MongoDB cannot.</summary>
internal class ForwardingUserStore(IUserStore store) : IUserStore
{
    public virtual long? Version() => null;

    public virtual Task<User?> FindAsync(string uid, CancellationToken cancellation) => store.FindAsync(uid, cancellation);

    public virtual Task<User> SignInAsync(SignIn signIn, CancellationToken cancellation) => store.SignInAsync(signIn, cancellation);

    public Task<string?> FindPushTokenAsync(string uid, CancellationToken cancellation) => store.FindPushTokenAsync(uid, cancellation);

    public Task ForgetPushTokenAsync(string uid, string fcmToken, CancellationToken cancellation) => store.ForgetPushTokenAsync(uid, fcmToken, cancellation);

    public virtual Task<bool> SetDisabledAsync(string uid, bool disabled, CancellationToken cancellation) => store.SetDisabledAsync(uid, disabled, cancellation);

    public Task<bool> KeepSessionAsync(string uid, Session session, CancellationToken cancellation) => store.KeepSessionAsync(uid, session, cancellation);

    public virtual Task<bool> UseSessionAsync(string uid, string sessionId, DateTimeOffset usedOn, DateTimeOffset? expires, CancellationToken cancellation) =>
        store.UseSessionAsync(uid, sessionId, usedOn, expires, cancellation);

    public Task<bool> ReplaceTokenAsync(string uid, string legacyId, DateTimeOffset expires, Session session, CancellationToken cancellation) =>
        store.ReplaceTokenAsync(uid, legacyId, expires, session, cancellation);

    public Task<IReadOnlyList<User>> ListAdminsAsync(CancellationToken cancellation) => store.ListAdminsAsync(cancellation);

    public Task<bool> EndSessionAsync(string uid, string sessionId, CancellationToken cancellation) => store.EndSessionAsync(uid, sessionId, cancellation);

    public Task<bool> EndTokenAsync(string uid, string legacyId, DateTimeOffset expires, CancellationToken cancellation) =>
        store.EndTokenAsync(uid, legacyId, expires, cancellation);

    public Task<bool> EndSessionsAsync(string uid, string? except, CancellationToken cancellation) => store.EndSessionsAsync(uid, except, cancellation);

    public Task<bool> SetAdminAsync(string uid, bool admin, CancellationToken cancellation) => store.SetAdminAsync(uid, admin, cancellation);

    public Task<IReadOnlyList<User>> SearchAsync(string? search, int limit, EmailCursor? after, CancellationToken cancellation) =>
        store.SearchAsync(search, limit, after, cancellation);

    public Task<bool> DeleteAsync(string uid, CancellationToken cancellation) => store.DeleteAsync(uid, cancellation);
}
