using System.Text.Json.Nodes;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Firebase;
using ChaturMail.Core.Push;
using ChaturMail.Core.Push.Firebase;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>What the Api does at Firebase: it deletes users, and word of an email that nobody waits for goes to the user's device.</summary>
public sealed class FirebaseTests(FirebaseEmulator emulator)
{
    private const string Email = "Dear Maria,\n\nHello.\n\nAsha";

    [Fact]
    public async Task DeletingTheAccountDeletesTheFirebaseUser()
    {
        await using var firebase = await FirebaseServer.StartAsync(FirebaseAnswers.Done());
        await using var api = await StartAsync(firebase);
        var token = await api.Client.SignInAsync();
        var uid = (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");

        Assert.Equal(200, (await api.Client.PostAsync("/user/deleteUser", new { }, token)).HttpStatus);

        var request = Assert.Single(firebase.Requests);
        Assert.EndsWith("/accounts:delete", request.Path, StringComparison.Ordinal);
        Assert.Equal(uid, JsonNode.Parse(request.Body)!["localId"]!.GetValue<string>());
    }

    [Fact]
    public async Task DeletingTheAccountSucceedsWhenFirebaseIsAwayAndTheLogNamesNobody()
    {
        await using var firebase = await FirebaseServer.StartAsync(FirebaseAnswers.Error(503, "UNAVAILABLE"));
        await using var api = await StartAsync(firebase);
        var token = await api.Client.SignInAsync();
        var uid = (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");

        Assert.Equal(200, (await api.Client.PostAsync("/user/deleteUser", new { }, token)).HttpStatus);

        Assert.Equal(401, (await api.Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
        Assert.Contains(api.Log.Lines, line => line.Contains("A Firebase user was not deleted with the account: HTTP 503", StringComparison.Ordinal));
        Assert.DoesNotContain(api.Log.Lines, line => line.Contains(uid, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AFirebaseUserWhoCouldNotBeDeletedIsDeletedOnceFirebaseIsBackAndTheAuditTrailHasOneLine()
    {
        var away = FirebaseAnswers.Error(503, "UNAVAILABLE");
        await using var firebase = await FirebaseServer.StartAsync(away, away, away, FirebaseAnswers.Done());
        await using var api = await StartAsync(firebase, null, "Privacy:SweepEvery=00:00:01");
        var token = await api.Client.SignInAsync();
        var uid = (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        var erasures = api.App.Services.GetRequiredService<IErasureStore>();

        Assert.Equal(200, (await api.Client.PostAsync("/user/deleteUser", new { }, token)).HttpStatus);
        Assert.Single(await erasures.FindAsync(uid, default));

        await Eventually.TrueAsync(async () => await erasures.CountAsync(default) == 0);
        Assert.Equal(uid, JsonNode.Parse(firebase.Requests[^1].Body)!["localId"]!.GetValue<string>());
        var line = Assert.Single(await api.App.Services.GetRequiredService<IAuditLog>().ListAsync(null, 10, null, default));
        Assert.Equal(("user", "user.delete", "", ""), (line.Actor, line.Action, line.Target, line.Details));
    }

    [Fact]
    public async Task WhoeverSignsInAgainWhileFirebaseIsAwayKeepsTheirFirebaseUser()
    {
        await using var firebase = await FirebaseServer.StartAsync(FirebaseAnswers.Error(503, "UNAVAILABLE"));
        await using var api = await StartAsync(firebase, null, "Privacy:SweepEvery=00:00:02");
        var token = await api.Client.SignInAsync();
        Assert.Equal(200, (await api.Client.PostAsync("/user/deleteUser", new { }, token)).HttpStatus);
        token = await api.Client.SignInAsync();
        var asked = firebase.Requests.Count;

        await Eventually.TrueAsync(async () => await api.App.Services.GetRequiredService<IErasureStore>().CountAsync(default) == 0);

        Assert.Equal(asked, firebase.Requests.Count);
        Assert.Equal(200, (await api.Client.PostAsync("/user/getUserData", new { }, token)).HttpStatus);
    }

    [Fact]
    public async Task AnEmailThatComesAfterA202IsToldToTheDevice()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Text(Email)));
        await using var firebase = await FirebaseServer.StartAsync(FirebaseAnswers.Sent());
        await using var api = await StartAsync(firebase, model, "Generation:Wait=00:00:01");
        var token = await api.Client.SignInAsync();
        var pending = await api.Client.GenerateAsync(token);
        Assert.Equal((202, 0), (pending.HttpStatus, firebase.Requests.Count));

        release.SetResult();

        var message = JsonNode.Parse((await firebase.ArrivalAsync()).Body)!["message"]!;
        Assert.Equal(("fcm", pending.Text("id")), (message["token"]!.GetValue<string>(), message["data"]!["emailId"]!.GetValue<string>()));
        // It was saved before it was told.
        Assert.Single(await api.Client.HistoryAsync(token));
    }

    [Fact]
    public async Task AnEmailWhoseClientHungUpIsToldToTheDevice()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Text(Email)));
        await using var firebase = await FirebaseServer.StartAsync(FirebaseAnswers.Sent());
        await using var api = await StartAsync(firebase, model);
        var token = await api.Client.SignInAsync();
        using var hangUp = new CancellationTokenSource();
        var request = api.Client.GenerateAsync(token, hangUp.Token);
        await model.ArrivalAsync(TestContext.Current.CancellationToken);

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        var database = api.App.Services.GetRequiredService<SqliteDatabase>();
        await Eventually.TrueAsync(() => Task.FromResult(database.Read(db => db.Scalar("SELECT 1 FROM jobs WHERE notify = 1")) is not null));
        release.SetResult();

        await firebase.ArrivalAsync();
    }

    [Fact]
    public async Task AClientThatWaitsForItsEmailGetsNoMessage()
    {
        await using var model = await ScriptedModelServer.StartAsync(Answers.Text(Email));
        await using var firebase = await FirebaseServer.StartAsync(FirebaseAnswers.Sent());
        await using var api = await StartAsync(firebase, model);

        Assert.Equal(200, (await api.Client.GenerateAsync(await api.Client.SignInAsync())).HttpStatus);

        // The message would be sent before the entry is acknowledged.
        var queue = api.App.Services.GetRequiredService<Core.Queue.IGenerationQueue>();
        await Eventually.TrueAsync(async () => await queue.MeasureAsync(default) is { Waiting: 0, Held: 0 });
        Assert.Empty(firebase.Requests);
    }

    [Fact]
    public async Task ADeviceThatIsGoneIsForgotten()
    {
        var release = new TaskCompletionSource();
        await using var model = await ScriptedModelServer.StartAsync(Answers.After(release.Task, Answers.Text(Email)));
        await using var firebase = await FirebaseServer.StartAsync(FirebaseAnswers.Error(404, "NOT_FOUND", "UNREGISTERED"));
        await using var api = await StartAsync(firebase, model, "Generation:Wait=00:00:01");
        var token = await api.Client.SignInAsync();
        var uid = (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        Assert.Equal(202, (await api.Client.GenerateAsync(token)).HttpStatus);

        release.SetResult();

        var users = api.App.Services.GetRequiredService<IUserStore>();
        await Eventually.TrueAsync(async () => await users.FindPushTokenAsync(uid, default) is null);
    }

    [Fact]
    public async Task WithTheEmulatorAUserSignsInAndIsDeletedThereAndADisabledOneIsRefused()
    {
        var host = await emulator.HostAsync();
        await using var api = await TestApi.StartAsync("FIREBASE_AUTH_EMULATOR_HOST=" + host, "PROJECT_ID=" + TestTokens.Project);
        var (uid, email, idToken) = await emulator.SignUpAsync();
        var (disabled, _, disabledToken) = await emulator.SignUpAsync();
        await emulator.UpdateAsync(disabled, "disableUser", true);

        var signIn = await SignInAsync(idToken);
        var token = signIn.Text("token");
        Assert.Equal(email, (await api.Client.PostAsync("/user/getUserData", new { }, token)).Text("email"));
        Assert.Equal((200, "invalid_id_token"), ((await SignInAsync(disabledToken)).HttpStatus, (await SignInAsync(disabledToken)).Code));

        await api.Client.PostAsync("/user/deleteUser", new { }, token);
        Assert.False(await emulator.KnowsAsync(uid));
        Assert.Equal("invalid_id_token", (await SignInAsync(idToken)).Code);

        Task<ApiAnswer> SignInAsync(string idToken) =>
            api.Client.PostAsync("/auth/getJWTToken", new { email, idToken, loginMethod = "password", fcmToken = "f" });
    }

    [Fact]
    public async Task WithTheServiceAccountDeletionAndPushAreOnAndWithoutItOff()
    {
        await using var firebase = await FirebaseServer.StartAsync(FirebaseAnswers.Done());
        var account = firebase.Account;
        await using var with = await TestApi.StartAsync(
            "PROJECT_ID=" + account.ProjectId, "CLIENT_EMAIL=" + account.ClientEmail, "PRIVATE_KEY=" + account.PrivateKey, "TOKEN_URI=" + account.TokenUri);
        await using var without = await TestApi.StartAsync("PROJECT_ID=" + account.ProjectId);

        foreach (var port in new[] { typeof(IIdentityDirectory), typeof(IPushMessages) })
            Assert.Equal((true, false), (with.App.Services.GetService(port) is not null, without.App.Services.GetService(port) is not null));
        Assert.IsType<FirebaseTokenVerifier>(without.App.Services.GetRequiredService<IIdentityVerifier>());
        Assert.IsNotType<FirebaseTokenVerifier>(with.App.Services.GetRequiredService<IIdentityVerifier>());
    }

    [Fact]
    public async Task WithoutAServiceAccountTheStartSaysWhatIsOff()
    {
        using var folder = new TextFolder();
        var (process, client) = await ProductProcess.StartApiAsync(folder.Path);
        await using var _ = process;
        using var __ = client;
        await process.LineAsync(line => line.Contains("push messages are off (set PRIVATE_KEY", StringComparison.Ordinal));
    }

    private static Task<TestApi> StartAsync(FirebaseServer firebase, ScriptedModelServer? model = null, params string[] settings) => TestApi.StartAsync(
        services =>
        {
            services.AddSingleton<IPushMessages>(new FirebaseMessages(TestTokens.Project, firebase.Api()));
            services.AddSingleton<IIdentityDirectory>(new IdentityToolkit(TestTokens.Project, firebase.Api()));
        },
        model is null ? settings : ["OPENAI_API_KEY=sk-test", "OpenAI:BaseAddress=" + model.BaseAddress, "Models:Routes:Standard=openai", .. settings]);
}
