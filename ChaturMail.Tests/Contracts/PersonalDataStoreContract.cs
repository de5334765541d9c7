using System.Text.Json.Nodes;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IPersonalDataStore"/> promises.</summary>
public abstract class PersonalDataStoreContract
{
    protected abstract StoreFixture Open();

    [Fact]
    public async Task EverythingOfAUserIsReadAndNothingOfAnothers()
    {
        await using var stores = Open();
        foreach (var uid in new[] { "u1", "u2" }) await FillAsync(stores, uid);

        var account = Assert.Single(await ReadAsync(stores, "account"));
        Assert.Equal(("u1", "u1@example.com", "Asha Rao", "google"), (Text(account, "uid"), Text(account, "email"), Text(account, "name"), Text(account, "loginMethod")));
        Assert.True(account["hasPushToken"]!.GetValue<bool>());
        Assert.DoesNotContain("fcm-u1", account.ToJsonString(), StringComparison.Ordinal);
        var emails = await ReadAsync(stores, "emails");
        Assert.Equal(2, emails.Count);
        Assert.Contains(emails, email => Text(email, "generatedEmail") == "Edited." && email["original"] is not null && email["editedOn"]!.GetValue<long>() > 0);
        Assert.Contains(emails, email => email["version"]!.GetValue<long>() == 2 && Text(email, "toEmail") == "maria@example.com");
        Assert.Equal("1", Text(emails[0], "promptId"));
        var jobs = await ReadAsync(stores, "jobs");
        Assert.Equal(["done", "done", "queued"], jobs.Select(job => Text(job, "state")).Order());
        Assert.Equal("waiting of u1", Text(jobs.Single(job => Text(job, "state") == "queued"), "subject"));
        var prompt = Assert.Single(await ReadAsync(stores, "ownPrompts"));
        Assert.Equal(("guidance of u1", "name"), (Text(prompt, "guidance"), prompt["placeholders"]![0]!.GetValue<string>()));
        Assert.Equal("message of u1", Text(Assert.Single(await ReadAsync(stores, "feedback")), "message"));
        Assert.Equal(1_700_000_000, Assert.Single(await ReadAsync(stores, "feedback"))["createdOn"]!.GetValue<long>());
        Assert.Equal(("2026-11-21", 40L), (Text(Assert.Single(await ReadAsync(stores, "spending")), "day"), (await ReadAsync(stores, "spending"))[0]["nanoUsd"]!.GetValue<long>()));
        var comparison = Assert.Single(await ReadAsync(stores, "comparisons"));
        Assert.Equal(("second of u1", "b", 3L), (Text(comparison, "secondText"), Text(comparison, "secondModel"), comparison["words"]!.GetValue<long>()));
        Assert.Equal("key of u1", Text(Assert.Single(await ReadAsync(stores, "idempotencyKeys")), "key"));
        Assert.Equal(1, Assert.Single(await ReadAsync(stores, "emailChains"))["taken"]!.GetValue<long>());

        var movements = await ReadAsync(stores, "coinMovements");
        var user = (await stores.Users.FindAsync("u1", default))!;
        Assert.Equal((user.AvailableTokens, user.UsedTokens), (Sum(movements, "coins"), Sum(movements, "spent")));

        foreach (var section in PersonalData.Sections)
            foreach (var item in await ReadAsync(stores, section.Name))
            {
                Assert.Equal(section.Fields.Select(field => field.Name), item.Select(field => field.Key));
                Assert.DoesNotContain("u2", item.ToJsonString(), StringComparison.Ordinal);
            }
    }

    [Fact]
    public async Task ALongHistoryIsReadWholeAndEachEmailOnce()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1", coins: 1_000_000);
        var made = new HashSet<string>();
        for (var i = 0; i < 450; i++) made.Add((await stores.GenerateAsync("u1")).Id);
        Assert.Equal(made.Order(), (await ReadAsync(stores, "emails")).Select(email => Text(email, "id")).Order());
    }

    [Fact]
    public async Task RegistrationsThatNobodyProvedAndCountsOfTriesEndByTheirAge()
    {
        await using var stores = Open();
        var (now, day) = (DateTimeOffset.FromUnixTimeSeconds(1_795_000_000), TimeSpan.FromDays(1));
        foreach (var name in new[] { "waiting", "proved" })
            await stores.LocalAccounts.RegisterAsync(new LocalAccount("local-" + name, name + "@example.com", name, "hash", now, null), default);
        await stores.LocalAccounts.ProveAsync("local-proved", "hash", "proved", now, null, default);
        await stores.LocalAccounts.TakeAttemptAsync("key", now, default);

        foreach (var what in new[] { StaleData.Registrations, StaleData.SignInAttempts })
            Assert.Equal((what, 0), (what, await stores.PersonalData.DeleteOldAsync(what, now, 10, default)));
        Assert.NotNull(await stores.LocalAccounts.FindAsync("local-waiting", default));
        foreach (var what in new[] { StaleData.Registrations, StaleData.SignInAttempts })
            Assert.Equal((what, 1), (what, await stores.PersonalData.DeleteOldAsync(what, now + day, 10, default)));

        Assert.Null(await stores.LocalAccounts.FindAsync("local-waiting", default));
        Assert.NotNull(await stores.LocalAccounts.FindAsync("local-proved", default));
    }

    [Fact]
    public async Task OldFeedbackEndsInPortions()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        for (var i = 0; i < 5; i++)
            await stores.Feedback.AddAsync(new FeedbackMessage(DocumentId.New(stores.Time), "u1", "", "subject", "message", 1_700_000_000_000 + i), default);
        var before = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_003);

        Assert.Equal(2, await stores.PersonalData.DeleteOldAsync(StaleData.Feedback, before, 2, default));
        Assert.Equal(1, await stores.PersonalData.DeleteOldAsync(StaleData.Feedback, before, 2, default));
        Assert.Equal(2, (await stores.Feedback.ListAsync(10, default)).Count);
        foreach (var what in Enum.GetValues<StaleData>()) Assert.Equal(0, await stores.PersonalData.DeleteOldAsync(what, before, 2, default));
    }

    private static async Task FillAsync(StoreFixture stores, string uid)
    {
        await stores.SignInAsync(uid, coins: 10_000);
        var first = await stores.GenerateAsync(uid);
        await stores.RegenerateAsync(uid, first.Id, first.Id);
        Assert.IsType<EmailEditResult.Saved>(await stores.Emails.EditAsync(uid, first.Id, new EmailEdit("Edited.", null, null, null), stores.Time.GetUtcNow(), default));
        await stores.Jobs.AcceptAsync(stores.JobOf(uid, subject: "waiting of " + uid), default);
        await stores.OwnPrompts.AddAsync(
            new OwnPrompt(DocumentId.New(stores.Time), uid, "title", "guidance of " + uid, ["name"], null, 1_700_000_000, 1_700_000_000), default);
        await stores.Feedback.AddAsync(
            new FeedbackMessage(DocumentId.New(stores.Time), uid, uid + "@example.com", "subject", "message of " + uid, 1_700_000_000_999), default);
        await stores.Spending.ReserveAsync(new SpendingReservation(new DateOnly(2026, 11, 21), uid, 40), new SpendingLimits(100, null), default);
        await stores.Spending.AddComparisonAsync(
            new Comparison(
                first.Id, uid, stores.Time.GetUtcNow(), new ComparedText("a", 1, TimeSpan.FromSeconds(1), 3), new ComparedText("b", 2, TimeSpan.FromSeconds(2), 4),
                "second of " + uid), default);
        await stores.Jobs.ClaimKeyAsync(uid, "key of " + uid, new KeyClaim(first.Id, "fingerprint"), stores.Time.GetUtcNow().AddDays(-1), default);
    }

    private static async Task<List<JsonObject>> ReadAsync(StoreFixture stores, string section)
    {
        var items = new List<JsonObject>();
        await foreach (var item in stores.PersonalData.ReadAsync(PersonalData.Sections.Single(s => s.Name == section), "u1", default)) items.Add(item);
        return items;
    }

    private static long Sum(List<JsonObject> items, string field) => items.Sum(item => item[field]!.GetValue<long>());

    private static string Text(JsonObject item, string field) => item[field]!.GetValue<string>();
}
