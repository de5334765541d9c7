using ChaturMail.Core.Coins;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>How jobs are accepted: the reservation of their coins, and what makes several of them one.</summary>
public sealed partial class MongoJobStore
{
    /// <summary>The state of a variant whose first is not written yet: it counts as not accepted, and nobody runs it.</summary>
    private const int Prepared = -1;

    private const int AcceptAttempts = 5;

    /// <inheritdoc/>
    public async Task<Acceptance> AcceptAsync(IReadOnlyList<GenerationJob> jobs, CancellationToken cancellation)
    {
        var first = jobs[0];
        for (var attempt = 1; attempt <= AcceptAttempts; attempt++)
        {
            if (await db.Jobs.Find(Is(first.Id)).AnyAsync(cancellation))
            {
                if (jobs.Count > 1) await QueuePreparedAsync(first.Id, cancellation);
                return Acceptance.Accepted;
            }

            var (acceptance, reservation) = await ReserveAsync(first.UserId, [.. jobs.Select(job => (job.Id, job.Coins))], cancellation);
            if (reservation is null)
            {
                if (jobs.Count == 1 || !await GiveBackRemainsAsync(jobs, cancellation)) return acceptance;
            }
            else if (await WriteAsync(jobs, reservation, cancellation))
            {
                return Acceptance.Accepted;
            }
        }

        throw new MongoException("A request was accepted and taken for dead again and again.");
    }

    // False when it must be begun anew.
    private async Task<bool> WriteAsync(IReadOnlyList<GenerationJob> jobs, Reservation reservation, CancellationToken cancellation)
    {
        var first = jobs[0];
        var reservations = jobs.Select(job => reservation with { JobId = job.Id }).ToList();
        try
        {
            for (var i = 1; i < jobs.Count; i++) await PrepareAsync(first.Id, jobs[i], reservation, cancellation);
            // Not cancelled from here on: a client that hangs up must not keep the job of an erased account from being taken back.
            await db.Jobs.InsertOneAsync(Write(first, reservation), cancellationToken: CancellationToken.None);
        }
        catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
        {
            // Another call for the same jobs was faster. If a job is over by now, what was reserved for it here is one reservation too many.
            foreach (var faster in reservations) await RefundIfSettledAsync(faster, cancellation);
            return jobs.Count == 1;
        }

        // Whoever is held up in between may be taken for dead, and the coins given back, or the account erased.
        if (await db.Users.Find(Where.And(reservations.Select(Entry)) & MongoUserStore.NotErasing).AnyAsync(CancellationToken.None))
        {
            if (jobs.Count > 1) await QueuePreparedAsync(first.Id, CancellationToken.None);
            return true;
        }

        var withdrawn = await db.Jobs.DeleteOneAsync(Is(first.Id) & Where.Eq("state", (int)JobState.Queued), CancellationToken.None);
        if (withdrawn.DeletedCount == 0) return true;
        await db.Jobs.DeleteManyAsync(VariantsOf(first.Id) & Where.In("state", new[] { Prepared, (int)JobState.Queued }), CancellationToken.None);
        return false;
    }

    // One that an earlier attempt left is replaced: it names a reservation that was given back. A later attempt's is not.
    private async Task PrepareAsync(string first, GenerationJob job, Reservation reservation, CancellationToken cancellation)
    {
        var document = Write(job, reservation);
        document["state"] = Prepared;
        document["variantOf"] = first;
        await db.Jobs.ReplaceOneAsync(
            Is(job.Id) & Where.Eq("state", Prepared) & Where.Lte("reservedAt", reservation.At), document,
            new ReplaceOptions { IsUpsert = true }, cancellation);
    }

    private async Task QueuePreparedAsync(string first, CancellationToken cancellation) => await db.Jobs.UpdateManyAsync(
        VariantsOf(first) & Where.Eq("state", Prepared), Set.Set("state", (int)JobState.Queued), cancellationToken: cancellation);

    // What a process that died left prepared: its first tells whether the jobs were accepted.
    private async Task RepairPreparedAsync(DateTimeOffset before, List<Exception> faults, CancellationToken cancellation)
    {
        var prepared = await db.Jobs.Find(Where.Eq("state", Prepared) & Where.Lt("reservedAt", before.AsBson())).Limit(MostRepaired).ToListAsync(cancellation);
        foreach (var job in prepared)
        {
            await TryAsync(
                async () =>
                {
                    if (await db.Jobs.Find(Is(job.Text("variantOf"))).AnyAsync(cancellation)) await QueuePreparedAsync(job.Text("variantOf"), cancellation);
                    else await db.Jobs.DeleteOneAsync(Where.Eq("_id", job["_id"]) & Where.Eq("state", Prepared) & SameReservation(job), cancellation);
                }, faults);
        }
    }

    // A repair that died while it gave a reservation for several jobs back leaves a part of it, which is in the way of another. True when
    // there is reason to try again.
    private async Task<bool> GiveBackRemainsAsync(IReadOnlyList<GenerationJob> jobs, CancellationToken cancellation)
    {
        var ids = jobs.Select(job => job.Id).ToList();
        var holder = await db.Users.Find(Where.Eq("uid", jobs[0].UserId) & Where.In("reservations.job", ids)).FirstOrDefaultAsync(cancellation);
        if (holder is null) return false;
        // Whole, or what is left of it when some of the jobs are over: another call was faster.
        if (ids.TrueForAll(id => EntryOf(holder, id) is not null) || await db.Jobs.Find(Is(ids[0])).AnyAsync(cancellation)) return true;
        foreach (var id in ids)
            if (EntryOf(holder, id) is { } entry) await RefundAsync(new Reservation(holder["_id"], id, entry["at"]), cancellation);
        return true;
    }

    // Takes coins of a user once for jobs, and gives the reservation of the first; those of the others differ in the id alone. Null when
    // they were not taken.
    private async Task<(Acceptance Acceptance, Reservation? Reservation)> ReserveAsync(
        string uid, IReadOnlyList<(string Id, int Coins)> jobs, CancellationToken cancellation)
    {
        var usable = Where.Eq("uid", uid) & MongoUserStore.NotErasing & Where.Ne("disabled", true);
        var (ids, coins, at) = (jobs.Select(job => job.Id).ToList(), jobs.Sum(job => job.Coins), time.GetUtcNow().AsBson());
        var entries = jobs.Select(job => new BsonDocument { { "job", job.Id }, { "coins", job.Coins }, { "at", at } });
        var user = await db.Users.FindOneAndUpdateAsync<BsonDocument>(
            usable & Where.Gte("availableTokens", coins) & Where.Nin("reservations.job", ids),
            Set.Combine(
                MongoCoinLedger.Moving([.. jobs.Select(job => _ledger.EntryOf(uid, CoinKind.Reserve, job.Id, -job.Coins, 0))]), Set.PushEach("reservations", entries)),
            new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.After }, cancellation)
            ?? await db.Users.Find(usable & Where.And(ids.Select(id => Where.Eq("reservations.job", id)))).FirstOrDefaultAsync(cancellation);
        if (user is not null)
        {
            await _ledger.FollowUpAsync(user, cancellation);
            return (Acceptance.Accepted, new Reservation(user["_id"], ids[0], EntryOf(user, ids[0])!["at"]));
        }

        return (await db.Users.Find(usable).AnyAsync(cancellation) ? Acceptance.InsufficientCoins : Acceptance.NoUser, null);
    }

    private async Task RefundIfSettledAsync(Reservation reservation, CancellationToken cancellation)
    {
        if (await db.Jobs.Find(Is(reservation.JobId) & Where.Eq("settled", true)).AnyAsync(cancellation)) await RefundAsync(reservation, cancellation);
    }

    private async Task RefundAsync(Reservation reservation, CancellationToken cancellation)
    {
        var user = await db.Users.Find(Entry(reservation)).FirstOrDefaultAsync(cancellation);
        if (user is null || EntryOf(user, reservation.JobId) is not { } held) return;
        await db.Users.UpdateOneAsync(
            Entry(reservation),
            Set.Combine(
                MongoCoinLedger.Moving([_ledger.EntryOf(user.Text("uid"), CoinKind.Refund, reservation.JobId, held.Number("coins"), 0)]),
                Set.PullFilter<BsonDocument>("reservations", reservation.Entry)),
            cancellationToken: cancellation);
    }

    private static BsonDocument? EntryOf(BsonDocument user, string jobId) =>
        user["reservations"].AsBsonArray.Select(item => item.AsBsonDocument).FirstOrDefault(item => item.Text("job") == jobId);

    private static FilterDefinition<BsonDocument> Entry(Reservation reservation) =>
        Where.Eq("_id", reservation.Account) & Where.ElemMatch<BsonDocument>("reservations", reservation.Entry);

    private static FilterDefinition<BsonDocument> VariantsOf(string first) => Where.Eq("variantOf", first);

    /// <summary>Coins that were taken for a job. Its time tells it from another of the same job, which was opened again.</summary>
    /// <param name="Account">The user document that they were taken from.</param>
    private sealed record Reservation(BsonValue Account, string JobId, BsonValue At)
    {
        public BsonDocument Entry => new() { { "job", JobId }, { "at", At } };
    }
}
