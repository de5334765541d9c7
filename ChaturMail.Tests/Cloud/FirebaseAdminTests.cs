using ChaturMail.Cloud.Firebase;
using ChaturMail.Core.Firebase;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Push;
using ChaturMail.Tests.Contracts;
using ChaturMail.Tests.Support;
using Google.Apis.Http;

namespace ChaturMail.Tests.Cloud;

public sealed class FirebaseAdminIdentityTests(FirebaseEmulator emulator) : FirebaseIdentityContract(emulator), IDisposable
{
    private readonly List<IDisposable> _opened = [];

    public void Dispose() => _opened.ForEach(opened => opened.Dispose());

    protected override (IIdentityVerifier Verifier, IIdentityDirectory Directory) Open(string host)
    {
        var identity = new FirebaseAdminIdentity(new FirebaseAdminApp(TestTokens.Project, null, host), TimeProvider.System);
        _opened.Add(identity);
        return (identity, identity);
    }
}

public sealed class FirebaseAdminMessagesTests : PushMessagesContract, IDisposable
{
    private readonly List<IDisposable> _opened = [];

    public void Dispose() => _opened.ForEach(opened => opened.Dispose());

    private protected override IPushMessages Open(FirebaseServer server, ServiceAccountOptions account, TimeSpan timeout)
    {
        var messages = new FirebaseAdminMessages(
            new FirebaseAdminApp(account.ProjectId, account, http: new RedirectedClients(server)), TimeProvider.System)
        {
            Timeout = timeout,
        };
        _opened.Add(messages);
        return messages;
    }

    // The SDK's addresses cannot be set, but its clients can.
    private sealed class RedirectedClients(FirebaseServer server) : HttpClientFactory
    {
        protected override HttpMessageHandler CreateHandler(CreateHttpClientArgs args) => server.Redirect();
    }
}
