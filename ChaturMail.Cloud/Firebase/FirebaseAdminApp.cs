using ChaturMail.Core.Firebase;
using FirebaseAdmin;
using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;

namespace ChaturMail.Cloud.Firebase;

/// <summary>The SDK's entry for one project. Disposing it ends what it holds.</summary>
public sealed class FirebaseAdminApp : IDisposable
{
    private const string EmulatorVariable = "FIREBASE_AUTH_EMULATOR_HOST";

    /// <summary>Opens the SDK. No request is made yet.</summary>
    /// <param name="account">Null for the emulator, which asks for none.</param>
    /// <param name="emulatorHost">Host and port of the Auth emulator, or null for Google.</param>
    /// <param name="http">Makes the clients of the SDK; its own when null.</param>
    public FirebaseAdminApp(string projectId, ServiceAccountOptions? account, string? emulatorHost = null, HttpClientFactory? http = null)
    {
        // The SDK learns of the emulator from the environment alone, whenever it feels like looking.
        if (emulatorHost is not null) Environment.SetEnvironmentVariable(EmulatorVariable, emulatorHost);
        App = FirebaseApp.Create(
            new AppOptions
            {
                ProjectId = projectId,
                Credential = account is null
                    ? GoogleCredential.FromAccessToken("owner")
                    : GoogleCredential.FromServiceAccountCredential(ServiceAccountToken.Credential(account, http)),
                HttpClientFactory = http ?? new HttpClientFactory(),
            },
            // The SDK keeps its apps in a list of the process, by name.
            Guid.NewGuid().ToString());
    }

    internal FirebaseApp App { get; }

    /// <inheritdoc/>
    public void Dispose() => App.Delete();
}
