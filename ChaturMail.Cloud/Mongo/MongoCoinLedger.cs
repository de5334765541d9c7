using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Cloud.Mongo;

/// <summary><see cref="ICoinLedger"/> on MongoDB.</summary>
public sealed class MongoCoinLedger(MongoCollections db) : ICoinLedger
{
    /// <inheritdoc/>
    public Task<CoinChange> ApplyAsync(CoinEntry entry, CoinCap? cap, CancellationToken cancellation) => throw new NotSupportedException(db.Coins.ToString());

    /// <inheritdoc/>
    public Task<CoinPage> ListAsync(string uid, int limit, EmailCursor? after, CancellationToken cancellation) => throw new NotSupportedException();
}
