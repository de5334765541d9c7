using ChaturMail.Core.Identity;

namespace ChaturMail.Api.Web;

/// <summary>How people sign in from a browser. Fixed for the life of the process.</summary>
public sealed class SignInMethods
{
    private const string Google = "https://identitytoolkit.googleapis.com";

    // The emulator asks for a key and takes any.
    private const string EmulatorKey = "emulator";

    /// <summary>Reads them from the settings.</summary>
    public SignInMethods(IdentityProviders providers, WebOptions options)
    {
        (Development, Password) = (providers.Development, providers.Passwords);
        var key = options.FirebaseApiKey.Length == 0 && providers.FirebaseEmulator is not null ? EmulatorKey : options.FirebaseApiKey;
        if (providers.FirebaseProject is not { } project || key.Length == 0) return;
        // Where the emulator has Google's addresses: https://firebase.google.com/docs/reference/rest/auth#section-auth-emulator
        var address = providers.FirebaseEmulator is { } emulator ? $"http://{emulator}/identitytoolkit.googleapis.com" : Google;
        FirebaseAddress = new Uri(address);
        Firebase = new FirebaseSignIn(key, project, options.GoogleClientId is { Length: > 0 } client ? client : null, address);
    }

    /// <summary>True when <c>dev:</c> and any address is an ID token.</summary>
    public bool Development { get; }

    /// <summary>True when the server keeps accounts with passwords.</summary>
    public bool Password { get; }

    /// <summary>What a browser needs to sign in with Firebase; null where that is not set up.</summary>
    public FirebaseSignIn? Firebase { get; }

    /// <summary>Where a browser signs in with Firebase, or null: the one other origin that it has to be allowed to talk to.</summary>
    public Uri? FirebaseAddress { get; }
}

/// <summary>What a browser needs to sign in with Firebase's REST interface.</summary>
/// <param name="ApiKey">The project's public key.</param>
/// <param name="ProjectId">The project.</param>
/// <param name="GoogleClientId">The OAuth client of Google sign-in; null where that is not offered.</param>
/// <param name="AuthAddress">What <c>/v1/accounts:…</c> is appended to; without a slash at its end.</param>
public sealed record FirebaseSignIn(string ApiKey, string ProjectId, string? GoogleClientId, string AuthAddress);
