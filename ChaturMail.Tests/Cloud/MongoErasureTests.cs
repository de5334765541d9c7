using System.Reflection;
using ChaturMail.Cloud.Mongo;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Storage;
using MongoDB.Bson;
using MongoDB.Driver;

namespace ChaturMail.Tests.Cloud;

/// <summary>Nothing that MongoDB keeps on a user escapes their export or their erasure, whatever dies in between.</summary>
public sealed class MongoErasureTests
{
    // Collections that an export leaves out, with the reason.
    private static readonly Dictionary<string, string> Excused = new()
    {
        ["erasures"] = "names a user only once their account is gone; removed when the erasure is finished",
        ["formeraccounts"] = "digests",
        ["signinattempts"] = "digests of addresses, for a day",
        ["publishedcontent"] = "what operators publish",
        // The archive and the erasure of what people do together: WorkspacePrivacyTests, and the contracts of these stores.
        ["documents"] = "each area exports and erases its own",
        ["messages"] = "by the message store",
        ["readpositions"] = "by the message store",
    };

    [Fact]
    public async Task EveryCollectionIsExportedOrExcusedAndNoneHoldsAUserAfterTheirErasure()
    {
        await using var stores = new MongoFixture();
        var collections = typeof(MongoCollections).GetProperties(BindingFlags.NonPublic | BindingFlags.Instance)
            .Select(property => property.GetValue(stores.Collections)).OfType<IMongoCollection<BsonDocument>>().ToList();
        Assert.True(collections.Count > 10);
        Assert.Empty(collections.Select(c => c.CollectionNamespace.CollectionName).Except(PersonalData.Sections.Select(s => s.Collection)).Except(Excused.Keys));
        await stores.SignInAsync("u1");
        foreach (var collection in collections)
            if (collection.CollectionNamespace.CollectionName is not ("erasures" or "usermodels"))
                await collection.InsertOneAsync(new BsonDocument { { "userId", "u1" }, { "target", "u1" } });

        Assert.True(await stores.Users.DeleteAsync("u1", default));

        foreach (var collection in collections)
        {
            var name = collection.CollectionNamespace.CollectionName;
            if (Excused.ContainsKey(name)) continue;
            var field = name == "auditlog" ? "target" : "userId";
            Assert.Equal((name, 0L), (name, await collection.CountDocumentsAsync(new BsonDocument(field, "u1"))));
        }
    }

    [Fact]
    public async Task WhoHangsUpWhileTheAccountIsErasedLeavesNothing()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        await stores.Users.DeleteAsync("u1", default);
        // The client is gone as soon as the record is written.
        using var hangUp = new CancellationTokenSource();
        var late = stores.OpenWatched(started =>
        {
            if (started.CommandName == "find" && started.Command["find"] == "usermodels") hangUp.Cancel();
        });
        try
        {
            await late.Feedback.AddAsync(new FeedbackMessage(DocumentId.New(stores.Time), "u1", "", "subject", "message", 1), hangUp.Token);
        }
        catch (OperationCanceledException)
        {
            // As it may be.
        }

        Assert.True(hangUp.IsCancellationRequested);
        Assert.Empty(await stores.Feedback.ListAsync(10, null, default));
    }

    [Fact]
    public async Task AnErasureThatDiesAtAnyCommandIsNotedOnceAndNamesTheJobs()
    {
        for (var commands = 0; ; commands++)
        {
            await using var stores = new MongoFixture();
            await stores.SignInAsync("u1");
            var job = stores.JobOf("u1");
            await stores.Jobs.AcceptAsync(job, default);
            var died = false;
            try
            {
                await stores.OpenDying(commands).Users.DeleteAsync("u1", default);
            }
            catch (Exception e) when (e is MongoFixture.DiedException || e.InnerException is MongoFixture.DiedException)
            {
                died = true;
            }

            await stores.Jobs.RepairAsync(stores.Time.GetUtcNow().AddMinutes(1), default);
            if (await stores.Users.FindAsync("u1", default) is null)
            {
                var erasure = Assert.Single(await stores.Erasures.FindAsync("u1", default));
                Assert.Equal([job.Id], erasure.JobIds);
                Assert.True(DocumentId.IsValid(erasure.Id));
                // Whoever comes too late does not write it again.
                await stores.Users.DeleteAsync("u1", default);
                Assert.Equal(1, await stores.Erasures.CountAsync(default));
            }
            else
            {
                Assert.True(died);
            }

            if (died) continue;
            Assert.True(commands > 3, "nothing was interrupted");
            return;
        }
    }
}
