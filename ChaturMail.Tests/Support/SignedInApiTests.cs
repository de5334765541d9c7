namespace ChaturMail.Tests.Support;

/// <summary>Tests of an Api of their own, with a user signed in.</summary>
public abstract class SignedInApiTests : IAsyncLifetime
{
    private protected TestApi Api { get; private set; } = null!;

    private protected string Token { get; private set; } = null!;

    private protected ApiClient Client => Api.Client;

    public async ValueTask InitializeAsync()
    {
        Api = await TestApi.StartAsync();
        Token = await Client.SignInAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
