using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// <see cref="ILocalAccountStore"/> on MongoDB. The address is the document's id, so that there is one of each without another index; each
/// change is one conditional change of one document.
/// </summary>
public sealed class MongoLocalAccountStore(MongoCollections db) : ILocalAccountStore
{
    private const int MostRaces = 20;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    /// <inheritdoc/>
    public async Task<LocalAccount?> FindByEmailAsync(string email, CancellationToken cancellation) =>
        await db.LocalAccounts.Find(Where.Eq("_id", email)).FirstOrDefaultAsync(cancellation) is { } document ? Read(document) : null;

    /// <inheritdoc/>
    public async Task<LocalAccount?> FindAsync(string uid, CancellationToken cancellation) =>
        await db.LocalAccounts.Find(Where.Eq("userId", uid)).FirstOrDefaultAsync(cancellation) is { } document ? Read(document) : null;

    /// <inheritdoc/>
    public async Task<LocalAccount> RegisterAsync(LocalAccount registration, CancellationToken cancellation)
    {
        await db.LocalAccounts.DeleteManyAsync(
            Where.Eq("verifiedOn", BsonNull.Value) & Where.Lte("createdOn", (registration.CreatedOn - LocalAccount.UnverifiedLifetime).AsBson()), cancellation);
        for (var race = 1; race <= MostRaces; race++)
        {
            if (await db.LocalAccounts.FindOneAndUpdateAsync(
                Where.Eq("_id", registration.Email) & Where.Eq("verifiedOn", BsonNull.Value),
                Set.Set("name", registration.Name).Set("passwordHash", registration.PasswordHash).Set("createdOn", registration.CreatedOn.AsBson()),
                new FindOneAndUpdateOptions<BsonDocument, BsonDocument?> { ReturnDocument = ReturnDocument.After }, cancellation) is { } replaced)
            {
                return Read(replaced);
            }

            if (await FindByEmailAsync(registration.Email, cancellation) is { VerifiedOn: not null } account) return account;
            try
            {
                await db.LocalAccounts.InsertOneAsync(Write(registration), cancellationToken: cancellation);
                return registration;
            }
            catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
            {
                // Somebody registered the address in the same moment: look again.
            }
        }

        throw new MongoException("A registration was made and deleted again and again.");
    }

    /// <inheritdoc/>
    public async Task<bool> ProveAsync(
        string uid, string passwordHash, string name, DateTimeOffset at, string? expectedHash, CancellationToken cancellation)
    {
        var account = Where.Eq("userId", uid);
        if (expectedHash is not null) account &= Where.Eq("passwordHash", expectedHash);
        return (await db.LocalAccounts.UpdateOneAsync(
            account, Set.Set("passwordHash", passwordHash).Set("name", name).Set("verifiedOn", at.AsBson()), cancellationToken: cancellation)).MatchedCount > 0;
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string uid, CancellationToken cancellation) => db.LocalAccounts.DeleteManyAsync(Where.Eq("userId", uid), cancellation);

    /// <inheritdoc/>
    public async Task<TimeSpan> TakeAttemptAsync(string key, DateTimeOffset now, CancellationToken cancellation)
    {
        for (var race = 1; race <= MostRaces; race++)
        {
            var document = await db.SignInAttempts.Find(Where.Eq("_id", key)).FirstOrDefaultAsync(cancellation);
            var before = document is null ? null : new SignInAttempts((int)document.Number("count"), document.Date("lastOn"), document.Date("lockedUntil"));
            var (wait, after) = SignInAttempts.Take(before, now);
            if (wait > TimeSpan.Zero) return wait;
            if (document is null ? await TryAddAsync(key, after, cancellation) : await TryReplaceAsync(document, after, cancellation))
            {
                await ForgetOldAsync(now, cancellation);
                return TimeSpan.Zero;
            }
        }

        // So many tries at once are no person's.
        return TimeSpan.FromSeconds(1);
    }

    /// <inheritdoc/>
    public Task ForgetAttemptsAsync(string key, CancellationToken cancellation) => db.SignInAttempts.DeleteOneAsync(Where.Eq("_id", key), cancellation);

    private async Task<bool> TryAddAsync(string key, SignInAttempts attempts, CancellationToken cancellation)
    {
        try
        {
            await db.SignInAttempts.InsertOneAsync(new BsonDocument { { "_id", key } }.AddRange(Content(attempts)), cancellationToken: cancellation);
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            return false;
        }
    }

    private async Task<bool> TryReplaceAsync(BsonDocument before, SignInAttempts after, CancellationToken cancellation) =>
        (await db.SignInAttempts.UpdateOneAsync(
            Where.Eq("_id", before["_id"]) & Where.Eq("count", before["count"]) & Where.Eq("lastOn", before["lastOn"]),
            Set.Combine(Content(after).Select(field => Set.Set(field.Name, field.Value))), cancellationToken: cancellation)).ModifiedCount > 0;

    private async Task ForgetOldAsync(DateTimeOffset now, CancellationToken cancellation)
    {
        await db.SignInAttempts.DeleteManyAsync(Where.Lte("lastOn", (now - SignInAttempts.ForgottenAfter).AsBson()), cancellation);
        var tooMany = await db.SignInAttempts.EstimatedDocumentCountAsync(cancellationToken: cancellation) - SignInAttempts.MostKept;
        if (tooMany <= 0) return;
        var oldest = await db.SignInAttempts.Find(Where.Empty).Sort("{ lastOn: 1 }").Limit((int)Math.Min(tooMany, 1000)).Project("{ _id: 1 }").ToListAsync(cancellation);
        await db.SignInAttempts.DeleteManyAsync(Where.In("_id", oldest.Select(document => document["_id"])), cancellation);
    }

    private static BsonDocument Content(SignInAttempts attempts) => new()
    {
        { "count", attempts.Count }, { "lastOn", attempts.LastOn.AsBson() }, { "lockedUntil", attempts.LockedUntil.AsBson() },
    };

    private static BsonDocument Write(LocalAccount account) => new()
    {
        { "_id", account.Email }, { "userId", account.Uid }, { "name", account.Name }, { "passwordHash", account.PasswordHash },
        { "createdOn", account.CreatedOn.AsBson() }, { "verifiedOn", (BsonValue?)account.VerifiedOn?.AsBson() ?? BsonNull.Value },
    };

    private static LocalAccount Read(BsonDocument document) => new(
        document.Text("userId"), document.Text("_id"), document.Text("name"), document.Text("passwordHash"), document.Date("createdOn"),
        document.TryGetValue("verifiedOn", out var verified) && verified.IsBsonDateTime ? document.Date("verifiedOn") : null);
}
