using Google.Apis.Auth.OAuth2;
using Google.Apis.Http;

namespace ChaturMail.Core.Firebase;

/// <summary>Turns the service account into what Google's credentials are made of.</summary>
public static class ServiceAccountToken
{
    private static readonly string[] Scopes =
        ["https://www.googleapis.com/auth/identitytoolkit", "https://www.googleapis.com/auth/firebase.messaging"];

    /// <summary>
    /// A credential for the accounts and the messages of the project, and for nothing else. It exchanges an assertion that it signs for
    /// an access token (RFC 7523 section 2.1), keeps that for its life, and is safe for concurrent use.
    /// </summary>
    /// <param name="http">Makes the clients that ask for tokens; Google's own when null.</param>
    public static ServiceAccountCredential Credential(ServiceAccountOptions account, HttpClientFactory? http = null)
    {
        ArgumentNullException.ThrowIfNull(account);
        return new ServiceAccountCredential(new ServiceAccountCredential.Initializer(account.ClientEmail, account.TokenUri)
        {
            ProjectId = account.ProjectId,
            KeyId = account.PrivateKeyId.Length > 0 ? account.PrivateKeyId : null,
            Key = account.ReadKey(),
            Scopes = Scopes,
            HttpClientFactory = http,
        });
    }

    /// <summary>Access tokens of the service account.</summary>
    public static Func<CancellationToken, Task<string>> Source(ServiceAccountOptions account)
    {
        var credential = Credential(account);
        return cancellation => credential.GetAccessTokenForRequestAsync(null, cancellation);
    }
}
