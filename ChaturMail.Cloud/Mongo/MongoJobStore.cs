using System.Runtime.ExceptionServices;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Cloud.Mongo;

/// <summary>
/// <see cref="IJobStore"/> on MongoDB, without transactions: each step is one conditional change of one document, and each can be
/// repeated by anybody.
/// </summary>
/// <remarks>
/// <para>Accepting takes the coins and notes the reservation in the user's document, in one change; then the job is written. Ending turns the
/// job's state, in one change: that decides between two runs, and between a good and a bad end. Settling follows from it: the email, then
/// the reservation is taken out of the user's document together with the change of coins, which can happen once, then the job is settled.</para>
/// <para>A process that dies between two steps leaves a reservation without a job, or an ended job that is not settled. Whoever reads such a
/// job settles it, and <see cref="RepairAsync"/> finds both.</para>
/// <para>Each change of coins carries its entry of the ledger: see <see cref="MongoCoinLedger"/>.</para>
/// <para>The variants of one request are reserved for in one change as well, out of one document of the user's. Then those after the first
/// are written as prepared, which nobody sees, then the first: that decides. Then the others are queued. Prepared ones without a first are
/// taken away by the repair, those with one are queued by it.</para>
/// </remarks>
public sealed partial class MongoJobStore(MongoCollections db, MongoUserStore users, TimeProvider time) : IJobStore
{
    private const int MostRepaired = 1000;

    private readonly MongoCoinLedger _ledger = new(db, time);

    private static readonly FilterDefinitionBuilder<BsonDocument> Where = Builders<BsonDocument>.Filter;
    private static readonly UpdateDefinitionBuilder<BsonDocument> Set = Builders<BsonDocument>.Update;

    /// <inheritdoc/>
    public async Task<KeyClaim> ClaimKeyAsync(string uid, string key, KeyClaim claim, DateTimeOffset forgetBefore, CancellationToken cancellation)
    {
        // Unique by its id, so that it needs no index that might not be there yet.
        var id = new BsonDocument { { "userId", uid }, { "key", key } };
        while (true)
        {
            try
            {
                await db.Keys.InsertOneAsync(
                    new BsonDocument
                    {
                        { "_id", id }, { "userId", uid }, { "job", claim.JobId }, { "fingerprint", claim.Fingerprint }, { "claimedOn", time.GetUtcNow().AsBson() },
                    }, cancellationToken: CancellationToken.None);
                // Looked at afterwards: an erasure that begins later finds the key, one that began earlier is seen here.
                if (!await db.Users.Find(Where.Eq("uid", uid) & MongoUserStore.NotErasing).AnyAsync(CancellationToken.None))
                    await db.Keys.DeleteOneAsync(Where.Eq("_id", id) & Where.Eq("job", claim.JobId), CancellationToken.None);
                return claim;
            }
            catch (MongoWriteException e) when (e.WriteError.Category == ServerErrorCategory.DuplicateKey)
            {
                await db.Keys.DeleteOneAsync(Where.Eq("_id", id) & Where.Lt("claimedOn", forgetBefore.AsBson()), cancellation);
            }

            // Gone when it was too old: then the next round claims it, or finds who was faster.
            if (await db.Keys.Find(Where.Eq("_id", id)).FirstOrDefaultAsync(cancellation) is { } held)
                return new KeyClaim(held.Text("job"), held.Text("fingerprint"));
        }
    }

    /// <inheritdoc/>
    public async Task<GenerationJob?> FindAsync(string id, CancellationToken cancellation) =>
        await FindDocumentAsync(id, cancellation) is { } document ? Read(document) : null;

    /// <inheritdoc/>
    public Task<bool> CompleteAsync(GenerationJob job, ModelAnswer.Written answer, CancellationToken cancellation) => EndAsync(job.Id, Set
        .Set("state", (int)JobState.Done).Set("generatedEmail", answer.Text).Set("model", answer.Model).Set("note", BsonOf(answer.Note))
        .Set("usage", BsonOf(StoreJson.Write(answer.Usage))));

    /// <inheritdoc/>
    public Task<bool> FailAsync(string id, string failure, CancellationToken cancellation) =>
        EndAsync(id, Set.Set("state", (int)JobState.Failed).Set("failure", failure));

    /// <inheritdoc/>
    public async Task<bool> RequestNotificationAsync(string id, CancellationToken cancellation) => (await db.Jobs.UpdateOneAsync(
        Is(id) & Where.Eq("state", (int)JobState.Queued), Set.Set("notify", true), cancellationToken: cancellation)).MatchedCount > 0;

    /// <inheritdoc/>
    public async Task<Acceptance> ReopenAsync(string id, CancellationToken cancellation)
    {
        if (await FindDocumentAsync(id, cancellation) is not { } failed || (JobState)failed.Number("state") == JobState.Done) return Acceptance.NoUser;
        if ((JobState)failed.Number("state") == JobState.Queued) return Acceptance.Accepted;
        var (acceptance, reservation) = await ReserveAsync(failed.Text("userId"), [(id, (int)failed.Number("tokens"))], cancellation);
        if (reservation is null) return acceptance;
        // Only as it failed when it was looked at: another call may have opened it, and the job may have spent that call's coins and failed anew.
        var reopened = await db.Jobs.UpdateOneAsync(
            Is(id) & Where.Eq("state", (int)JobState.Failed) & Where.Eq("settled", true) & SameReservation(failed),
            Set.Set("state", (int)JobState.Queued).Set("account", reservation.Account).Set("reservedAt", reservation.At).Set("notify", true)
                .Unset("failure").Unset("endedOn").Unset("settled"), cancellationToken: cancellation);
        if (reopened.MatchedCount > 0) return Acceptance.Accepted;

        // Another call was faster, and its job may even be over.
        await RefundIfSettledAsync(reservation, cancellation);
        return await FindAsync(id, cancellation) is { State: JobState.Queued } ? Acceptance.Accepted : Acceptance.NoUser;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListQueuedAsync(DateTimeOffset acceptedBefore, int limit, CancellationToken cancellation) =>
        (await db.Jobs.Find(Where.Eq("state", (int)JobState.Queued) & Where.Lt("acceptedOn", acceptedBefore.AsBson()))
            .Sort("{ acceptedOn: 1 }").Limit(limit).Project("{ _id: 1 }").ToListAsync(cancellation)).ConvertAll(document => document.Id());

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> ListEndedAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var queued = await db.Jobs.Find(Where.In("_id", ids.Select(ObjectId.Parse)) & Where.Eq("state", (int)JobState.Queued))
            .Project("{ _id: 1 }").ToListAsync(cancellation);
        return [.. ids.Except(queued.Select(document => document.Id()))];
    }

    /// <inheritdoc/>
    public async Task<int> DeleteEndedAsync(DateTimeOffset endedBefore, int limit, CancellationToken cancellation)
    {
        await DeleteOldAsync(db.Keys, Where.Lt("claimedOn", endedBefore.AsBson()), limit, cancellation);
        return await DeleteOldAsync(db.Jobs, Where.Eq("settled", true) & Where.Lt("endedOn", endedBefore.AsBson()), limit, cancellation);
    }

    /// <inheritdoc/>
    public async Task RepairAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        var faults = new List<Exception>();
        foreach (var job in await db.Jobs.Find(Where.Eq("settled", false) & Where.Lt("endedOn", before.AsBson())).Limit(MostRepaired).ToListAsync(cancellation))
            await TryAsync(() => SettleAsync(job), faults);
        await RepairPreparedAsync(before, faults, cancellation);

        var reserving = await db.Users.Find(Where.Lt("reservations.at", before.AsBson())).Limit(MostRepaired).ToListAsync(cancellation);
        foreach (var (user, reservation) in reserving.SelectMany(user => user["reservations"].AsBsonArray.Select(item => (user, item.AsBsonDocument))))
        {
            if (reservation.Date("at") >= before) continue;
            var left = new Reservation(user["_id"], reservation.Text("job"), reservation["at"]);
            await TryAsync(
                async () =>
                {
                    if (!await db.Jobs.Find(Is(left.JobId)).AnyAsync(cancellation)) await RefundAsync(left, cancellation);
                    else await RefundIfSettledAsync(left, cancellation);
                }, faults);
        }

        foreach (var waiting in await db.Users.Find(Where.Lt("ledgerOutbox.at", before.AsBson()) & MongoUserStore.NotErasing).Limit(MostRepaired).ToListAsync(cancellation))
            await TryAsync(() => _ledger.FlushAsync(waiting, cancellation), faults);
        foreach (var erasing in await db.Users.Find(Where.Eq("erasing", true)).Limit(MostRepaired).ToListAsync(cancellation))
            await TryAsync(() => users.EraseAsync(erasing.Text("uid"), cancellation), faults);
        // One of them stands for all in the log, with its own type.
        if (faults.Count > 0) ExceptionDispatchInfo.Throw(faults[0]);
    }

    // One document that the database refuses to change must not keep the others from repair. When the server is away, the first failure is enough.
    private static async Task TryAsync(Func<Task> repair, List<Exception> faults)
    {
        try
        {
            await repair();
        }
        catch (MongoServerException e) when (e is MongoWriteException or MongoCommandException)
        {
            faults.Add(e);
        }
    }

    private async Task<BsonDocument?> FindDocumentAsync(string id, CancellationToken cancellation)
    {
        var document = await db.Jobs.Find(Is(id) & Where.Ne("state", Prepared)).FirstOrDefaultAsync(cancellation);
        if (document is not null && IsUnsettled(document)) await SettleAsync(document);
        return document;
    }

    // Turns the state, unless another has turned it, and settles what follows. Not cancelled: half of it would wait for the repair.
    private async Task<bool> EndAsync(string id, UpdateDefinition<BsonDocument> end)
    {
        var endedHere = await db.Jobs.FindOneAndUpdateAsync<BsonDocument>(
            Is(id) & Where.Eq("state", (int)JobState.Queued), end.Set("settled", false).Set("endedOn", time.GetUtcNow().AsBson()),
            new FindOneAndUpdateOptions<BsonDocument> { ReturnDocument = ReturnDocument.After });
        var ended = endedHere ?? await db.Jobs.Find(Is(id) & Where.Eq("settled", false)).FirstOrDefaultAsync();
        if (ended is not null) await SettleAsync(ended);
        return endedHere is not null && endedHere.Flag("notify");
    }

    private async Task SettleAsync(BsonDocument job)
    {
        var (id, account) = (job["_id"], job["account"]);
        if ((JobState)job.Number("state") == JobState.Failed)
        {
            await RefundAsync(new Reservation(account, job.Id(), job["reservedAt"]), CancellationToken.None);
            // Settled by another meanwhile, it may have been opened again: then this end is not its end any more.
            await db.Jobs.UpdateOneAsync(
                Where.Eq("_id", id) & Where.Eq("state", (int)JobState.Failed) & SameReservation(job), Set.Set("settled", true));
            return;
        }

        await db.Emails.UpdateOneAsync(Where.Eq("_id", id), WriteEmail(job), new UpdateOptions { IsUpsert = true });
        var spent = await db.Users.UpdateOneAsync(
            Where.Eq("_id", account) & Where.Eq("reservations.job", job.Id()) & MongoUserStore.NotErasing,
            Set.Combine(
                MongoCoinLedger.Moving([_ledger.EntryOf(job.Text("userId"), CoinKind.Settle, job.Id(), 0, job.Number("tokens"))]),
                Set.PullFilter<BsonDocument>("reservations", new BsonDocument("job", job.Id())).Inc("generatedEmailCount", 1)));
        // The texts are the history's from now on; one copy of personal data is enough.
        var settled = await db.Jobs.FindOneAndUpdateAsync<BsonDocument>(Where.Eq("_id", id), Set
            .Set("settled", true).Set("subject", "").Set("keywords", "").Set("toEmailId", "").Unset("generatedEmail").Unset("note").Unset("options").Unset("rewrite"));
        // Deleted by its owner between an earlier settling and this one, or its owner erased: nothing may come back.
        var mustGo = settled is null || settled.Flag("emailDeleted")
            || (spent.MatchedCount == 0 && !await db.Users.Find(Where.Eq("_id", account) & MongoUserStore.NotErasing).AnyAsync());
        if (mustGo) await db.Emails.DeleteOneAsync(Where.Eq("_id", id));
    }

    private static FilterDefinition<BsonDocument> SameReservation(BsonDocument job) => Where.Eq("reservedAt", job["reservedAt"]);

    private static async Task<int> DeleteOldAsync(
        IMongoCollection<BsonDocument> collection, FilterDefinition<BsonDocument> old, int limit, CancellationToken cancellation)
    {
        var ids = (await collection.Find(old).Limit(limit).Project("{ _id: 1 }").ToListAsync(cancellation)).ConvertAll(document => document["_id"]);
        return ids.Count == 0 ? 0 : (int)(await collection.DeleteManyAsync(Where.In("_id", ids), cancellation)).DeletedCount;
    }

    private static FilterDefinition<BsonDocument> Is(string id) => Where.Eq("_id", ObjectId.TryParse(id, out var objectId) ? (BsonValue)objectId : id);

    private static bool IsUnsettled(BsonDocument job) => job.TryGetValue("settled", out var settled) && settled == false;

    private static BsonDocument Write(GenerationJob job, Reservation reservation) => new()
    {
        { "_id", ObjectId.Parse(job.Id) }, { "userId", job.UserId }, { "account", reservation.Account }, { "reservedAt", reservation.At }, { "promptId", job.PromptId }, { "subject", job.Subject },
        { "keywords", job.Keywords }, { "toEmailId", job.ToEmail }, { "senderName", job.SenderName }, { "tokens", job.Coins }, { "seed", job.Seed },
        { "acceptedOn", job.AcceptedAt.AsBson() }, { "traceParent", BsonOf(job.TraceParent) }, { "state", (int)JobState.Queued },
        { "options", BsonOf(StoreJson.Write(job.Options, EmailOptions.None)) }, { "rewrite", BsonOf(StoreJson.Write(job.Rewrite)) },
        { "streamed", job.IsStreamed }, { "version", job.Version.Number }, { "parentId", BsonOf(job.Version.ParentId) },
        { "rootId", BsonOf(job.Version.RootId) },
    };

    private static BsonValue BsonOf(string? text) => (BsonValue?)text ?? BsonNull.Value;

    private static GenerationJob Read(BsonDocument job)
    {
        var state = (JobState)job.Number("state");
        string OfQueued(string field) => state == JobState.Done ? "" : job.Text(field);
        return new GenerationJob(
            job.Id(), job.Text("userId"), job.Text("promptId"), OfQueued("subject"), OfQueued("keywords"), OfQueued("toEmailId"), job.Text("senderName"),
            (int)job.Number("tokens"), (int)job.Number("seed"), job.Date("acceptedOn"), job.TextOrNull("traceParent"), state, job.TextOrNull("failure"))
        {
            Options = StoreJson.Read<EmailOptions>(state == JobState.Done ? null : job.TextOrNull("options")) ?? EmailOptions.None,
            Rewrite = StoreJson.Read<Rewrite>(state == JobState.Done ? null : job.TextOrNull("rewrite")),
            IsStreamed = job.Flag("streamed"),
            Version = job.Version(),
        };
    }

    private static UpdateDefinition<BsonDocument> WriteEmail(BsonDocument job)
    {
        var email = new BsonDocument
        {
            { "userId", job["userId"] }, { "promptId", job["promptId"] }, { "subject", job["subject"] }, { "keywords", job["keywords"] },
            { "generatedEmail", job["generatedEmail"] }, { "toEmailId", job["toEmailId"] }, { "tokens", job["tokens"] },
            { "createdOn", job.Date("endedOn").ToUnixTimeSeconds() }, { "__v", 0 }, { "model", job["model"] }, { "note", job.GetValue("note", BsonNull.Value) },
            { "options", job.GetValue("options", BsonNull.Value) }, { "usage", job.GetValue("usage", BsonNull.Value) },
            { "version", job.GetValue("version", 1) }, { "parentId", job.GetValue("parentId", BsonNull.Value) },
            { "rootId", job.GetValue("rootId", BsonNull.Value) },
        };
        return Set.Combine(email.Select(field => Set.SetOnInsert(field.Name, field.Value)));
    }
}
