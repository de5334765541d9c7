using ChaturMail.Core.Generation;
using ChaturMail.Core.Spending;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// <see cref="ISpendingStore"/> on MongoDB, without transactions: each counter is one document, changed on the condition that it stays
/// within its budget. A process that dies between the two counters leaves an amount counted that was not spent, never the reverse.
/// </summary>
/// <remarks>
/// <c>modelspending</c> holds counters (<c>_id: {day, user}</c>, the deployment's under an empty <c>user</c>; <c>nanoUsd</c>; a user's with
/// <c>userId</c>) and totals (<c>_id: {day, provider, model, role}</c>). <c>day</c> is the number of days since 1 January of the year 1.
/// </remarks>
public sealed class MongoSpendingStore(MongoCollections db) : ISpendingStore
{
    private const string Deployment = "";

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    /// <inheritdoc/>
    public async Task<ReservationResult> ReserveAsync(SpendingReservation reservation, SpendingLimits limits, CancellationToken cancellation)
    {
        if (limits.DeploymentNanoUsd is { } all && !await TryCountAsync(reservation, Deployment, all, cancellation)) return ReservationResult.DeploymentBudgetSpent;
        // Nothing is kept of a user who is gone; looked at afterwards, for an erasure that begins later finds the counter.
        if (limits.UserNanoUsd is not { } users || reservation.UserId.Length == 0) return ReservationResult.Reserved;
        if (!await TryCountAsync(reservation, reservation.UserId, users, CancellationToken.None))
        {
            if (limits.DeploymentNanoUsd is not null) await AddAsync(Counter(reservation.Day, Deployment), -reservation.NanoUsd);
            return ReservationResult.UserBudgetSpent;
        }

        if (!await db.Users.Find(Where.Eq("uid", reservation.UserId) & MongoUserStore.NotErasing).AnyAsync(CancellationToken.None))
            await db.Spending.DeleteOneAsync(Counter(reservation.Day, reservation.UserId), CancellationToken.None);
        return ReservationResult.Reserved;
    }

    /// <inheritdoc/>
    public async Task SettleAsync(SpendingReservation reservation, long costNanoUsd, CancellationToken cancellation)
    {
        // Never made anew: a counter that is gone was its user's, who is gone, or is that of a budget that there is not.
        await AddAsync(Counter(reservation.Day, Deployment), costNanoUsd - reservation.NanoUsd);
        if (reservation.UserId.Length > 0) await AddAsync(Counter(reservation.Day, reservation.UserId), costNanoUsd - reservation.NanoUsd);
    }

    /// <inheritdoc/>
    public Task AddCallAsync(ModelCall spent, CancellationToken cancellation) => UpsertAsync(
        db.Spending, Where.Eq("_id", new BsonDocument
        {
            { "day", spent.Day.DayNumber }, { "provider", spent.Provider }, { "model", spent.Model }, { "role", (int)spent.Role },
        }),
        Set.Inc("calls", 1L).Inc("inputTokens", spent.InputTokens).Inc("outputTokens", spent.OutputTokens).Inc("nanoUsd", spent.CostNanoUsd)
            .Inc("milliseconds", (long)spent.Duration.TotalMilliseconds).SetOnInsert("day", spent.Day.DayNumber), cancellation);

    /// <inheritdoc/>
    public async Task<long> SpentByUserAsync(string uid, DateOnly day, CancellationToken cancellation) =>
        (await db.Spending.Find(Counter(day, uid)).FirstOrDefaultAsync(cancellation))?.Number("nanoUsd") ?? 0;

    /// <inheritdoc/>
    public async Task<EmailsOfUser> EmailsSinceAsync(string uid, DateTimeOffset since, CancellationToken cancellation)
    {
        var jobs = await db.Jobs.Find(Where.Eq("userId", uid) & Where.Eq("state", (int)JobState.Done) & Where.Gte("endedOn", since.AsBson()))
            .Project("{ tokens: 1 }").ToListAsync(cancellation);
        return new EmailsOfUser(jobs.Count, jobs.Sum(job => job.Number("tokens")));
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ModelTotal>> ListTotalsAsync(DateOnly from, CancellationToken cancellation) =>
        [.. (await db.Spending.Find(Where.Gte("day", from.DayNumber) & Where.Exists("calls")).ToListAsync(cancellation)).Select(ReadTotal)
            .OrderByDescending(total => total.Sum.Day).ThenBy(total => total.Sum.Provider, StringComparer.Ordinal)
            .ThenBy(total => total.Sum.Model, StringComparer.Ordinal).ThenBy(total => total.Sum.Role)];

    /// <inheritdoc/>
    public async Task AddComparisonAsync(Comparison comparison, CancellationToken cancellation)
    {
        var id = ObjectId.Parse(comparison.EmailId);
        await UpsertAsync(
            db.Comparisons, Where.Eq("_id", id),
            Set.SetOnInsert("userId", comparison.UserId).SetOnInsert("comparedOn", comparison.ComparedAt.AsBson())
                .SetOnInsert("first", Write(comparison.First)).SetOnInsert("second", Write(comparison.Second))
                .SetOnInsert("secondText", comparison.SecondText), CancellationToken.None);
        // Looked at afterwards: a deletion that begins later finds the comparison, one that began earlier is seen here.
        if (!await db.Emails.Find(Where.Eq("_id", id) & Where.Eq("userId", comparison.UserId)).AnyAsync(CancellationToken.None))
            await db.Comparisons.DeleteOneAsync(Where.Eq("_id", id) & Where.Eq("userId", comparison.UserId), CancellationToken.None);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Comparison>> ListComparisonsAsync(int limit, CancellationToken cancellation) =>
        (await db.Comparisons.Find(Where.Empty).Sort("{ comparedOn: -1, _id: -1 }").Limit(limit).ToListAsync(cancellation)).ConvertAll(document =>
            new Comparison(
                document.Id(), document.Text("userId"), document.Date("comparedOn"), ReadSide(document, "first"), ReadSide(document, "second"),
                document.Text("secondText")));

    /// <inheritdoc/>
    public async Task DeleteOldAsync(DateOnly daysBefore, DateTimeOffset comparedBefore, CancellationToken cancellation)
    {
        await db.Spending.DeleteManyAsync(Where.Lt("day", daysBefore.DayNumber), cancellation);
        await db.Comparisons.DeleteManyAsync(Where.Lt("comparedOn", comparedBefore.AsBson()), cancellation);
    }

    // One change, which only a counter with room for the amount matches. Where there is a fuller one, making it anew fails by its id.
    private async Task<bool> TryCountAsync(SpendingReservation reservation, string user, long budget, CancellationToken cancellation)
    {
        if (reservation.NanoUsd > budget) return false;
        var change = Set.Inc("nanoUsd", reservation.NanoUsd).SetOnInsert("day", reservation.Day.DayNumber);
        if (user.Length > 0) change = change.SetOnInsert("userId", user);
        var hasRoom = Counter(reservation.Day, user) & Where.Lte("nanoUsd", budget - reservation.NanoUsd);
        if ((await db.Spending.UpdateOneAsync(hasRoom, Set.Inc("nanoUsd", reservation.NanoUsd), cancellationToken: cancellation)).MatchedCount > 0) return true;
        try
        {
            await db.Spending.UpdateOneAsync(hasRoom, change, new UpdateOptions { IsUpsert = true }, cancellation);
            return true;
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            // It is full, or another call has just made it.
            return (await db.Spending.UpdateOneAsync(hasRoom, Set.Inc("nanoUsd", reservation.NanoUsd), cancellationToken: cancellation)).MatchedCount > 0;
        }
    }

    private static async Task UpsertAsync(
        IMongoCollection<BsonDocument> collection, FilterDefinition<BsonDocument> which, UpdateDefinition<BsonDocument> change, CancellationToken cancellation)
    {
        try
        {
            await collection.UpdateOneAsync(which, change, new UpdateOptions { IsUpsert = true }, cancellation);
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            await collection.UpdateOneAsync(which, change, cancellationToken: cancellation);
        }
    }

    // Not cancelled: it ends what has begun.
    private Task<UpdateResult> AddAsync(FilterDefinition<BsonDocument> counter, long nanoUsd) => db.Spending.UpdateOneAsync(counter, Set.Inc("nanoUsd", nanoUsd));

    private static FilterDefinition<BsonDocument> Counter(DateOnly day, string user) =>
        Where.Eq("_id", new BsonDocument { { "day", day.DayNumber }, { "user", user } });

    private static ModelTotal ReadTotal(BsonDocument document)
    {
        var id = document["_id"].AsBsonDocument;
        return new ModelTotal(document.Number("calls"), new ModelCall(
            DateOnly.FromDayNumber((int)document.Number("day")), id.Text("provider"), id.Text("model"), (ModelRole)id.Number("role"),
            document.Number("inputTokens"), document.Number("outputTokens"), document.Number("nanoUsd"),
            TimeSpan.FromMilliseconds(document.Number("milliseconds"))));
    }

    private static BsonDocument Write(ComparedText side) => new()
    {
        { "model", side.Model }, { "nanoUsd", side.CostNanoUsd }, { "milliseconds", (long)side.Duration.TotalMilliseconds }, { "words", side.Words },
    };

    private static ComparedText ReadSide(BsonDocument document, string name)
    {
        var side = document[name].AsBsonDocument;
        return new ComparedText(
            side.Text("model"), side.Number("nanoUsd"), TimeSpan.FromMilliseconds(side.Number("milliseconds")), (int)side.Number("words"));
    }
}
