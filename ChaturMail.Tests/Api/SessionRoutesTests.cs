using ChaturMail.Core.Accounts;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Sign-out, the list of sessions, and tokens that are good for longer.</summary>
public sealed class SessionRoutesTests : IAsyncLifetime
{
    private const string Key = "an-hs256-key-of-the-old-backend-0123456789";
    private const int Day = 86_400;

    private TestApi _api = null!;

    private ApiClient Client => _api.Client;

    private IUserStore Users => _api.App.Services.GetRequiredService<IUserStore>();

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync("JWT_KEY=" + Key, "Sessions:MaxAge=60.00:00:00");

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task WhoSignsOutIsRefusedFromTheNextRequestOnAndOtherDevicesStay()
    {
        var (phone, laptop) = (await Client.SignInAsync(), await Client.SignInAsync());

        var answer = await PostAsync("/auth/logout", new { }, phone);

        Assert.Equal((200, null), (answer.HttpStatus, answer.Payload));
        await ExpectAsync(401, phone);
        await ExpectAsync(200, laptop);
        Assert.Equal(401, (await PostAsync("/auth/logout", new { }, phone)).HttpStatus);
    }

    [Fact]
    public async Task WhoSignsOutEverywhereEndsEveryTokenThereIs()
    {
        var uid = await UidAsync();
        string[] tokens = [await Client.SignInAsync(), await Client.SignInAsync(), NodeToken(uid), OurTokenWithoutASession(await AccountAsync(uid))];
        foreach (var token in tokens) await ExpectAsync(200, token);
        var other = await Client.SignInAsync("ravi@example.com");

        Assert.Equal(200, (await PostAsync("/auth/logout", new { all = true }, tokens[1])).HttpStatus);

        foreach (var token in tokens) await ExpectAsync(401, token);
        await ExpectAsync(200, other);
        await ExpectAsync(200, await Client.SignInAsync());
    }

    [Fact]
    public async Task ATokenOfTheNodeBackendIsEndedLikeAnyOther()
    {
        var uid = await UidAsync();
        var (mine, another) = (NodeToken(uid), NodeToken(uid, secondsAgo: 1));

        Assert.Equal(200, (await PostAsync("/auth/logout", new { all = false }, mine)).HttpStatus);

        await ExpectAsync(401, mine);
        await ExpectAsync(200, another);
    }

    [Fact]
    public async Task TheListShowsEachDeviceOnceAndWhichIsThisOne()
    {
        var phone = await SignInAsync(device: "Asha's phone");
        var laptop = await SignInAsync(userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:125.0) Gecko/20100101 Firefox/125.0");
        var bare = await Client.SignInAsync();
        await Users.UseSessionAsync(await UidOfAsync(phone), SessionOf(phone), Now.AddHours(1), null, default);

        var sessions = (await PostAsync("/auth/getSessions", new { }, laptop)).Items;

        Assert.Equal(["Asha's phone", "Unknown device", "Firefox on Linux"], sessions.Select(s => s["device"]!.GetValue<string>()));
        Assert.Equal([false, false, true], sessions.Select(s => s["current"]!.GetValue<bool>()));
        Assert.Equal([SessionOf(phone), SessionOf(bare), SessionOf(laptop)], sessions.Select(s => s["id"]!.GetValue<string>()));
        Assert.All(sessions, s => Assert.Equal("google", s["loginMethod"]!.GetValue<string>()));
        Assert.All(sessions, s => Assert.Equal(30 * Day, s["expiresOn"]!.GetValue<long>() - s["createdOn"]!.GetValue<long>()));
    }

    [Fact]
    public async Task AnotherDeviceIsSignedOutFromThisOne()
    {
        var (phone, laptop) = (await Client.SignInAsync(), await Client.SignInAsync());

        Assert.Equal(200, (await PostAsync("/auth/endSession", new { id = SessionOf(phone) }, laptop)).HttpStatus);

        await ExpectAsync(401, phone);
        await ExpectAsync(200, laptop);
        var again = await PostAsync("/auth/endSession", new { id = SessionOf(phone) }, laptop);
        Assert.Equal((404, "session_not_found"), (again.HttpStatus, again.Code));
    }

    [Fact]
    public async Task AnotherUsersSessionIsAsIfItDidNotExist()
    {
        var (mine, theirs) = (await Client.SignInAsync(), await Client.SignInAsync("ravi@example.com"));

        Assert.Equal((404, "session_not_found"), await EndAsync(SessionOf(theirs)));
        await ExpectAsync(200, theirs);
        Assert.Single((await PostAsync("/auth/getSessions", new { }, mine)).Items);

        async Task<(int, string?)> EndAsync(string id)
        {
            var answer = await PostAsync("/auth/endSession", new { id }, mine);
            return (answer.HttpStatus, answer.Code);
        }
    }

    [Theory]
    [InlineData("/auth/logout", """{"all":"yes"}""")]
    [InlineData("/auth/logout", """{"all":1}""")]
    [InlineData("/auth/endSession", "{}")]
    [InlineData("/auth/endSession", """{"id":{"$ne":null}}""")]
    [InlineData("/auth/endSession", """{"id":"a\u0000b"}""")]
    public async Task WhatMakesNoSenseIsNamedAndEndsNothing(string route, string body)
    {
        var token = await Client.SignInAsync();
        var answer = await PostAsync(route, body, token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        await ExpectAsync(200, token);
    }

    [Theory]
    [InlineData("a\u0007b")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public async Task ADeviceThatNobodyCouldReadIsRefused(string device) => Assert.Equal(
        (400, "invalid_field"), await AnswerAsync(new { email = "a@example.com", idToken = "dev:a@example.com", loginMethod = "google", fcmToken = "f", device }));

    [Fact]
    public async Task ATokenThatIsGoodForAWeekIsGivenBackAsItIs()
    {
        var token = await Client.SignInAsync();
        Assert.Equal(token, (await PostAsync("/auth/refreshToken", new { }, token)).Text("token"));
    }

    [Fact]
    public async Task ATokenNearItsEndGetsOneForTheSameSessionAndStaysGoodUntilThen()
    {
        var token = await Client.SignInAsync();
        var account = await AccountAsync(await UidOfAsync(token));
        var old = Issue(account, SessionOf(token), 25);
        await Users.KeepSessionAsync(account.Uid, account.Sessions[0] with { CreatedOn = Now.AddDays(-25), Expires = Now.AddDays(5) }, default);

        var refreshed = (await PostAsync("/auth/refreshToken", new { }, old)).Text("token");

        Assert.NotEqual(old, refreshed);
        Assert.Equal(SessionOf(token), SessionOf(refreshed));
        Assert.InRange((Read(refreshed).Expires - Now).TotalDays, 29.9, 30);
        await ExpectAsync(200, refreshed);
        await ExpectAsync(200, old);
        Assert.InRange((await AccountAsync(account.Uid)).Sessions.Single().Expires, Now.AddDays(29), Now.AddDays(30));

        await PostAsync("/auth/logout", new { }, refreshed);
        await ExpectAsync(401, refreshed);
        await ExpectAsync(401, old);
    }

    [Fact]
    public async Task NoSessionOutlivesItsGreatestAge()
    {
        var token = await Client.SignInAsync();
        var account = await AccountAsync(await UidOfAsync(token));
        var old = Issue(account, SessionOf(token), 28);
        await SetAgeAsync(50);

        var last = (await PostAsync("/auth/refreshToken", new { }, old)).Text("token");
        Assert.InRange((Read(last).Expires - Now).TotalDays, 9.9, 10);

        await SetAgeAsync(59);
        Assert.Equal(old, (await PostAsync("/auth/refreshToken", new { }, old)).Text("token"));

        // A store keeps the time of a sign-in, so the session is made anew.
        async Task SetAgeAsync(int days)
        {
            await Users.EndSessionAsync(account.Uid, SessionOf(token), default);
            await Users.KeepSessionAsync(account.Uid, account.Sessions[0] with { CreatedOn = Now.AddDays(-days), Expires = Now.AddDays(2) }, default);
        }
    }

    [Fact]
    public async Task ATokenOfTheNodeBackendGetsASessionAndEndsWithIt()
    {
        var uid = await UidAsync();
        var node = NodeToken(uid);

        var first = (await PostAsync("/auth/refreshToken", new { }, node)).Text("token");
        // The first answer was lost: the same session, and no second one.
        var second = (await PostAsync("/auth/refreshToken", new { }, node)).Text("token");

        Assert.Equal(SessionOf(first), SessionOf(second));
        foreach (var token in new[] { node, first, second }) await ExpectAsync(200, token);
        var sessions = (await PostAsync("/auth/getSessions", new { }, node)).Items;
        Assert.Equal(SessionOf(first), sessions.Single(s => s["current"]!.GetValue<bool>())["id"]!.GetValue<string>());

        var other = await Client.SignInAsync();
        Assert.Equal(200, (await PostAsync("/auth/endSession", new { id = SessionOf(first) }, other)).HttpStatus);

        foreach (var token in new[] { node, first, second }) await ExpectAsync(401, token);
        Assert.Equal(401, (await PostAsync("/auth/refreshToken", new { }, node)).HttpStatus);
    }

    [Fact]
    public async Task SigningOutWithTheOldTokenEndsTheSessionInItsPlace()
    {
        var node = NodeToken(await UidAsync());
        var fresh = (await PostAsync("/auth/refreshToken", new { }, node)).Text("token");

        await PostAsync("/auth/logout", new { }, node);

        await ExpectAsync(401, node);
        await ExpectAsync(401, fresh);
    }

    [Fact]
    public async Task TheDeviceOfTheLastSignInGetsNoPushMessagesAfterSigningOut()
    {
        var (first, last) = (await Client.SignInAsync(), await Client.SignInAsync());
        var uid = await UidOfAsync(first);

        await PostAsync("/auth/logout", new { }, first);
        Assert.Equal("fcm", await Users.FindPushTokenAsync(uid, default));
        await PostAsync("/auth/logout", new { }, last);
        Assert.Null(await Users.FindPushTokenAsync(uid, default));
    }

    [Fact]
    public async Task ABrowserNeitherTakesNorEndsThePushMessagesOfAPhone()
    {
        var phone = await Client.SignInAsync();
        var uid = await UidOfAsync(phone);
        var browsers = new List<string>();
        for (var i = 0; i < 2; i++)
            browsers.Add((await Client.PostAsync(
                "/auth/getJWTToken", new { email = "x@example.com", idToken = "dev:asha.rao@example.com", loginMethod = "google", fcmToken = "none" })).Text("token"));

        await PostAsync("/auth/logout", new { }, browsers[0]);
        Assert.Equal("fcm", await Users.FindPushTokenAsync(uid, default));
        await PostAsync("/auth/logout", new { }, phone);
        Assert.Null(await Users.FindPushTokenAsync(uid, default));
    }

    [Fact]
    public async Task TheUseOfASessionIsNotedOnceAnHour()
    {
        var counting = new CountingUses();
        await using var api = await TestApi.StartAsync(
            services => services.AddSingleton<IUserStore>(s => counting.Around(s.GetRequiredService<Core.Storage.Sqlite.SqliteDatabase>())));
        var token = await api.Client.SignInAsync();
        for (var i = 0; i < 3; i++) await api.Client.PostAsync("/user/getUserData", new { }, token);
        Assert.Equal(0, counting.Uses);

        var store = api.App.Services.GetRequiredService<IUserStore>();
        var uid = (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        var session = (await store.FindAsync(uid, default))!.Sessions.Single();
        await store.EndSessionAsync(uid, session.Id, default);
        await store.KeepSessionAsync(uid, session with { UsedOn = Now.AddHours(-2) }, default);
        api.App.Services.GetRequiredService<UserCache>().Forget(uid);
        for (var i = 0; i < 5; i++) Assert.Equal(200, (await api.Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);

        Assert.Equal(1, counting.Uses);
        Assert.InRange((await store.FindAsync(uid, default))!.Sessions.Single().UsedOn, Now.AddMinutes(-1), Now);
    }

    [Fact]
    public async Task TokensOfAPreviousKeyAreGoodAndNewOnesAreUnderTheNewKey()
    {
        const string newKey = "kJ8vQ2mZx7Lr4Tn9Wb3Yc6Hd1Fg5Ps0AqR";
        using var folder = new TextFolder();
        string token;
        await using (var before = await TestApi.StartAsync("DATA_DIR=" + folder.Path, "JWT_KEY=" + Key)) token = await before.Client.SignInAsync();

        await using var after = await TestApi.StartAsync("DATA_DIR=" + folder.Path, "JWT_KEY=" + newKey, "JWT_PREVIOUS_KEYS=" + Key);

        Assert.Equal(200, (await after.Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
        var fresh = await after.Client.SignInAsync();
        Assert.IsType<SessionVerification.Valid>(new SessionTokens(newKey, TimeProvider.System).Verify(fresh));
        Assert.IsType<SessionVerification.Invalid>(new SessionTokens(Key, TimeProvider.System).Verify(fresh));
    }

    private static string NodeToken(string uid, int secondsAgo = 0)
    {
        var issued = Now.ToUnixTimeSeconds() - secondsAgo;
        return TestTokens.Hs256(Key, $$"""{"email":"asha.rao@example.com","uid":"{{uid}}","iat":{{issued}},"exp":{{issued + 30 * Day}}}""");
    }

    private static string OurTokenWithoutASession(User account) => new SessionTokens(Key, TimeProvider.System).Issue(account.Uid, account.Email, account.Id);

    private static string Issue(User account, string sessionId, int daysAgo) =>
        new SessionTokens(Key, new ManualTimeProvider(Now.AddDays(-daysAgo))).Issue(account.Uid, account.Email, account.Id, sessionId);

    private static SessionClaims Read(string token) =>
        Assert.IsType<SessionVerification.Valid>(new SessionTokens(Key, TimeProvider.System).Verify(token)).Claims;

    private static string SessionOf(string token) => Read(token).SessionId!;

    private async Task<User> AccountAsync(string uid) => (await Users.FindAsync(uid, default))!;

    private async Task<string> UidAsync() => await UidOfAsync(await Client.SignInAsync());

    private async Task<string> UidOfAsync(string token) => (await PostAsync("/user/getUserData", new { }, token)).Text("uid");

    private Task<ApiAnswer> PostAsync(string route, object body, string token) => Client.PostAsync(route, body, token);

    private async Task ExpectAsync(int status, string token) => Assert.Equal(status, (await PostAsync("/user/getUserData", new { }, token)).HttpStatus);

    private async Task<(int, string?)> AnswerAsync(object body)
    {
        var answer = await Client.PostAsync("/auth/getJWTToken", body);
        return (answer.HttpStatus, answer.Code);
    }

    private async Task<string> SignInAsync(string? device = null, string? userAgent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/auth/getJWTToken")
        {
            Content = System.Net.Http.Json.JsonContent.Create(
                new { email = "asha.rao@example.com", idToken = "dev:asha.rao@example.com", loginMethod = "google", fcmToken = "fcm", device }),
        };
        if (userAgent is not null) request.Headers.TryAddWithoutValidation("User-Agent", userAgent);
        using var response = await Client.Http.SendAsync(request);
        return (await ApiAnswer.ReadAsync(response)).Text("token");
    }

    private sealed class CountingUses
    {
        public int Uses { get; private set; }

        public IUserStore Around(Core.Storage.Sqlite.SqliteDatabase database) =>
            new Store(new Core.Storage.Sqlite.SqliteUserStore(database, TimeProvider.System), this);

        private sealed class Store(IUserStore store, CountingUses counter) : ForwardingUserStore(store)
        {
            public override Task<bool> UseSessionAsync(
                string uid, string sessionId, DateTimeOffset usedOn, DateTimeOffset? expires, CancellationToken cancellation)
            {
                counter.Uses++;
                return base.UseSessionAsync(uid, sessionId, usedOn, expires, cancellation);
            }
        }
    }
}
