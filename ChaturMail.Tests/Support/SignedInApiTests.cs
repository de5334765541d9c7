namespace ChaturMail.Tests.Support;

/// <summary>
/// Tests of one Api, which all tests of a class share: to start one for each costs more than most of them do. Each has a user of its own,
/// signed in, and sees nothing of the others; a test that changes what all users see starts an Api of its own.
/// </summary>
public abstract class SignedInApiTests(SignedInApiTests.OneApi one) : IClassFixture<SignedInApiTests.OneApi>, IAsyncLifetime
{
    private protected TestApi Api => one.Api;

    /// <summary>The user's address.</summary>
    private protected string Email { get; private set; } = null!;

    private protected string Token { get; private set; } = null!;

    private protected ApiClient Client => Api.Client;

    public async ValueTask InitializeAsync()
    {
        Email = one.NextAddress();
        Token = await Client.SignInAsync(Email);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>The Api of a class.</summary>
    public sealed class OneApi : IAsyncLifetime
    {
        private int _users;

        internal TestApi Api { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Api = await TestApi.StartAsync();

        public ValueTask DisposeAsync() => Api.DisposeAsync();

        internal string NextAddress() => $"asha.rao.{Interlocked.Increment(ref _users)}@example.com";
    }
}
