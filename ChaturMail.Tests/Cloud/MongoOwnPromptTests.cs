using ChaturMail.Core.Storage;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using MongoDB.Bson;

namespace ChaturMail.Tests.Cloud;

/// <summary>Own prompts on MongoDB, where one change takes several steps: processes that die or are overtaken between two of them.</summary>
public sealed class MongoOwnPromptTests
{
    [Fact]
    public async Task WhatDyingProcessesLeaveTakesUpNoPlaceForGood()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        // Long ago: whoever noted these ids is dead.
        var past = new ManualTimeProvider(1_700_000_000);
        var old = OwnPromptStoreContract.PromptOf(stores, "u1") with { Id = DocumentId.New(past) };
        await stores.OwnPrompts.AddAsync(old, default);
        for (var i = 0; i < 5; i++)
        {
            // Reads the account, notes the id, and dies before it writes the prompt.
            await Assert.ThrowsAnyAsync<Exception>(() => stores.OpenDying(2).OwnPrompts.AddAsync(
                OwnPromptStoreContract.PromptOf(stores, "u1") with { Id = DocumentId.New(past) }, default));
        }

        // Wipes the prompt and dies before it takes its id off.
        await Assert.ThrowsAnyAsync<Exception>(() => stores.OpenDying(1).OwnPrompts.DeleteAsync("u1", old.Id, default));
        Assert.Empty((await stores.OwnPrompts.ListAsync("u1", 100, null, default)).Prompts);

        for (var i = 0; i < IOwnPromptStore.MostPrompts; i++)
            Assert.Equal(PromptAddition.Added, await stores.OwnPrompts.AddAsync(OwnPromptStoreContract.PromptOf(stores, "u1"), default));
        Assert.Equal(PromptAddition.TooMany, await stores.OwnPrompts.AddAsync(OwnPromptStoreContract.PromptOf(stores, "u1"), default));
        Assert.Equal(IOwnPromptStore.MostPrompts, (await stores.OwnPrompts.ListAsync("u1", 100, null, default)).Prompts.Count);
    }

    [Fact]
    public async Task AnErasureThatOvertakesAnAdditionLeavesNoPrompt()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        var prompt = OwnPromptStoreContract.PromptOf(stores, "u1");
        var reached = new SemaphoreSlim(0);
        var go = new SemaphoreSlim(0);
        var held = stores.OpenWatched(command =>
        {
            if (command.CommandName != "insert") return;
            reached.Release();
            go.Wait(TimeSpan.FromSeconds(30));
        });
        var addition = Task.Run(() => held.OwnPrompts.AddAsync(prompt, default));
        await reached.WaitAsync(TestContext.Current.CancellationToken);

        await stores.Users.DeleteAsync("u1", default);
        go.Release();

        Assert.Equal(PromptAddition.NoUser, await addition);
        await stores.SignInAsync("u1");
        Assert.Null(await stores.OwnPrompts.FindAsync("u1", prompt.Id, default));
    }

    [Fact]
    public async Task TheTitleOfADeletedPromptGoesWithTheLastEmailThatNamesIt()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        var prompt = OwnPromptStoreContract.PromptOf(stores, "u1");
        await stores.OwnPrompts.AddAsync(prompt, default);
        var jobs = new[] { stores.JobOf("u1") with { PromptId = prompt.Id }, stores.JobOf("u1") with { PromptId = prompt.Id } };
        foreach (var job in jobs)
        {
            await stores.Jobs.AcceptAsync(job, default);
            await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);
        }

        await stores.OwnPrompts.DeleteAsync("u1", prompt.Id, default);
        Assert.True(await stores.Emails.DeleteAsync("u1", jobs[0].Id, default));
        Assert.Equal(1, await CountAsync());
        Assert.True(await stores.Emails.DeleteAsync("u1", jobs[1].Id, default));
        Assert.False(await stores.Emails.DeleteAsync("u1", jobs[1].Id, default));
        Assert.Equal(0, await CountAsync());

        Task<long> CountAsync() => stores.Collections.Database.GetCollection<BsonDocument>("ownprompts").CountDocumentsAsync(new BsonDocument());
    }

    [Fact]
    public async Task DuplicatesOfAUserInTheFieldHaveOneListOfPrompts()
    {
        await using var stores = new MongoFixture();
        await stores.SignInAsync("u1");
        await stores.Collections.Database.GetCollection<BsonDocument>("usermodels").InsertOneAsync(
            BsonDocument.Parse("""{ uid: "u1", userId: "u1", availableTokens: 1000, usedTokens: 0 }"""));

        for (var i = 0; i < IOwnPromptStore.MostPrompts; i++)
            Assert.Equal(PromptAddition.Added, await stores.OwnPrompts.AddAsync(OwnPromptStoreContract.PromptOf(stores, "u1"), default));
        Assert.Equal(PromptAddition.TooMany, await stores.OwnPrompts.AddAsync(OwnPromptStoreContract.PromptOf(stores, "u1"), default));
        Assert.True((await stores.Users.FindAsync("u1", default))!.HasOwnPrompts);
    }
}
