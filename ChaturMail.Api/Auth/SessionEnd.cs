using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Auth;

/// <summary>
/// Ends sessions, on every instance, as the end of an account does: the store first, then word to the other processes. Not cancelled
/// half-way by a client that hangs up.
/// </summary>
public sealed class SessionEnd(IUserStore users, UserCache cache)
{
    /// <summary>Ends what the request was sent with: its session, or a token that names none and the session in its place.</summary>
    public async Task ThisAsync(SessionUser user)
    {
        var uid = user.Account.Uid;
        var id = user.Session?.Id ?? user.Claims.ReplacementSessionId!;
        await users.EndSessionAsync(uid, id, CancellationToken.None);
        if (user.Claims.LegacyId is { } token) await users.EndTokenAsync(uid, token, user.Claims.Expires, CancellationToken.None);
        await cache.ChangedAsync(uid);
        if (IsLastSignIn(user.Account, id)) await ForgetDeviceAsync(uid);
    }

    /// <summary>Ends one session of the user's. False when there is none of this id.</summary>
    public async Task<bool> OneAsync(User account, string id)
    {
        if (!await users.EndSessionAsync(account.Uid, id, CancellationToken.None)) return false;
        await cache.ChangedAsync(account.Uid);
        if (IsLastSignIn(account, id)) await ForgetDeviceAsync(account.Uid);
        return true;
    }

    /// <summary>Ends all of them, and every token that names none.</summary>
    public async Task AllAsync(string uid)
    {
        await users.EndSessionsAsync(uid, except: null, CancellationToken.None);
        await cache.ChangedAsync(uid);
        await ForgetDeviceAsync(uid);
    }

    /// <summary>Ends all of them but the one that another password was set in, and every token that names none.</summary>
    public async Task OthersAsync(User account, string? id)
    {
        await users.EndSessionsAsync(account.Uid, id, CancellationToken.None);
        await cache.ChangedAsync(account.Uid);
        if (id is null || !IsLastSignIn(account, id)) await ForgetDeviceAsync(account.Uid);
    }

    // Push messages go to the device of the last sign-in that gave a place for them. Whoever signs out there does not want them on it any more.
    // A session that is not in the list may have been that one, where no other is.
    private static bool IsLastSignIn(User account, string id) =>
        account.Sessions.FirstOrDefault(session => !session.NoPush) is { } last ? last.Id == id : account.Sessions.All(session => session.Id != id);

    private async Task ForgetDeviceAsync(string uid)
    {
        if (await users.FindPushTokenAsync(uid, CancellationToken.None) is { } token) await users.ForgetPushTokenAsync(uid, token, CancellationToken.None);
    }
}
