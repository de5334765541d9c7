namespace ChaturMail.Api.Web;

/// <summary>What web clients are told to sign in by. Section <c>Web</c>. Nothing of it is secret: every browser sees it.</summary>
public sealed class WebOptions
{
    private const int LongestKey = 128;
    private const int LongestClientId = 256;
    private const string ClientIdEnd = ".apps.googleusercontent.com";

    /// <summary>
    /// The web API key of the Firebase project (Firebase console, project settings), at most 128 letters, digits, hyphens and underscores;
    /// empty for no sign-in with Firebase from a browser. Not needed with the Auth emulator, which takes any.
    /// </summary>
    public string FirebaseApiKey { get; set; } = "";

    /// <summary>
    /// The OAuth client of type "web application" that Google sign-in goes by (<c>….apps.googleusercontent.com</c>), at most 256 characters;
    /// empty for no Google sign-in from a browser. It must belong to the Firebase project.
    /// </summary>
    public string GoogleClientId { get; set; } = "";

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (FirebaseApiKey.Length > LongestKey || !FirebaseApiKey.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            yield return $"Web:FirebaseApiKey must be the web API key of the Firebase project: at most {LongestKey} letters, digits, hyphens and underscores.";
        if (GoogleClientId.Length > 0 && (GoogleClientId.Length > LongestClientId || !GoogleClientId.EndsWith(ClientIdEnd, StringComparison.Ordinal)
            || !GoogleClientId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
            yield return $"Web:GoogleClientId must be an OAuth client of Google's, which ends with {ClientIdEnd}.";
    }
}
