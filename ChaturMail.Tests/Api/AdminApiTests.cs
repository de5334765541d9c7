using ChaturMail.Core.Audit;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>An Api of its own with an operator and a user.</summary>
public abstract class AdminApiTests : IAsyncLifetime
{
    private protected TestApi Api { get; private set; } = null!;

    private protected ApiClient Client => Api.Client;

    /// <summary>The operator's session and uid.</summary>
    private protected string AdminToken { get; private set; } = null!;

    private protected string AdminUid { get; private set; } = null!;

    /// <summary>The user's session and uid.</summary>
    private protected string Token { get; private set; } = null!;

    private protected string Uid { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Api = await TestApi.StartAsync(
            Change, "Admin:SecondFactor=false", "Coins:Starting=1000", "Revenue:PerReward=5000", "Revenue:PerPurchasedCoin=20");
        AdminToken = await Client.SignInAsync("asha.rao@example.com");
        AdminUid = await Operators.MakeAsync(Api, AdminToken);
        Token = await Client.SignInAsync("priya.nair@example.com");
        Uid = await Operators.UidAsync(Client, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected virtual void Change(IServiceCollection services)
    {
    }

    private protected T Service<T>() where T : notnull => Api.App.Services.GetRequiredService<T>();

    private protected Task<ApiAnswer> PostAsync(string route, object body) => Client.PostAsync("/admin/" + route, body, AdminToken);

    private protected async Task<ApiAnswer> DoneAsync(string route, object body)
    {
        var answer = await PostAsync(route, body);
        Assert.True(answer.HttpStatus == 200, answer.Message);
        return answer;
    }

    private protected async Task RefusedAsync(int status, string code, string route, object body)
    {
        var answer = await PostAsync(route, body);
        Assert.Equal((status, code), (answer.HttpStatus, answer.Code));
    }

    /// <summary>The audit trail, oldest first.</summary>
    private protected async Task<IReadOnlyList<AuditEntry>> AuditAsync() => [.. (await Service<IAuditLog>().ListAsync(null, 100, null, default)).Reverse()];

    /// <summary>Actions and targets in the audit trail, oldest first.</summary>
    private protected async Task<string> ActionsAsync() => string.Join(' ', (await AuditAsync()).Select(line => $"{line.Action}:{line.Target}"));
}
