using ChaturMail.Core.Accounts;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Feedback;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;

namespace ChaturMail.Tests.Contracts;

/// <summary>What every <see cref="IUserStore"/> does.</summary>
public abstract class UserStoreContract
{
    protected abstract StoreFixture Open();

    [Fact]
    public async Task AFirstSignInMakesAnAccountWithTheStartingCoins()
    {
        await using var stores = Open();

        var user = await stores.SignInAsync("u1");

        Assert.True(DocumentId.IsValid(user.Id));
        Assert.Equal(("u1", "u1@example.com", "Asha Rao", ""), (user.Uid, user.Email, user.Name, user.Picture));
        Assert.Equal((StoreFixture.StartingCoins, 0L, 0L, false), (user.AvailableTokens, user.UsedTokens, user.GeneratedEmailCount, user.Disabled));
        Assert.Equal(user, await stores.Users.FindAsync("u1", default));
    }

    [Fact]
    public async Task ALaterSignInKeepsTheAccountAndItsCoinsAndTakesTheNewName()
    {
        await using var stores = Open();
        var first = await stores.SignInAsync("u1");
        await stores.GenerateAsync("u1");

        var again = await stores.Users.SignInAsync(StoreFixture.SignInOf("u1", "Asha R. Rao"), default);

        Assert.Equal(first.Id, again.Id);
        Assert.Equal("Asha R. Rao", again.Name);
        Assert.Equal(StoreFixture.StartingCoins - StoreFixture.Cost, again.AvailableTokens);
        Assert.Equal(first.CreatedOn, again.CreatedOn);
    }

    [Fact]
    public async Task ThirtyFirstSignInsAtOnceMakeOneUser()
    {
        await using var stores = Open();

        var users = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => Task.Run(() => stores.SignInAsync("u1"))));

        Assert.Single(users.Select(u => u.Id).Distinct());
    }

    [Fact]
    public async Task ThePushTokenIsTheLastSignInsAndAnOldOneIsForgottenOnlyWhileItIsTheOne()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        Assert.Equal("fcm-u1", await stores.Users.FindPushTokenAsync("u1", default));
        await stores.Users.SignInAsync(StoreFixture.SignInOf("u1") with { FcmToken = "another device" }, default);
        await stores.SignInAsync("u2");

        await stores.Users.ForgetPushTokenAsync("u1", "fcm-u1", default);
        Assert.Equal("another device", await stores.Users.FindPushTokenAsync("u1", default));
        await stores.Users.ForgetPushTokenAsync("u1", "another device", default);
        Assert.Null(await stores.Users.FindPushTokenAsync("u1", default));
        Assert.Equal("fcm-u2", await stores.Users.FindPushTokenAsync("u2", default));
        Assert.Null(await stores.Users.FindPushTokenAsync("nobody", default));
    }

    [Fact]
    public async Task ASignInWithoutAPushTokenLeavesTheOneThatIsThere()
    {
        await using var stores = Open();
        var now = DateTimeOffset.FromUnixTimeSeconds(stores.Time.GetUtcNow().ToUnixTimeSeconds());
        await stores.SignInAsync("u1");

        var browser = new Session("browser", "Firefox on Linux", "google", now, now, now.AddDays(30), false) { NoPush = true };
        var user = await stores.Users.SignInAsync(StoreFixture.SignInOf("u1") with { FcmToken = "", Session = browser }, default);
        await stores.Users.SignInAsync(StoreFixture.SignInOf("u2") with { FcmToken = "" }, default);

        Assert.Equal("fcm-u1", await stores.Users.FindPushTokenAsync("u1", default));
        Assert.Null(await stores.Users.FindPushTokenAsync("u2", default));
        Assert.Equal(browser, Assert.Single(user.Sessions));
        Assert.Equal(browser, Assert.Single((await stores.Users.FindAsync("u1", default))!.Sessions));
    }

    [Fact]
    public async Task ADeviceIsTheLastUsersWhoSignedInOnIt()
    {
        await using var stores = Open();
        await stores.Users.SignInAsync(StoreFixture.SignInOf("u1") with { FcmToken = "shared device" }, default);
        await stores.Users.SignInAsync(StoreFixture.SignInOf("u2") with { FcmToken = "shared device" }, default);
        Assert.Null(await stores.Users.FindPushTokenAsync("u1", default));
        Assert.Equal("shared device", await stores.Users.FindPushTokenAsync("u2", default));

        await stores.Users.SignInAsync(StoreFixture.SignInOf("u1") with { FcmToken = "shared device" }, default);
        Assert.Equal("shared device", await stores.Users.FindPushTokenAsync("u1", default));
        Assert.Null(await stores.Users.FindPushTokenAsync("u2", default));
    }

    [Fact]
    public async Task AnUnknownUserIsNull()
    {
        await using var stores = Open();
        Assert.Null(await stores.Users.FindAsync("nobody", default));
    }

    [Fact]
    public async Task ADisabledAccountIsFoundAsDisabledAndASignInDoesNotChangeThat()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");

        Assert.True(await stores.Users.SetDisabledAsync("u1", true, default));
        Assert.True((await stores.SignInAsync("u1")).Disabled);
        Assert.True((await stores.Users.FindAsync("u1", default))!.Disabled);
        Assert.True(await stores.Users.SetDisabledAsync("u1", false, default));
        Assert.False((await stores.Users.FindAsync("u1", default))!.Disabled);
        Assert.False(await stores.Users.SetDisabledAsync("nobody", true, default));
    }

    [Fact]
    public async Task DeletingErasesEverythingOfTheUserAndNothingOfOthers()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.SignInAsync("u2");
        var mine = await stores.GenerateAsync("u1");
        var running = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(running, default);
        var theirs = await stores.GenerateAsync("u2");
        var another = await stores.RegenerateAsync("u1", mine.Id, mine.Id);
        await stores.Emails.EditAsync("u1", another.Id, new EmailEdit("Edited.", null, null, null), stores.Time.GetUtcNow(), default);
        foreach (var uid in new[] { "u1", "u2" })
            await stores.Feedback.AddAsync(new FeedbackMessage(DocumentId.New(stores.Time), uid, "", "subject", "message", 1), default);

        Assert.True(await stores.Users.DeleteAsync("u1", default));
        Assert.False(await stores.Users.DeleteAsync("u1", default));

        Assert.Null(await stores.Users.FindAsync("u1", default));
        Assert.Null(await stores.Emails.FindAsync("u1", mine.Id, default));
        Assert.Null(await stores.Emails.FindAsync("u1", another.Id, default));
        Assert.Null(await stores.Jobs.FindAsync(running.Id, default));
        Assert.NotNull(await stores.Users.FindAsync("u2", default));
        Assert.NotNull(await stores.Emails.FindAsync("u2", theirs.Id, default));
        Assert.Equal("u2", Assert.Single(await stores.Feedback.ListAsync(10, default)).UserId);
    }

    [Fact]
    public async Task FeedbackThatArrivesAfterTheErasureIsNotKept()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        await stores.Users.DeleteAsync("u1", default);

        Assert.False(await stores.Feedback.AddAsync(new FeedbackMessage(DocumentId.New(stores.Time), "u1", "", "subject", "message", 1), default));
        Assert.Empty(await stores.Feedback.ListAsync(10, default));
    }

    [Fact]
    public async Task TheVersionTellsOfEveryChangeOfAnAccountWhereTheStoreCanTell()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        if (stores.Users.Version() is not { } before) return;

        Assert.Equal(before, stores.Users.Version());
        await stores.Users.SetDisabledAsync("u1", true, default);
        Assert.NotEqual(before, stores.Users.Version());
    }

    [Fact]
    public async Task AJobThatRunsWhileItsUserIsErasedLeavesNothingBehind()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var job = stores.JobOf("u1");
        await stores.Jobs.AcceptAsync(job, default);
        await stores.Users.DeleteAsync("u1", default);

        await stores.Jobs.CompleteAsync(job, StoreFixture.Answer(), default);
        await stores.Jobs.FailAsync(job.Id, FailureCode.ModelUnavailable, default);

        Assert.Null(await stores.Emails.FindAsync("u1", job.Id, default));
        Assert.Null(await stores.Users.FindAsync("u1", default));
    }

    [Fact]
    public async Task ErasingForgetsTheChainsOfVersionsAndOnesThatAreTakenAfterwardsAreNotKept()
    {
        await using var stores = Open();
        await stores.SignInAsync("u1");
        var root = DocumentId.New(stores.Time);
        Assert.Equal(2, await stores.Emails.TakeVersionsAsync("u1", root, 3, default));
        await stores.Users.DeleteAsync("u1", default);
        await stores.Emails.TakeVersionsAsync("u1", root, 3, default);

        await stores.SignInAsync("u1");

        Assert.Equal(2, await stores.Emails.TakeVersionsAsync("u1", root, 3, default));
    }

    [Fact]
    public async Task WhoSignsInAfterTheDeletionHasAnotherAccount()
    {
        await using var stores = Open();
        var first = await stores.SignInAsync("u1");
        await stores.Users.DeleteAsync("u1", default);

        Assert.NotEqual(first.Id, (await stores.SignInAsync("u1")).Id);
    }
}
