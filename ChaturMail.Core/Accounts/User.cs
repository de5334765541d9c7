using System.Collections.Frozen;

namespace ChaturMail.Core.Accounts;

/// <summary>An account as the store holds it. Text is never null: a provider without a name yields an empty string.</summary>
/// <param name="Id">The account document's id, 24 hexadecimal digits; another one after the account was deleted and made again.</param>
/// <param name="Uid">The identity provider's id of the person, the key of everything that they own.</param>
/// <param name="Email">Address given by the identity provider.</param>
/// <param name="Name">Display name, with which emails are signed.</param>
/// <param name="Picture">Address of a picture.</param>
/// <param name="AvailableTokens">Coins that can be spent; never negative.</param>
/// <param name="UsedTokens">Coins spent on finished emails.</param>
/// <param name="GeneratedEmailCount">Emails finished so far, deleted ones included.</param>
/// <param name="CreatedOn">When the account was made.</param>
/// <param name="Disabled">True when an operator locked the account.</param>
public sealed record User(
    string Id, string Uid, string Email, string Name, string Picture, long AvailableTokens, long UsedTokens,
    long GeneratedEmailCount, DateTimeOffset CreatedOn, bool Disabled)
{
    /// <summary>True when the address was known to be the user's own at their last sign-in: the identity provider vouched for it, or a code proved it.</summary>
    public bool EmailVerified { get; init; }

    /// <summary>True once the user has saved a prompt of their own, and for ever after: who never did need not be asked about.</summary>
    public bool HasOwnPrompts { get; init; }

    /// <summary>True for an operator of the product, who may use the routes under <c>/admin</c>.</summary>
    public bool IsAdmin { get; init; }

    /// <summary>The user's sessions, newest first, ended ones not among them. A token that names another session is not good any more.</summary>
    public IReadOnlyList<Session> Sessions { get; init; } = [];

    /// <summary>Those tokens that name no session (the Node backend's) and were ended one by one or replaced by a session that has ended since, by <see cref="Identity.SessionClaims.LegacyId"/>.</summary>
    public IReadOnlySet<string> EndedTokens { get; init; } = FrozenSet<string>.Empty;

    /// <summary>Tokens that name no session and were issued before this moment were ended all together; null when that never happened.</summary>
    public DateTimeOffset? TokensValidFrom { get; init; }

    /// <summary>The most tokens that are ended one by one; one more ends all that name no session. They expire within 30 days, and none are made.</summary>
    public const int MostEndedTokens = 200;

    /// <summary>The session of this id, or null.</summary>
    public Session? FindSession(string id)
    {
        foreach (var session in Sessions)
            if (session.Id == id) return session;
        return null;
    }
}
