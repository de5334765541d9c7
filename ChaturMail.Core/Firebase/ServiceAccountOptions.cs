using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Firebase;

/// <summary>
/// The Firebase service account, from the environment, a variable for each field of its JSON file that is needed
/// (https://firebase.google.com/docs/admin/setup#initialize_the_sdk_in_non-google_environments). The others of that file
/// (<c>CLIENT_ID</c>, <c>AUTH_URI</c>, <c>AUTH_PROVIDER_X509_CERT_URL</c>, <c>CLIENT_X509_CERT_URL</c>) may be set and are not read:
/// nothing here depends on them.
/// </summary>
public sealed class ServiceAccountOptions
{
    private const string DefaultTokenUri = "https://oauth2.googleapis.com/token";

    /// <summary><c>TYPE</c>: <c>service_account</c>, or empty.</summary>
    public string Type { get; init; } = "";

    /// <summary><c>PROJECT_ID</c>: the Firebase project.</summary>
    public string ProjectId { get; init; } = "";

    /// <summary><c>PRIVATE_KEY_ID</c>: tells Google which of the account's keys signs, or empty.</summary>
    public string PrivateKeyId { get; init; } = "";

    /// <summary><c>PRIVATE_KEY</c>: the base64 form of the private key in PEM. Secret.</summary>
    public string PrivateKey { get; init; } = "";

    /// <summary><c>CLIENT_EMAIL</c>: the account's name.</summary>
    public string ClientEmail { get; init; } = "";

    /// <summary><c>TOKEN_URI</c>: where a signed assertion is exchanged for an access token (RFC 7523); Google's when it is not set.</summary>
    public string TokenUri { get; init; } = DefaultTokenUri;

    /// <summary>Reads the variables; null when there is neither a key nor a name, and so no service account.</summary>
    /// <param name="setting">Gives the value of a variable, or null.</param>
    public static ServiceAccountOptions? Read(Func<string, string?> setting)
    {
        ArgumentNullException.ThrowIfNull(setting);
        string Of(string name) => setting(name)?.Trim() ?? "";
        var options = new ServiceAccountOptions
        {
            Type = Of("TYPE"),
            ProjectId = Of("PROJECT_ID"),
            PrivateKeyId = Of("PRIVATE_KEY_ID"),
            PrivateKey = Of("PRIVATE_KEY"),
            ClientEmail = Of("CLIENT_EMAIL"),
            TokenUri = Of("TOKEN_URI") is { Length: > 0 } address ? address : DefaultTokenUri,
        };
        return options.PrivateKey.Length == 0 && options.ClientEmail.Length == 0 ? null : options;
    }

    /// <summary>What is wrong with these settings: a sentence each, with the variable's name and without its value.</summary>
    public IEnumerable<string> Validate()
    {
        if (Type is not ("" or "service_account")) yield return "TYPE must be service_account: the Firebase credentials are of another kind.";
        if (ProjectId.Length == 0) yield return "PROJECT_ID is missing: name the Firebase project of the service account.";
        if (ClientEmail.Length == 0) yield return "CLIENT_EMAIL is missing: the service account's name (client_email), which belongs to PRIVATE_KEY.";
        if (TryReadKey() is { } key) key.Dispose();
        else yield return "PRIVATE_KEY must be the base64 form of the service account's private key in PEM (private_key), an RSA key.";
        if (!Uri.TryCreate(TokenUri, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttps && !address.IsLoopback))
            yield return "TOKEN_URI must be an https address.";
    }

    /// <summary>The private key. The caller disposes it.</summary>
    /// <exception cref="InvalidOperationException">It cannot be read, as <see cref="Validate"/> says.</exception>
    public RSA ReadKey() => TryReadKey() ?? throw new InvalidOperationException("PRIVATE_KEY cannot be read.");

    private RSA? TryReadKey()
    {
        var key = RSA.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(Convert.FromBase64String(PrivateKey)));
            // Proves that the private half is there: a public key is PEM as well.
            key.SignData([], HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return key;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }
}
