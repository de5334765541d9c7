using ChaturMail.Core.Emails;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IEmailStore"/> and <see cref="IFeedbackStore"/> does.</summary>
public abstract class EmailStoreContract
{
    protected abstract StoreFixture Open();

    [Fact]
    public async Task PagesHoldEveryEmailOnceNewestFirst()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: 100_000);
        // Made within a second or two, so that the order within one second is put to the test.
        var made = new List<string>();
        for (var i = 0; i < 25; i++) made.Add((await stores.GenerateAsync("u1")).Id);

        var listed = new List<StoredEmail>();
        EmailCursor? next = null;
        var pages = 0;
        do
        {
            var page = await stores.Emails.ListAsync("u1", 10, next, null, default);
            Assert.True(page.Emails.Count <= 10);
            listed.AddRange(page.Emails);
            next = page.Next is null ? null : EmailCursor.Decode(page.Next.Encode());
            pages++;
        }
        while (next is not null);

        Assert.Equal(3, pages);
        Assert.Equal(made.Order(), listed.Select(e => e.Id).Order());
        Assert.Equal(listed.OrderByDescending(e => e.CreatedOn).ThenByDescending(e => e.Id, StringComparer.Ordinal).Select(e => e.Id), listed.Select(e => e.Id));
    }

    [Fact]
    public async Task ALastPageThatIsFullHasNoNext()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.GenerateAsync("u1");
        await stores.GenerateAsync("u1");

        Assert.Null((await stores.Emails.ListAsync("u1", 2, null, null, default)).Next);
    }

    [Theory]
    [InlineData("I ASK", 1)]
    [InlineData("october", 2)]
    [InlineData("maria@", 2)]
    [InlineData("grüße", 1)]
    [InlineData("GRÜSSE", 0)]
    [InlineData("100%", 1)]
    [InlineData("_", 0)]
    [InlineData("%", 1)]
    [InlineData("nothing of the kind", 0)]
    public async Task SearchLooksIntoAllFieldsWhateverTheCase(string search, int found)
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.GenerateAsync("u1", "Leave", "Hello, I ask for it.");
        await stores.GenerateAsync("u1", "Bonus of 100%", "Hello,\n\nViele GRÜßE");

        Assert.Equal(found, (await stores.Emails.ListAsync("u1", 10, null, search, default)).Emails.Count);
    }

    [Fact]
    public async Task SearchIsPagedAsWell()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: 10_000);
        for (var i = 0; i < 6; i++) await stores.GenerateAsync("u1", i % 2 == 0 ? "even" : "odd");

        var first = await stores.Emails.ListAsync("u1", 2, null, "even", default);
        var second = await stores.Emails.ListAsync("u1", 2, first.Next, "even", default);

        Assert.Equal((2, 1), (first.Emails.Count, second.Emails.Count));
        Assert.Null(second.Next);
        Assert.All(first.Emails.Concat(second.Emails), e => Assert.Equal("even", e.Subject));
    }

    [Fact]
    public async Task AnothersEmailCanNeitherBeSeenNorDeleted()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");
        var theirs = await stores.GenerateAsync("u2");

        Assert.Null(await stores.Emails.FindAsync("u1", theirs.Id, default));
        Assert.Empty((await stores.Emails.ListAsync("u1", 10, null, null, default)).Emails);
        Assert.Empty((await stores.Emails.ListAsync("u1", 10, null, "leave", default)).Emails);
        Assert.False(await stores.Emails.DeleteAsync("u1", theirs.Id, default));
        Assert.NotNull(await stores.Emails.FindAsync("u2", theirs.Id, default));
    }

    [Fact]
    public async Task DeletingRemovesOneEmailAndCannotBeDoneTwice()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var first = await stores.GenerateAsync("u1");
        var second = await stores.GenerateAsync("u1");

        Assert.True(await stores.Emails.DeleteAsync("u1", first.Id, default));
        Assert.False(await stores.Emails.DeleteAsync("u1", first.Id, default));

        Assert.Equal(second.Id, Assert.Single((await stores.Emails.ListAsync("u1", 10, null, null, default)).Emails).Id);
    }

    [Fact]
    public async Task TextOfEveryScriptComesBackAsItWas()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        const string text = "प्रिय महोदय,\n\nकार्यालय बंद रहेगा 🙂\n\n\"Quoted\" & <tagged>\t\\ ' \u2028";
        var job = await stores.GenerateAsync("u1", "कार्यालय", text);

        var email = await stores.Emails.FindAsync("u1", job.Id, default);
        Assert.Equal((text, "कार्यालय"), (email!.Text, email.Subject));
    }

    [Fact]
    public async Task FeedbackIsListedNewestFirst()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        for (var i = 1; i <= 3; i++)
            await stores.Feedback.AddAsync(new FeedbackMessage(DocumentId.New(stores.Time), "u1", "u1@example.com", $"Subject {i}", "Message", i), default);

        Assert.Equal([3L, 2L], (await stores.Feedback.ListAsync(2, default)).Select(f => f.CreatedOn));
    }
}
