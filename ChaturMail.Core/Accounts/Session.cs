namespace ChaturMail.Core.Accounts;

/// <summary>A sign-in on a device, which lasts until it ends by time, by the user or with the account. Its token names it (<c>sid</c>).</summary>
/// <param name="Id">22 characters of base64url, 128 random bits.</param>
/// <param name="Device">What the user recognises the device by; at most 100 characters, may be empty.</param>
/// <param name="LoginMethod">How the user signed in, e.g. <c>google</c>.</param>
/// <param name="CreatedOn">When the user signed in.</param>
/// <param name="UsedOn">When the session was last used, to the hour.</param>
/// <param name="Expires">When it ends, unless it is refreshed before.</param>
/// <param name="HasSecondFactor">True when the user proved a second factor at this sign-in.</param>
public sealed record Session(
    string Id, string Device, string LoginMethod, DateTimeOffset CreatedOn, DateTimeOffset UsedOn, DateTimeOffset Expires, bool HasSecondFactor)
{
    /// <summary>The most sessions of a user; one more ends the one that was used least recently.</summary>
    public const int MostOfAUser = 50;

    /// <summary>True when the sign-in gave no place for push messages, as in a browser: those of another device are not its to end.</summary>
    public bool NoPush { get; init; }
}
