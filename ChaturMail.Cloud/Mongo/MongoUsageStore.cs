using ChaturMail.Core.Coins;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// <see cref="IUsageStore"/> on MongoDB: the server sums one range of an index for each number. Movements of coins count once
/// <see cref="MongoCoinLedger"/> has taken them out of the users' documents, within a minute or so.
/// </summary>
public sealed class MongoUsageStore(MongoCollections db) : IUsageStore
{
    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UsageDay>> ListDaysAsync(DateOnly first, DateOnly last, CancellationToken cancellation)
    {
        var days = new List<UsageDay>();
        for (var day = last; day >= first && days.Count < IUsageStore.MostDays; day = day.AddDays(-1)) days.Add(await ReadAsync(day, cancellation));
        return days;
    }

    /// <inheritdoc/>
    public async Task<JobFigures> MeasureJobsAsync(DateTimeOffset from, int minutes, CancellationToken cancellation)
    {
        minutes = Math.Clamp(minutes, 0, JobFigures.MostMinutes);
        var (start, end) = (from.AsBson(), from.AddMinutes(minutes).AsBson());
        // Each by an index that holds all of its fields. A variant that is not accepted yet has none of these states.
        var accepted = await GroupJobsAsync(
            Where.In("state", new[] { (int)JobState.Queued, (int)JobState.Done, (int)JobState.Failed }) & Where.Gte("acceptedOn", start) & Where.Lt("acceptedOn", end),
            new BsonDocument("minute", Steps("$acceptedOn", start, 60_000)), cancellation);
        var inTime = Where.Gte("endedOn", start) & Where.Lt("endedOn", end);
        var ended = await GroupJobsAsync(
            inTime, new BsonDocument { { "minute", Steps("$endedOn", start, 60_000) }, { "state", "$state" }, { "failure", "$failure" } }, cancellation);
        var steps = new BsonDocument("$min", new BsonArray { Steps("$endedOn", "$acceptedOn", JobFigures.StepMilliseconds), JobFigures.MostSteps });
        var done = await GroupJobsAsync(inTime & Where.Eq("state", (int)JobState.Done), new BsonDocument("steps", steps), cancellation);
        return JobFigures.Of(
            from, minutes, accepted.Select(group => (group.Of.Number("minute"), group.Jobs)),
            ended.Select(group => (group.Of.Number("minute"), (JobState)group.Of.Number("state"), group.Of.TextOrNull("failure"), group.Jobs)),
            done.Select(group => (group.Of.Number("steps"), group.Jobs)));
    }

    private async Task<List<(BsonDocument Of, long Jobs)>> GroupJobsAsync(
        FilterDefinition<BsonDocument> filter, BsonDocument by, CancellationToken cancellation) =>
        (await db.Jobs.Aggregate().Match(filter).Group<BsonDocument>(new BsonDocument { { "_id", by }, { "jobs", new BsonDocument("$sum", 1) } })
            .ToListAsync(cancellation)).ConvertAll(group => (group["_id"].AsBsonDocument, group.Number("jobs")));

    // Whole steps between two moments.
    private static BsonDocument Steps(BsonValue to, BsonValue from, int milliseconds) => new(
        "$floor", new BsonDocument("$divide", new BsonArray { new BsonDocument("$subtract", new BsonArray { to, from }), milliseconds }));

    private async Task<UsageDay> ReadAsync(DateOnly day, CancellationToken cancellation)
    {
        var (start, end) = (Start(day), Start(day.AddDays(1)));
        // An id begins with the second in which it was made, in the documents of the old backend too. Duplicates count as one user.
        var signUps = await CountAsync(
            db.Users, Where.Gte("_id", FirstId(start)) & Where.Lt("_id", FirstId(end)) & MongoUserStore.NotErasing, "uid", cancellation);
        var emails = await CountAsync(
            db.Emails, Where.Gte("createdOn", start.ToUnixTimeSeconds()) & Where.Lt("createdOn", end.ToUnixTimeSeconds()), "userId", cancellation);
        return new UsageDay(day, signUps.Groups, emails.Groups, emails.Documents, await SumCoinsAsync(start, end, cancellation));
    }

    private async Task<CoinsOfDay> SumCoinsAsync(DateTimeOffset start, DateTimeOffset end, CancellationToken cancellation)
    {
        // Given and taken apart: two pipelines with one stage each in the middle that every server has.
        var inDay = Where.Gte("at", start.AsBson()) & Where.Lt("at", end.AsBson());
        var given = await SumByKindAsync(inDay & Where.Gte("coins", 0), cancellation);
        var taken = await SumByKindAsync(inDay & Where.Lt("coins", 0) & Where.Eq("kind", (int)CoinKind.Grant), cancellation);
        (long Count, long Coins, long Spent) Of(CoinKind kind) => given.GetValueOrDefault((long)kind);
        return new CoinsOfDay(
            Of(CoinKind.Settle).Spent, Of(CoinKind.Grant).Coins, -taken.GetValueOrDefault((long)CoinKind.Grant).Coins, Of(CoinKind.Reward).Coins,
            Of(CoinKind.Reward).Count, Of(CoinKind.Purchase).Coins);
    }

    private async Task<Dictionary<long, (long Count, long Coins, long Spent)>> SumByKindAsync(
        FilterDefinition<BsonDocument> filter, CancellationToken cancellation) =>
        (await db.Coins.Aggregate().Match(filter).Group<BsonDocument>(
            "{ _id: '$kind', count: { $sum: 1 }, coins: { $sum: '$coins' }, spent: { $sum: '$spent' } }").ToListAsync(cancellation))
        .ToDictionary(group => group.Number("_id"), group => (group.Number("count"), group.Number("coins"), group.Number("spent")));

    private static async Task<(long Groups, long Documents)> CountAsync(
        IMongoCollection<BsonDocument> collection, FilterDefinition<BsonDocument> filter, string by, CancellationToken cancellation)
    {
        var sum = (await collection.Aggregate().Match(filter).Group<BsonDocument>($"{{ _id: '${by}', count: {{ $sum: 1 }} }}")
            .Group<BsonDocument>("{ _id: null, groups: { $sum: 1 }, documents: { $sum: '$count' } }").ToListAsync(cancellation)).FirstOrDefault();
        return (sum?.Number("groups") ?? 0, sum?.Number("documents") ?? 0);
    }

    private static DateTimeOffset Start(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static ObjectId FirstId(DateTimeOffset at) => ObjectId.Parse($"{(uint)at.ToUnixTimeSeconds():x8}0000000000000000");
}
