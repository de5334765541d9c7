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
    public async Task TheVersionsOfAChainAreListedInTheirOrderAndNobodyElses()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: 10_000);
        await stores.SignInAsync("u2");
        var root = (await stores.GenerateAsync("u1")).Id;
        var second = (await stores.RegenerateAsync("u1", root, root)).Id;
        var third = (await stores.RegenerateAsync("u1", root, root)).Id;
        var fourth = (await stores.RegenerateAsync("u1", second, root)).Id;
        await stores.GenerateAsync("u1");

        Assert.Equal([(root, 1), (second, 2), (third, 3), (fourth, 4)], await ListAsync("u1", 0, 10));
        Assert.Equal([(second, 2), (third, 3)], await ListAsync("u1", 2, 2));
        Assert.Empty(await ListAsync("u2", 0, 10));
        Assert.Equal(second, (await stores.Emails.FindAsync("u1", fourth, default))!.Version.ParentId);

        // Deleting one leaves the others, the first one too.
        await stores.Emails.DeleteAsync("u1", root, default);
        await stores.Emails.DeleteAsync("u1", third, default);
        Assert.Equal([(second, 2), (fourth, 4)], await ListAsync("u1", 0, 10));

        async Task<IEnumerable<(string, int)>> ListAsync(string uid, int from, int limit) =>
            (await stores.Emails.ListVersionsAsync(uid, root, from, limit, default)).Select(email => (email.Id, email.Version.Number));
    }

    [Fact]
    public async Task VersionsThatAreTakenAtOnceAreAllDifferentAndEachChainHasItsOwn()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var (root, another) = (DocumentId.New(stores.Time), DocumentId.New(stores.Time));

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => stores.Emails.TakeVersionsAsync("u1", root, 2, default))));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => 2 + 2 * i), taken.Order());
        Assert.Equal(2, await stores.Emails.TakeVersionsAsync("u1", another, 1, default));
        Assert.Equal(3, await stores.Emails.TakeVersionsAsync("u1", another, 3, default));
        Assert.Equal(6, await stores.Emails.TakeVersionsAsync("u1", another, 1, default));
    }

    [Fact]
    public async Task AnEditReplacesWhatItNamesAndKeepsTheModelsTextOnce()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = await stores.GenerateAsync("u1", text: "The model's.");
        var now = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000);

        var subject = await EditAsync(new EmailEdit(null, "New subject", null, null), now);
        Assert.Equal(("The model's.", "New subject", job.ToEmail, null, 1_800_000_000L), Of(subject));
        var first = await EditAsync(new EmailEdit("Mine.", null, "new@example.com", null), now);
        Assert.Equal(("Mine.", "New subject", "new@example.com", "The model's.", 1_800_000_001L), Of(first));
        var second = await EditAsync(new EmailEdit("Mine again.", null, null, null), now.AddSeconds(60));
        Assert.Equal(("Mine again.", "New subject", "new@example.com", "The model's.", 1_800_000_060L), Of(second));

        Assert.Equal(second, await stores.Emails.FindAsync("u1", job.Id, default));
        Assert.Equal(second, Assert.Single((await stores.Emails.ListAsync("u1", 10, null, "mine again", default)).Emails));

        async Task<StoredEmail> EditAsync(EmailEdit edit, DateTimeOffset at) =>
            Assert.IsType<EmailEditResult.Saved>(await stores.Emails.EditAsync("u1", job.Id, edit, at, default)).Email;

        static (string, string, string, string?, long?) Of(StoredEmail email) => (email.Text, email.Subject, email.ToEmail, email.Original, email.EditedOn);
    }

    [Fact]
    public async Task AnothersEmailCannotBeEditedNorOneThatIsNotThere()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");
        var theirs = await stores.GenerateAsync("u2");
        var edit = new EmailEdit("Mine.", null, null, null);

        Assert.IsType<EmailEditResult.NotFound>(await stores.Emails.EditAsync("u1", theirs.Id, edit, stores.Time.GetUtcNow(), default));
        Assert.IsType<EmailEditResult.NotFound>(await stores.Emails.EditAsync("u1", DocumentId.New(stores.Time), edit, stores.Time.GetUtcNow(), default));
        Assert.Null((await stores.Emails.FindAsync("u2", theirs.Id, default))!.EditedOn);
    }

    [Fact]
    public async Task OfManyEditsThatStartedFromTheSameOneIsSaved()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var id = (await stores.GenerateAsync("u1")).Id;
        var now = stores.Time.GetUtcNow();
        foreach (var round in new[] { 1, 2 })
        {
            var started = (await stores.Emails.FindAsync("u1", id, default))!.EditedOn ?? 0;
            var results = await Task.WhenAll(Enumerable.Range(0, 10).Select(
                i => Task.Run(() => stores.Emails.EditAsync("u1", id, new EmailEdit($"Edit {round} {i}", null, null, started), now, default))));

            var saved = Assert.Single(results.OfType<EmailEditResult.Saved>());
            Assert.Equal(9, results.OfType<EmailEditResult.Conflict>().Count());
            Assert.Equal(saved.Email, await stores.Emails.FindAsync("u1", id, default));
        }

        var all = await Task.WhenAll(Enumerable.Range(0, 10).Select(
            i => Task.Run(() => stores.Emails.EditAsync("u1", id, new EmailEdit($"Any {i}", null, null, null), now, default))));
        Assert.Equal(10, all.OfType<EmailEditResult.Saved>().Select(saved => saved.Email.EditedOn).Distinct().Count());
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
