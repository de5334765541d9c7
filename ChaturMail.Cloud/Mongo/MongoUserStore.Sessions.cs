using System.Collections.Frozen;
using System.Globalization;
using ChaturMail.Core.Accounts;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <content>
/// Sessions: an array in the account's document, at most <see cref="Session.MostOfAUser"/>, so that a sign-in writes account and session in
/// one change, and one read of the account tells all that a request has to know. Each step is one conditional change of one document.
/// </content>
public sealed partial class MongoUserStore
{
    private const string Sessions = "sessions";
    private const string EndedTokens = "endedTokens";
    private const int MostAdminsListed = 1000;

    // Somebody ends and begins the same session all the time: that is no user.
    private const int KeepAttempts = 5;

    private static FilterDefinition<BsonDocument> HasRoomForATokenToEnd => Where.Exists($"{EndedTokens}.{User.MostEndedTokens - 1}", false);

    /// <inheritdoc/>
    public async Task<bool> KeepSessionAsync(string uid, Session session, CancellationToken cancellation)
    {
        if (await FindAccountAsync(uid, cancellation) is not { } account) return false;
        await ForgetExpiredAsync(account, Sessions, cancellation);
        for (var attempt = 1; attempt <= KeepAttempts; attempt++)
        {
            var replaced = await db.Users.UpdateOneAsync(
                account & Where.Eq("sessions.id", session.Id), Set.Set("sessions.$", BsonOf(session)), cancellationToken: cancellation);
            if (replaced.MatchedCount > 0) return true;
            var added = await db.Users.UpdateOneAsync(
                account & Where.Ne("sessions.id", session.Id), Add(Set.Combine(), session), cancellationToken: cancellation);
            if (added.MatchedCount > 0) return true;
            if (!await db.Users.Find(account).AnyAsync(cancellation)) return false;
        }

        return false;
    }

    /// <inheritdoc/>
    public async Task<bool> UseSessionAsync(string uid, string sessionId, DateTimeOffset usedOn, DateTimeOffset? expires, CancellationToken cancellation)
    {
        var now = time.GetUtcNow().AsBson();
        for (var attempt = 1; attempt <= KeepAttempts; attempt++)
        {
            var holder = await db.Users.Find(Where.Eq("uid", uid) & NotErasing & Where.Eq("sessions.id", sessionId)).FirstOrDefaultAsync(cancellation);
            if (holder is null) return false;
            var index = Items(holder, Sessions).ToList().FindIndex(session => session.Text("id") == sessionId);
            var place = string.Create(CultureInfo.InvariantCulture, $"{Sessions}.{index}.");
            var change = Set.Max(place + "usedOn", usedOn.AsBson());
            if (expires is { } until) change = change.Max(place + "expires", until.AsBson());
            var used = await db.Users.UpdateOneAsync(
                Where.Eq("_id", holder["_id"]) & NotErasing & Where.Eq(place + "id", sessionId) & Where.Gt(place + "expires", now), change,
                cancellationToken: cancellation);
            if (used.MatchedCount > 0) return true;
            // Expired, or another sign-in has moved it meanwhile.
        }

        return false;
    }

    /// <inheritdoc/>
    public async Task<bool> ReplaceTokenAsync(string uid, string legacyId, DateTimeOffset expires, Session session, CancellationToken cancellation)
    {
        if (await FindAccountAsync(uid, cancellation) is not { } account) return false;
        await ForgetExpiredAsync(account, EndedTokens, cancellation);
        var token = TokenOf(legacyId, expires);
        token.Add("session", session.Id);
        var replaced = await db.Users.UpdateOneAsync(
            account & Where.Ne("endedTokens.id", legacyId) & Where.Ne("sessions.id", session.Id) & HasRoomForATokenToEnd,
            Add(Set.Push(EndedTokens, token), session), cancellationToken: cancellation);
        if (replaced.MatchedCount > 0) return true;
        // It was replaced before, or ended.
        var before = Where.ElemMatch(EndedTokens, Where.Eq("id", legacyId) & Where.Eq("session", session.Id));
        var live = Where.ElemMatch(Sessions, Where.Eq("id", session.Id) & Where.Gt("expires", time.GetUtcNow().AsBson()));
        return await db.Users.Find(account & before & live).AnyAsync(cancellation);
    }

    /// <inheritdoc/>
    public async Task<bool> EndSessionAsync(string uid, string sessionId, CancellationToken cancellation) => (await db.Users.UpdateManyAsync(
        Where.Eq("uid", uid) & NotErasing & Where.Eq("sessions.id", sessionId), Set.PullFilter(Sessions, Where.Eq("id", sessionId)),
        cancellationToken: cancellation)).MatchedCount > 0;

    /// <inheritdoc/>
    public async Task<bool> EndTokenAsync(string uid, string legacyId, DateTimeOffset expires, CancellationToken cancellation)
    {
        if (await FindAccountAsync(uid, cancellation, disabledToo: true) is not { } account) return false;
        await ForgetExpiredAsync(account, EndedTokens, cancellation);
        var replaced = await db.Users.UpdateOneAsync(
            account & Where.Eq("endedTokens.id", legacyId), Set.Unset("endedTokens.$.session"), cancellationToken: cancellation);
        if (replaced.MatchedCount > 0) return true;
        var added = await db.Users.UpdateOneAsync(
            account & Where.Ne("endedTokens.id", legacyId) & HasRoomForATokenToEnd, Set.Push(EndedTokens, TokenOf(legacyId, expires)), cancellationToken: cancellation);
        // The list is full, or it was replaced in this moment: all of them end, for none of those in it may come back.
        return added.MatchedCount > 0 || (await db.Users.UpdateOneAsync(account, EndAllTokens(), cancellationToken: cancellation)).MatchedCount > 0;
    }

    /// <inheritdoc/>
    public async Task<bool> EndSessionsAsync(string uid, string? except, CancellationToken cancellation) => (await db.Users.UpdateManyAsync(
        Where.Eq("uid", uid) & NotErasing, EndAllTokens().PullFilter(Sessions, Where.Ne("id", except ?? "")), cancellationToken: cancellation)).MatchedCount > 0;

    /// <inheritdoc/>
    /// <remarks>On all documents of the user: one that says so is enough to make an operator, and so none may be left that does.</remarks>
    public async Task<bool> SetAdminAsync(string uid, bool admin, CancellationToken cancellation) =>
        (await db.Users.UpdateManyAsync(Where.Eq("uid", uid) & NotErasing, Set.Set("isAdmin", admin), cancellationToken: cancellation)).MatchedCount > 0;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<User>> ListAdminsAsync(CancellationToken cancellation)
    {
        var marked = await db.Users.Find(Where.Eq("isAdmin", true) & NotErasing).Sort("{ _id: 1 }").Limit(MostAdminsListed).ToListAsync(cancellation);
        var admins = new List<User>();
        foreach (var uid in marked.Select(document => document.Text("uid")).Distinct())
            if (await FindAsync(uid, cancellation) is { IsAdmin: true } admin) admins.Add(admin);
        return admins;
    }

    // The oldest of the user's documents, by its id, as long as it is there; null when the user has none.
    private async Task<FilterDefinition<BsonDocument>?> FindAccountAsync(string uid, CancellationToken cancellation, bool disabledToo = false)
    {
        var documents = await db.Users.Find(Where.Eq("uid", uid) & NotErasing).Sort("{ _id: 1 }").Project("{ _id: 1, disabled: 1 }").ToListAsync(cancellation);
        if (documents.Count == 0 || (!disabledToo && documents.Exists(IsDisabled))) return null;
        var account = Where.Eq("_id", documents[0]["_id"]) & NotErasing;
        return disabledToo ? account : account & Where.Ne("disabled", true);
    }

    private async Task ForgetExpiredAsync(FilterDefinition<BsonDocument> account, string list, CancellationToken cancellation) => await db.Users.UpdateOneAsync(
        account & Where.Lte(list + ".expires", time.GetUtcNow().AsBson()),
        Set.PullFilter(list, Where.Lte("expires", time.GetUtcNow().AsBson())), cancellationToken: cancellation);

    // Sorting and cutting in the same change: however many sign in at once, the one used least recently ends, and there is never one too many.
    private static UpdateDefinition<BsonDocument> Add(UpdateDefinition<BsonDocument> change, Session session) =>
        change.PushEach(Sessions, [BsonOf(session)], slice: -Session.MostOfAUser, sort: Builders<BsonDocument>.Sort.Ascending("usedOn").Ascending("createdOn"));

    private UpdateDefinition<BsonDocument> EndAllTokens() =>
        Set.Set("tokensValidFrom", time.GetUtcNow().AsBson()).Set(EndedTokens, new BsonArray());

    private static BsonDocument TokenOf(string legacyId, DateTimeOffset expires) => new() { { "id", legacyId }, { "expires", expires.AsBson() } };

    private static BsonDocument BsonOf(Session session) => new()
    {
        { "id", session.Id }, { "device", session.Device }, { "loginMethod", session.LoginMethod }, { "createdOn", session.CreatedOn.AsBson() },
        { "usedOn", session.UsedOn.AsBson() }, { "expires", session.Expires.AsBson() }, { "secondFactor", session.HasSecondFactor },
        { "noPush", session.NoPush },
    };

    private static Session ReadSession(BsonDocument session) => new(
        session.Text("id"), session.Text("device"), session.Text("loginMethod"), session.Date("createdOn"), session.Date("usedOn"), session.Date("expires"),
        session.Flag("secondFactor"))
    {
        NoPush = session.Flag("noPush"),
    };

    private static IEnumerable<BsonDocument> Items(BsonDocument document, string list) =>
        document.TryGetValue(list, out var items) && items is BsonArray array ? array.OfType<BsonDocument>() : [];

    private User WithSessions(User user, List<BsonDocument> documents)
    {
        var now = time.GetUtcNow();
        List<Session> sessions =
        [
            .. documents.SelectMany(document => Items(document, Sessions)).Select(ReadSession).Where(session => session.Expires > now)
                .OrderByDescending(session => session.CreatedOn).ThenByDescending(session => session.Id, StringComparer.Ordinal),
        ];
        var ended = documents.SelectMany(document => Items(document, EndedTokens))
            .Where(token => token.Date("expires") > now && !(token.TextOrNull("session") is { } id && sessions.Exists(session => session.Id == id)));
        return user with
        {
            IsAdmin = documents.Exists(document => document.Flag("isAdmin")),
            Sessions = sessions.Count == 0 ? (IReadOnlyList<Session>)[] : sessions,
            EndedTokens = ended.Select(token => token.Text("id")).ToFrozenSet(),
            TokensValidFrom = documents.Where(document => document.Contains("tokensValidFrom")).Select(document => document.Date("tokensValidFrom"))
                .Cast<DateTimeOffset?>().Max(),
        };
    }
}
