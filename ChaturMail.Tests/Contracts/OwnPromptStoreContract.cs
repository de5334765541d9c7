using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IOwnPromptStore"/> does.</summary>
public abstract class OwnPromptStoreContract
{
    private static readonly WorkedExample Example = new("Invoice", "due 3 March, 1,250 EUR", "a@b.example", "", "Hello,\n\nplease pay.");

    protected abstract StoreFixture Open();

    [Fact]
    public async Task APromptIsKeptAsItIsAndItsAccountKnowsOfIt()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        Assert.False((await stores.Users.FindAsync("u1", default))!.HasOwnPrompts);
        var prompt = PromptOf(stores, "u1", "Mahnung „höflich“ 😀");

        Assert.Equal(PromptAddition.Added, await stores.OwnPrompts.AddAsync(prompt, default));

        ExpectSame(prompt, await stores.OwnPrompts.FindAsync("u1", prompt.Id, default));
        ExpectSame(prompt, Assert.Single(await stores.OwnPrompts.ListNamedAsync("u1", default)));
        Assert.True((await stores.Users.FindAsync("u1", default))!.HasOwnPrompts);
        var bare = PromptOf(stores, "u1") with { Placeholders = [], Example = null };
        await stores.OwnPrompts.AddAsync(bare, default);
        ExpectSame(bare, await stores.OwnPrompts.FindAsync("u1", bare.Id, default));
    }

    [Fact]
    public async Task AChangeReplacesEverythingButTheTimeOfCreation()
    {
        await using var stores = Open();
        var prompt = await AddAsync(stores, "u1");
        var changed = prompt with { Title = "Other", Guidance = "Plain.", Placeholders = [], Example = null, CreatedOn = 9, UpdatedOn = 1_800_000_099 };

        var answer = await stores.OwnPrompts.UpdateAsync(changed, default);

        ExpectSame(changed with { CreatedOn = prompt.CreatedOn }, answer);
        ExpectSame(changed with { CreatedOn = prompt.CreatedOn }, await stores.OwnPrompts.FindAsync("u1", prompt.Id, default));
    }

    [Fact]
    public async Task AnotherUsersPromptIsAsIfItDidNotExist()
    {
        await using var stores = Open();
        var prompt = await AddAsync(stores, "u1");
        await stores.SignInAsync("u2");

        Assert.Null(await stores.OwnPrompts.FindAsync("u2", prompt.Id, default));
        Assert.Null(await stores.OwnPrompts.UpdateAsync(prompt with { UserId = "u2", Title = "Mine now" }, default));
        Assert.False(await stores.OwnPrompts.DeleteAsync("u2", prompt.Id, default));
        Assert.Empty((await stores.OwnPrompts.ListAsync("u2", 100, null, default)).Prompts);
        Assert.Empty(await stores.OwnPrompts.ListNamedAsync("u2", default));
        ExpectSame(prompt, await stores.OwnPrompts.FindAsync("u1", prompt.Id, default));
        Assert.Null(await stores.OwnPrompts.FindAsync("u1", DocumentId.New(stores.Time), default));
    }

    [Fact]
    public async Task PagesHoldEveryPromptOnceNewestFirst()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var made = new List<OwnPrompt>();
        // Three at each second, so that the order within one is put to the test.
        for (var i = 0; i < 9; i++)
        {
            var prompt = PromptOf(stores, "u1") with { CreatedOn = 1_800_000_000 + i / 3 };
            made.Add(prompt);
            await stores.OwnPrompts.AddAsync(prompt, default);
        }

        var listed = new List<string>();
        EmailCursor? next = null;
        do
        {
            var page = await stores.OwnPrompts.ListAsync("u1", 3, next, default);
            listed.AddRange(page.Prompts.Select(p => p.Id));
            next = page.Next is null ? null : EmailCursor.Decode(page.Next.Encode());
        }
        while (next is not null);

        var newestFirst = made.OrderByDescending(p => p.CreatedOn).ThenByDescending(p => p.Id, StringComparer.Ordinal).Select(p => p.Id).ToList();
        Assert.Equal(newestFirst, listed);
        Assert.Equal(newestFirst, (await stores.OwnPrompts.ListNamedAsync("u1", default)).Select(p => p.Id));
    }

    [Fact]
    public async Task OfSixtyAdditionsAtOnceFiftyAreKeptAndADeletionMakesRoomForOne()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await AddAsync(stores, "u2");

        var additions = await Task.WhenAll(Enumerable.Range(0, IOwnPromptStore.MostPrompts + 10)
            .Select(_ => Task.Run(() => stores.OwnPrompts.AddAsync(PromptOf(stores, "u1"), default))));

        Assert.Equal(IOwnPromptStore.MostPrompts, additions.Count(a => a == PromptAddition.Added));
        Assert.Equal(10, additions.Count(a => a == PromptAddition.TooMany));
        var kept = (await stores.OwnPrompts.ListAsync("u1", 100, null, default)).Prompts;
        Assert.Equal(IOwnPromptStore.MostPrompts, kept.Count);
        Assert.True(await stores.OwnPrompts.DeleteAsync("u1", kept[7].Id, default));
        Assert.Equal(PromptAddition.Added, await stores.OwnPrompts.AddAsync(PromptOf(stores, "u1"), default));
        Assert.Equal(PromptAddition.TooMany, await stores.OwnPrompts.AddAsync(PromptOf(stores, "u1"), default));
    }

    [Fact]
    public async Task OfADeletedPromptTheTitleStaysWhileAnEmailNamesItAndNothingElse()
    {
        await using var stores = Open();
        var prompt = await AddAsync(stores, "u1");
        var kept = await AddAsync(stores, "u1");
        var email = await AcceptAsync(stores, "u1", prompt.Id);
        await stores.Jobs.CompleteAsync(email, StoreFixture.Answer(), default);

        Assert.True(await stores.OwnPrompts.DeleteAsync("u1", prompt.Id, default));
        Assert.False(await stores.OwnPrompts.DeleteAsync("u1", prompt.Id, default));

        Assert.Null(await stores.OwnPrompts.FindAsync("u1", prompt.Id, default));
        Assert.Null(await stores.OwnPrompts.UpdateAsync(prompt, default));
        Assert.Equal(kept.Id, Assert.Single((await stores.OwnPrompts.ListAsync("u1", 100, null, default)).Prompts).Id);
        var named = await stores.OwnPrompts.ListNamedAsync("u1", default);
        Assert.Equal([(kept.Id, false), (prompt.Id, true)], named.Select(p => (p.Id, p.IsDeleted)));
        Assert.Equal((prompt.Title, "", 0, (WorkedExample?)null), (named[1].Title, named[1].Guidance, named[1].Placeholders.Count, named[1].Example));
        Assert.True(named[1].UpdatedOn > prompt.UpdatedOn);

        await stores.Emails.DeleteAsync("u1", email.Id, default);
        Assert.Equal(kept.Id, Assert.Single(await stores.OwnPrompts.ListNamedAsync("u1", default)).Id);
    }

    [Fact]
    public async Task APromptThatIsDeletedWhileItsJobRunsIsNamedByTheEmailOfThatJob()
    {
        await using var stores = Open();
        var prompt = await AddAsync(stores, "u1");
        var job = await AcceptAsync(stores, "u1", prompt.Id);

        Assert.True(await stores.OwnPrompts.DeleteAsync("u1", prompt.Id, default));
        Assert.Empty(await stores.OwnPrompts.ListNamedAsync("u1", default));
        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);

        Assert.Equal((prompt.Id, true), Assert.Single((await stores.OwnPrompts.ListNamedAsync("u1", default)).Select(p => (p.Id, p.IsDeleted))));
    }

    [Fact]
    public async Task WhoHasNoAccountHasNoPromptAndAnErasedOneLeavesNone()
    {
        await using var stores = Open();
        Assert.Equal(PromptAddition.NoUser, await stores.OwnPrompts.AddAsync(PromptOf(stores, "nobody"), default));
        var mine = await AddAsync(stores, "u1");
        var theirs = await AddAsync(stores, "u2");

        await stores.Users.DeleteAsync("u1", default);

        Assert.Equal(PromptAddition.NoUser, await stores.OwnPrompts.AddAsync(PromptOf(stores, "u1"), default));
        await stores.SignInAsync("u1");
        Assert.False((await stores.Users.FindAsync("u1", default))!.HasOwnPrompts);
        Assert.Null(await stores.OwnPrompts.FindAsync("u1", mine.Id, default));
        Assert.Empty(await stores.OwnPrompts.ListNamedAsync("u1", default));
        ExpectSame(theirs, await stores.OwnPrompts.FindAsync("u2", theirs.Id, default));
    }

    internal static OwnPrompt PromptOf(StoreFixture stores, string uid, string title = "Dunning letter") => new(
        DocumentId.New(stores.Time), uid, title, "Ask {client} for {amount}.\nBe firm.", ["client", "amount"], Example, 1_700_000_000, 1_700_000_000);

    internal static void ExpectSame(OwnPrompt expected, OwnPrompt? actual)
    {
        Assert.NotNull(actual);
        Assert.Equal(expected.Placeholders, actual.Placeholders);
        Assert.Equal(expected with { Placeholders = actual.Placeholders }, actual);
    }

    private static async Task<OwnPrompt> AddAsync(StoreFixture stores, string uid)
    {
        await stores.SignInAsync(uid);
        var prompt = PromptOf(stores, uid);
        Assert.Equal(PromptAddition.Added, await stores.OwnPrompts.AddAsync(prompt, default));
        return prompt;
    }

    private static async Task<GenerationJob> AcceptAsync(StoreFixture stores, string uid, string promptId)
    {
        var job = stores.JobOf(uid) with { PromptId = promptId };
        Assert.Equal(Acceptance.Accepted, await stores.Jobs.AcceptAsync(job, default));
        return job;
    }
}
