using ChaturMail.Api.Auth;
using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Who is an operator is the store's word, given by a command and looked at with every request.</summary>
public sealed class AdminRoleTests : IAsyncLifetime
{
    private TestApi _api = null!;

    private ApiClient Client => _api.Client;

    private IUserStore Users => _api.App.Services.GetRequiredService<IUserStore>();

    public async ValueTask InitializeAsync() => _api = await TestApi.StartAsync();

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Fact]
    public async Task ARoleCountsFromTheNextRequestOnThoughAnotherProcessGaveIt()
    {
        var token = await Client.SignInAsync();
        Assert.Equal("not_admin", await TryAsync(token, secondFactor: false));

        Assert.Equal(0, (await RunAsync("grant", "asha.rao@example.com")).Code);
        Assert.Null(await TryAsync(token, secondFactor: false));

        Assert.Equal(0, (await RunAsync("revoke", "asha.rao@example.com")).Code);
        Assert.Equal("not_admin", await TryAsync(token, secondFactor: false));
    }

    [Fact]
    public async Task AnOperatorSignsInWithASecondFactorUnlessTheSettingsSayOtherwise()
    {
        var token = await Client.SignInAsync();
        var uid = (await Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");
        await Users.SetAdminAsync(uid, true, default);

        Assert.True(new AdminOptions().SecondFactor);
        Assert.Equal("second_factor_required", await TryAsync(token, secondFactor: true));
        Assert.Null(await TryAsync(token, secondFactor: false));

        var session = (await Users.FindAsync(uid, default))!.Sessions.Single();
        await Users.KeepSessionAsync(uid, session with { HasSecondFactor = true }, default);
        Assert.Null(await TryAsync(token, secondFactor: true));
    }

    [Fact]
    public async Task ATokenWithoutASessionProvesNoSecondFactor()
    {
        const string key = "an-hs256-key-of-the-old-backend-0123456789";
        await using var api = await TestApi.StartAsync("JWT_KEY=" + key);
        var uid = (await api.Client.PostAsync("/user/getUserData", new { }, await api.Client.SignInAsync())).Text("uid");
        await api.App.Services.GetRequiredService<IUserStore>().SetAdminAsync(uid, true, default);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        var token = TestTokens.Hs256(key, $$"""{"email":"a@example.com","uid":"{{uid}}","iat":{{now}},"exp":{{now + 1000}}}""");

        Assert.Equal("second_factor_required", await TryAsync(token, secondFactor: true, api));
    }

    [Fact]
    public async Task EachChangeOfARoleLeavesALineInTheAuditTrailWithoutAnAddress()
    {
        await Client.SignInAsync();
        await RunAsync("grant", "asha.rao@example.com");
        await RunAsync("grant", "asha.rao@example.com");
        await RunAsync("revoke", "asha.rao@example.com");

        var lines = await _api.App.Services.GetRequiredService<IAuditLog>().ListAsync(null, 10, null, default);

        Assert.Equal(["admin.revoke", "admin.grant"], lines.Select(line => line.Action));
        Assert.All(lines, line => Assert.Equal("system", line.Actor));
        Assert.All(lines, line => Assert.DoesNotContain("@", line.Target + line.Details, StringComparison.Ordinal));
    }

    [Fact]
    public async Task ACommandThatCannotBeCarriedOutEndsWith1AndOneThatMakesNoSenseWith2()
    {
        await Client.SignInAsync("asha.rao@example.com");
        var uid = (await Users.SearchAsync("asha.rao@example.com", 1, null, default))[0].Uid;
        await Users.SignInAsync(new SignIn(new("another", "Asha.Rao@example.com", "", "", 0, 0), "google", "f", 0), default);

        Assert.Equal(1, (await RunAsync("grant", "nobody@example.com")).Code);
        var ambiguous = await RunAsync("grant", "asha.rao@example.com");
        Assert.Equal(1, ambiguous.Code);
        Assert.Contains("name the one that you mean by its uid", ambiguous.Output, StringComparison.Ordinal);
        Assert.Empty(await Users.ListAdminsAsync(default));
        foreach (var nonsense in new string[][] { [], ["grant"], ["make", "a@example.com"], ["list", "all"] }) Assert.Equal(2, (await RunAsync(nonsense)).Code);

        Assert.Equal(0, (await RunAsync("grant", uid)).Code);
        Assert.Contains(uid, (await RunAsync("list")).Output, StringComparison.Ordinal);
        Assert.DoesNotContain("another", (await RunAsync("list")).Output, StringComparison.Ordinal);
    }

    // As another process does it: on the file, not through this process's store.
    private async Task<(int Code, string Output)> RunAsync(params string[] args)
    {
        using var database = new SqliteDatabase(Path.Combine(_api.DataFolder, "chaturmail.db"));
        var (users, output) = (new SqliteUserStore(database, TimeProvider.System), new StringWriter());
        var commands = new AdminCommands(users, new UserCache(users, TimeProvider.System), new SqliteAuditLog(database), TimeProvider.System, output);
        return (await commands.RunAsync(args, default), output.ToString());
    }

    // The code of the refusal on a route of operators, or null when the request gets through.
    private async Task<string?> TryAsync(string token, bool secondFactor, TestApi? other = null)
    {
        var services = (other ?? _api).App.Services;
        var isThrough = false;
        RequestDelegate next = _ =>
        {
            isThrough = true;
            return Task.CompletedTask;
        };
        var middleware = ActivatorUtilities.CreateInstance<SessionMiddleware>(services, next, new AdminOptions { SecondFactor = secondFactor });
        var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = body } };
        context.Request.Headers.Authorization = "Bearer " + token;
        context.SetEndpoint(new Endpoint(null, new EndpointMetadataCollection(new ApiRoute(), new SessionRequired(), new AdminRequired()), "a route of operators"));

        await middleware.InvokeAsync(context);

        await context.Response.BodyWriter.FlushAsync();
        Assert.Equal(isThrough ? 200 : 403, context.Response.StatusCode);
        return isThrough ? null : System.Text.Json.Nodes.JsonNode.Parse(body.ToArray())!["code"]!.GetValue<string>();
    }
}
