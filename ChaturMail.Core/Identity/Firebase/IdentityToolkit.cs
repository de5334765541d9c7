using System.Globalization;
using System.Text.Json;
using ChaturMail.Core.Firebase;

namespace ChaturMail.Core.Identity.Firebase;

/// <summary>
/// The users of one Firebase project, over the Identity Toolkit's REST interface
/// (https://cloud.google.com/identity-platform/docs/reference/rest/v1/projects.accounts), which the Auth emulator speaks as well.
/// </summary>
public sealed class IdentityToolkit : IIdentityDirectory
{
    /// <summary>Google's own.</summary>
    public static readonly Uri DefaultAddress = new("https://identitytoolkit.googleapis.com/");

    private readonly GoogleApi _api;
    private readonly Uri _accounts;

    /// <summary>The users of <paramref name="projectId"/>.</summary>
    /// <param name="address">Another place than <see cref="DefaultAddress"/>, ending with a slash.</param>
    public IdentityToolkit(string projectId, GoogleApi api, Uri? address = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(projectId);
        ArgumentNullException.ThrowIfNull(api);
        _api = api;
        _accounts = new Uri(address ?? DefaultAddress, $"v1/projects/{Uri.EscapeDataString(projectId)}/accounts");
    }

    /// <summary>The Auth emulator's users of <paramref name="projectId"/>; its administrator's token is the word <c>owner</c>.</summary>
    /// <param name="host">Host and port of the emulator.</param>
    public static IdentityToolkit OfEmulator(string host, string projectId, HttpClient http, TimeProvider time) => new(
        projectId, new GoogleApi(http, _ => Task.FromResult("owner"), time), new Uri($"http://{host}/identitytoolkit.googleapis.com/"));

    /// <inheritdoc/>
    public async Task<DeletionResult> DeleteAsync(string uid, CancellationToken cancellation) =>
        await _api.PostAsync(Method("delete"), new { localId = uid }, cancellation) switch
        {
            GoogleAnswer.Success or GoogleAnswer.Refused { Code: "USER_NOT_FOUND" } => DeletionResult.Deleted.Instance,
            GoogleAnswer.Refused refused => new DeletionResult.Unavailable(refused.Reason),
            GoogleAnswer.None none => new DeletionResult.Unavailable(none.Reason),
            var other => throw new InvalidOperationException($"The service answered with {other.GetType().Name}."),
        };

    /// <summary>Looks whether a user may sign in, and since when their sign-ins count.</summary>
    public async Task<AccountLookup> LookUpAsync(string uid, CancellationToken cancellation) =>
        await _api.PostAsync(Method("lookup"), new { localId = new[] { uid } }, cancellation) switch
        {
            GoogleAnswer.Success { Body: var body } => Read(body, uid),
            GoogleAnswer.Refused { Code: "USER_NOT_FOUND" } => AccountLookup.Unknown.Instance,
            GoogleAnswer.Refused refused => new AccountLookup.Unavailable(refused.Reason),
            GoogleAnswer.None none => new AccountLookup.Unavailable(none.Reason),
            var other => throw new InvalidOperationException($"The service answered with {other.GetType().Name}."),
        };

    /// <summary>
    /// Has Firebase send the mail with which a user of address and password sets another password
    /// (https://cloud.google.com/identity-platform/docs/reference/rest/v1/projects.accounts/sendOobCode).
    /// </summary>
    public Task<FirebaseMail> SendPasswordResetAsync(string email, CancellationToken cancellation) =>
        SendAsync(new { requestType = "PASSWORD_RESET", email }, cancellation);

    /// <summary>Has Firebase send the mail with which a user proves their address.</summary>
    /// <param name="idToken">Firebase's token for the user.</param>
    public Task<FirebaseMail> SendVerificationAsync(string idToken, CancellationToken cancellation) =>
        SendAsync(new { requestType = "VERIFY_EMAIL", idToken }, cancellation);

    private async Task<FirebaseMail> SendAsync(object request, CancellationToken cancellation) =>
        await _api.PostAsync(Method("sendOobCode"), request, cancellation) switch
        {
            GoogleAnswer.Success => new FirebaseMail(true, null),
            // The user is at fault, or there is none: nobody is told which.
            GoogleAnswer.Refused { Status: 400 } => new FirebaseMail(false, null),
            GoogleAnswer.Refused refused => new FirebaseMail(false, refused.Reason),
            GoogleAnswer.None none => new FirebaseMail(false, none.Reason),
            var other => throw new InvalidOperationException($"The service answered with {other.GetType().Name}."),
        };

    // Not by the Uri constructor that takes a base: a method follows a colon, which would look like a scheme.
    private Uri Method(string name) => new($"{_accounts.AbsoluteUri}:{name}");

    private static AccountLookup Read(JsonElement body, string uid)
    {
        if (!body.TryGetProperty("users"u8, out var users)) return AccountLookup.Unknown.Instance;
        if (users.ValueKind != JsonValueKind.Array || users.GetArrayLength() != 1 || users[0] is not { ValueKind: JsonValueKind.Object } user
            || !StrictJson.TryReadText(user, "localId"u8, out var id) || id != uid)
        {
            return new AccountLookup.Unavailable("the answer is not about the user who was asked for");
        }

        var disabled = user.TryGetProperty("disabled"u8, out var flag) && flag.ValueKind != JsonValueKind.False;
        // An int64, which Google's JSON writes as a string; absent when nothing was ever revoked.
        if (!StrictJson.TryReadText(user, "validSince"u8, out var text)) return new AccountLookup.Unavailable("validSince is no text");
        long validSince = 0;
        if (text is not null && !long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out validSince))
            return new AccountLookup.Unavailable("validSince is no number");
        return new AccountLookup.Known(disabled, validSince);
    }
}

/// <summary>What came of asking Firebase for a mail.</summary>
/// <param name="Sent">True when it was sent; false where there is nobody to send it to.</param>
/// <param name="Unavailable">Why Firebase could not be asked, for the log; else null.</param>
public sealed record FirebaseMail(bool Sent, string? Unavailable);

/// <summary>What came of looking for a Firebase user.</summary>
public abstract record AccountLookup
{
    private AccountLookup() { }

    /// <summary>There is one.</summary>
    /// <param name="Disabled">True when an operator of the project has disabled them.</param>
    /// <param name="ValidSince">Sign-ins before this moment, in Unix seconds, were revoked.</param>
    public sealed record Known(bool Disabled, long ValidSince) : AccountLookup;

    /// <summary>There is none: they were deleted.</summary>
    public sealed record Unknown : AccountLookup
    {
        /// <summary>The only one that is needed.</summary>
        public static readonly Unknown Instance = new();
    }

    /// <summary>It is not known now.</summary>
    /// <param name="Reason">For the log, without the uid.</param>
    public sealed record Unavailable(string Reason) : AccountLookup;
}
