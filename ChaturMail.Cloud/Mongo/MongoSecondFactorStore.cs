using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// <see cref="ISecondFactorStore"/> on MongoDB: one document a user, whose <c>_id</c> is the uid, so that each change is one conditional
/// update. Writes that could make the document look at the account before and after: one that was erased in between keeps nothing.
/// </summary>
public sealed class MongoSecondFactorStore(MongoCollections db) : ISecondFactorStore
{
    // Before any step there is.
    private const long NoStep = -1;

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;
    private static readonly UpdateOptions Upsert = new() { IsUpsert = true };

    /// <inheritdoc/>
    public async Task<FactorState?> FindAsync(string uid, CancellationToken cancellation) =>
        await db.SecondFactors.Find(Of(uid)).FirstOrDefaultAsync(cancellation) is { } document
            ? new FactorState(
                document.Flag("email"), document.TextOrNull("totp"), document.TextOrNull("pendingTotp"),
                document.TryGetValue("recoveryCodes", out var codes) && codes.IsBsonArray ? codes.AsBsonArray.Count : 0, document.TextOrNull("verifiedAddress"))
            : null;

    /// <inheritdoc/>
    public Task<bool> SetEmailAsync(string uid, bool enabled, CancellationToken cancellation) =>
        KeepAsync(uid, Set.Set("email", enabled).Unset("pendingTotp"), cancellation);

    /// <inheritdoc/>
    public Task<bool> SetPendingTotpAsync(string uid, string sealedSecret, CancellationToken cancellation) =>
        KeepAsync(uid, Set.Set("pendingTotp", sealedSecret), cancellation);

    /// <inheritdoc/>
    public async Task<bool> ConfirmTotpAsync(
        string uid, string pendingSecret, long totpStep, IReadOnlyList<string> recoveryDigests, CancellationToken cancellation) =>
        (await db.SecondFactors.UpdateOneAsync(
            Of(uid) & Where.Eq("pendingTotp", pendingSecret),
            Set.Set("totp", pendingSecret).Set("lastStep", totpStep).Set("recoveryCodes", new BsonArray(recoveryDigests)).Unset("pendingTotp"),
            cancellationToken: cancellation)).MatchedCount > 0;

    /// <inheritdoc/>
    public async Task<bool> TakeStepAsync(string uid, long totpStep, CancellationToken cancellation) =>
        (await db.SecondFactors.UpdateOneAsync(
            Of(uid) & Where.Exists("totp") & Where.Lt("lastStep", totpStep), Set.Set("lastStep", totpStep), cancellationToken: cancellation)).MatchedCount > 0;

    /// <inheritdoc/>
    public Task ResealTotpAsync(string uid, string old, string renewed, CancellationToken cancellation) =>
        db.SecondFactors.UpdateOneAsync(Of(uid) & Where.Eq("totp", old), Set.Set("totp", renewed), cancellationToken: cancellation);

    /// <inheritdoc/>
    public Task<bool> RenewRecoveryCodesAsync(string uid, IReadOnlyList<string> digests, CancellationToken cancellation) =>
        KeepAsync(uid, Set.Set("recoveryCodes", new BsonArray(digests)), cancellation);

    /// <inheritdoc/>
    public async Task<bool> TakeRecoveryCodeAsync(string uid, string digest, CancellationToken cancellation) =>
        (await db.SecondFactors.UpdateOneAsync(
            Of(uid) & Where.Eq("recoveryCodes", digest), Set.Pull("recoveryCodes", digest), cancellationToken: cancellation)).MatchedCount > 0;

    /// <inheritdoc/>
    public async Task<bool> TurnOffAsync(string uid, CancellationToken cancellation)
    {
        var before = await db.SecondFactors.FindOneAndUpdateAsync(
            Of(uid), Set.Set("email", false).Unset("totp").Unset("pendingTotp").Unset("recoveryCodes").Set("lastStep", NoStep), cancellationToken: cancellation);
        return before is not null && (before.Flag("email") || before.Contains("totp"));
    }

    /// <inheritdoc/>
    public Task RememberAddressAsync(string uid, string addressDigest, CancellationToken cancellation) =>
        KeepAsync(uid, Set.Set("verifiedAddress", addressDigest), cancellation);

    private static FilterDefinition<BsonDocument> Of(string uid) => Where.Eq("_id", uid);

    private async Task<bool> KeepAsync(string uid, UpdateDefinition<BsonDocument> change, CancellationToken cancellation)
    {
        var account = await AccountAsync(uid, cancellation);
        if (account is null) return false;
        await db.SecondFactors.UpdateOneAsync(Of(uid), change.Set("userId", uid), Upsert, CancellationToken.None);
        if (await AccountAsync(uid, CancellationToken.None) == account) return true;
        await db.SecondFactors.DeleteOneAsync(Of(uid), CancellationToken.None);
        return false;
    }

    // Of duplicates the oldest, as everywhere.
    private async Task<BsonValue?> AccountAsync(string uid, CancellationToken cancellation) =>
        (await db.Users.Find(Where.Eq("uid", uid) & MongoUserStore.NotErasing).Project("{ _id: 1 }").Sort("{ _id: 1 }").FirstOrDefaultAsync(cancellation))?["_id"];
}
