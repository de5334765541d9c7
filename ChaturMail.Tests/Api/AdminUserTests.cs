using ChaturMail.Api.Http;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>What operators do with users, their coins and what they wrote.</summary>
public sealed class AdminUserTests : AdminApiTests
{
    [Fact]
    public async Task EveryRouteOfOperatorsRefusesEverybodyElse()
    {
        var routes = ApiRoutes.All(Api.App).Where(route => route.StartsWith("/admin/", StringComparison.Ordinal)).ToList();
        Assert.True(routes.Count >= 17, string.Join(' ', routes));
        Assert.Equal(
            routes.Order(),
            ApiRoutes.Endpoints(Api.App).Where(e => e.Metadata.GetMetadata<AdminRequired>() is not null).Select(e => e.RoutePattern.RawText!).Order());
        foreach (var route in routes)
        {
            // An empty body, which no check of fields has seen: who is refused learns nothing of the route.
            var user = await Client.PostAsync(route, new { }, Token);
            Assert.Equal((route, 403, "not_admin"), (route, user.HttpStatus, user.Code));
            var nobody = await Client.PostAsync(route, new { });
            Assert.Equal((route, 401, "not_authenticated"), (route, nobody.HttpStatus, nobody.Code));
        }

        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task AnOperatorIsMadeAndUnmadeFromTheNextRequestOn()
    {
        Assert.Equal(403, (await Client.PostAsync("/admin/getPrompts", new { }, Token)).HttpStatus);
        Assert.True((await DoneAsync("setAdmin", new { uid = Uid, admin = true })).Item["isAdmin"]!.GetValue<bool>());
        Assert.Equal(200, (await Client.PostAsync("/admin/getPrompts", new { }, Token)).HttpStatus);
        await DoneAsync("setAdmin", new { uid = Uid, admin = false });
        Assert.Equal(403, (await Client.PostAsync("/admin/getPrompts", new { }, Token)).HttpStatus);
        Assert.Equal($"user.makeAdmin:{Uid} user.endAdmin:{Uid}", await ActionsAsync());
    }

    [Fact]
    public async Task AUserIsFoundAndShownAndTheTrailHoldsNoAddress()
    {
        var found = await DoneAsync("findUsers", new { search = "PRIYA" });
        Assert.Equal(
            (Uid, "priya.nair@example.com", "Priya Nair", 1000, false, false),
            (found.Text("uid"), found.Text("email"), found.Text("name"), found.Number("availableTokens"), found.Item["disabled"]!.GetValue<bool>(),
                found.Item["isAdmin"]!.GetValue<bool>()));
        Assert.Equal(Uid, (await DoneAsync("findUsers", new { search = Uid })).Text("uid"));
        Assert.Null((await DoneAsync("findUsers", new { search = "nobody" })).Payload);

        var first = await DoneAsync("findUsers", new { limit = 1 });
        var second = await DoneAsync("findUsers", new { limit = 1, cursor = first.NextCursor });
        Assert.Equal([Uid, AdminUid], [first.Text("uid"), second.Text("uid")]);
        Assert.Null((await DoneAsync("findUsers", new { limit = 1, cursor = second.NextCursor })).Payload);

        Assert.Equal(Uid, (await DoneAsync("getUser", new { uid = Uid })).Item["user"]!["uid"]!.GetValue<string>());
        await RefusedAsync(404, "user_not_found", "getUser", new { uid = "nobody" });
        Assert.Contains($"user.read:{Uid}", await ActionsAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("priya", string.Join('\n', await AuditAsync()), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task ADisabledUserIsRefusedAtTheNextRequestUntilEnabled()
    {
        Assert.Equal(200, (await Client.PostAsync("/user/getUserData", new { }, Token)).HttpStatus);
        Assert.True((await DoneAsync("disableUser", new { uid = Uid, reason = "spam" })).Item["disabled"]!.GetValue<bool>());
        Assert.Equal("account_disabled", (await Client.PostAsync("/user/getUserData", new { }, Token)).Code);

        await DoneAsync("enableUser", new { uid = Uid });
        // Whoever held a session before the account was locked does not come back with it.
        Assert.Equal((401, "not_authenticated"), await StatusAsync(Token));
        Assert.Equal((200, null), await StatusAsync(await Client.SignInAsync("priya.nair@example.com")));

        async Task<(int, string?)> StatusAsync(string token)
        {
            var answer = await Client.PostAsync("/user/getUserData", new { }, token);
            return (answer.HttpStatus, answer.Code);
        }

        var trail = await AuditAsync();
        Assert.Equal([("user.disable", "spam"), ("user.enable", "")], trail.Select(line => (line.Action, line.Details)));
        Assert.All(trail, line => Assert.Equal((AdminUid, Uid), (line.Actor, line.Target)));
    }

    [Fact]
    public async Task NobodyLocksThemselvesOutAndNobodyIsTakenForSomebody()
    {
        await RefusedAsync(409, "own_account", "disableUser", new { uid = AdminUid, reason = "a slip" });
        await RefusedAsync(409, "own_account", "setAdmin", new { uid = AdminUid, admin = false });
        await RefusedAsync(404, "user_not_found", "disableUser", new { uid = "nobody", reason = "spam" });
        await RefusedAsync(404, "user_not_found", "enableUser", new { uid = "nobody" });
        await RefusedAsync(404, "user_not_found", "setAdmin", new { uid = "nobody", admin = true });
        await RefusedAsync(404, "user_not_found", "changeCoins", new { uid = "nobody", coins = 1, reason = "gift" });
        // What is refused beforehand has no line: a line is what was ordered.
        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task OfTwoOperatorsWhoUnmakeEachOtherAtOnceOneIsLeft()
    {
        var users = Service<IUserStore>();
        for (var round = 0; round < 10; round++)
        {
            await users.SetAdminAsync(AdminUid, true, default);
            await users.SetAdminAsync(Uid, true, default);
            await Task.WhenAll(
                Client.PostAsync("/admin/setAdmin", new { uid = Uid, admin = false }, AdminToken),
                Client.PostAsync("/admin/setAdmin", new { uid = AdminUid, admin = false }, Token));
            Assert.True((await users.FindAsync(AdminUid, default))!.IsAdmin || (await users.FindAsync(Uid, default))!.IsAdmin);
        }
    }

    [Fact]
    public async Task CoinsAreGivenAndTakenAndNeverGoBelowZero()
    {
        Assert.Equal(1500, (await DoneAsync("changeCoins", new { uid = Uid, coins = 500, reason = "sorry" })).Number("availableTokens"));
        Assert.Equal(0, (await DoneAsync("changeCoins", new { uid = Uid, coins = -1500, reason = "fraud" })).Number("availableTokens"));
        await RefusedAsync(403, "insufficient_coins", "changeCoins", new { uid = Uid, coins = -1, reason = "fraud" });
        Assert.Equal(0, (await Client.PostAsync("/user/getUserData", new { }, Token)).Number("availableTokens"));

        var trail = await AuditAsync();
        Assert.Equal(["500: sorry", "-1500: fraud", "-1: fraud", $"{trail[2].Id}: InsufficientCoins"], trail.Select(line => line.Details));
        Assert.Equal("coins.change.failed", trail[3].Action);
    }

    [Fact]
    public async Task ChangesOfCoinsWithOneKeyCountOnce()
    {
        async Task<ApiAnswer> GiveAsync(string key, string uid)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/admin/changeCoins")
            {
                Content = new StringContent($$"""{"uid":"{{uid}}","coins":100,"reason":"gift"}""", System.Text.Encoding.UTF8, "application/json"),
            };
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + AdminToken);
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
            using var response = await Client.Http.SendAsync(request);
            return await ApiAnswer.ReadAsync(response);
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => GiveAsync("key-1", Uid)));

        Assert.Single(answers, answer => answer.Item["applied"]!.GetValue<bool>());
        Assert.All(answers, answer => Assert.Equal((200, 1100), (answer.HttpStatus, answer.Number("availableTokens"))));
        Assert.Equal(1200, (await GiveAsync("key-2", Uid)).Number("availableTokens"));
        Assert.True((await GiveAsync("key-1", AdminUid)).Item["applied"]!.GetValue<bool>());
        Assert.Equal("invalid_field", (await GiveAsync(new string('k', 256), Uid)).Code);
    }

    [Fact]
    public async Task FeedbackIsReadPageByPageAndDeleted()
    {
        for (var i = 0; i < 3; i++)
            await Client.PostAsync("/misc/submitFeedback", new { subject = $"A subject {i}", message = $"A message of {i}" }, Token);

        var page = await DoneAsync("getFeedback", new { limit = 2 });
        Assert.Equal(["A message of 2", "A message of 1"], page.Items.Select(m => m["message"]!.GetValue<string>()));
        Assert.Equal((Uid, "priya.nair@example.com"), (page.Items[0]["userId"]!.GetValue<string>(), page.Items[0]["email"]!.GetValue<string>()));
        var rest = await DoneAsync("getFeedback", new { limit = 2, cursor = page.NextCursor });
        var id = rest.Text("id");
        Assert.Null(rest.NextCursor);

        await DoneAsync("deleteFeedback", new { id });
        await RefusedAsync(404, "feedback_not_found", "deleteFeedback", new { id });
        Assert.Equal(2, (await DoneAsync("getFeedback", new { })).Items.Count);
        Assert.Equal(
            $"feedback.read: feedback.read: feedback.delete:{id} feedback.delete:{id} feedback.delete.failed:{id} feedback.read:", await ActionsAsync());
    }

    [Fact]
    public async Task UseCostAndRevenueAreShownByDay()
    {
        await Client.PostAsync("/email/generateEmail", ApiClient.Leave, Token);
        var ledger = Service<ICoinLedger>();
        var now = TimeProvider.System.GetUtcNow();
        await ledger.ApplyAsync(new CoinEntry("r:1", Uid, CoinKind.Reward, 20, 0, "", now), null, default);
        await ledger.ApplyAsync(new CoinEntry("p:1", Uid, CoinKind.Purchase, 1000, 0, "", now), null, default);

        var days = (await DoneAsync("getUsage", new { })).Items;

        Assert.Equal(7, days.Count);
        long Sum(string field) => days.Sum(day => day[field]!.GetValue<long>());
        Assert.Equal((2, 1, 1), (Sum("signUps"), Sum("activeUsers"), Sum("emails")));
        Assert.Equal((20, 1, 1000), (Sum("coinsRewarded"), Sum("rewards"), Sum("coinsPurchased")));
        Assert.Equal(5000 + 1000 * 20, Sum("estimatedRevenueMicroUsd"));
        var one = await DoneAsync("getUsage", new { from = "2026-01-31", to = "2026-01-31" });
        Assert.Equal(("2026-01-31", 0), (one.Text("day"), one.Number("emails")));
    }

    [Fact]
    public async Task TheTrailIsReadByTargetAndPageByPage()
    {
        await DoneAsync("disableUser", new { uid = Uid, reason = "spam" });
        await DoneAsync("enableUser", new { uid = Uid });
        await DoneAsync("withdrawPrompt", new { id = "2" });

        var page = await DoneAsync("getAudit", new { target = Uid, limit = 1 });
        Assert.Equal(("user.enable", AdminUid, Uid), (page.Text("action"), page.Text("actor"), page.Text("target")));
        Assert.Equal("user.disable", (await DoneAsync("getAudit", new { target = Uid, limit = 1, cursor = page.NextCursor })).Text("action"));
        Assert.Equal("prompt.withdraw", (await DoneAsync("getAudit", new { target = "2" })).Text("action"));
        Assert.Equal(3, (await DoneAsync("getAudit", new { })).Items.Count);
        Assert.Null((await DoneAsync("getAudit", new { target = "nobody" })).Payload);
    }
}
