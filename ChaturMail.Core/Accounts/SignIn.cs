using ChaturMail.Core.Identity;

namespace ChaturMail.Core.Accounts;

/// <summary>One sign-in, to be recorded on the account.</summary>
/// <param name="Identity">Who signed in, as the identity provider vouches for it.</param>
/// <param name="LoginMethod">What the app calls the provider, e.g. <c>google</c>.</param>
/// <param name="FcmToken">Where push messages for the device go; empty for none: they go on to where they went before.</param>
/// <param name="StartingCoins">Coins of an account that this sign-in creates.</param>
public sealed record SignIn(VerifiedIdentity Identity, string LoginMethod, string FcmToken, int StartingCoins)
{
    /// <summary>The session that begins with it; null for none.</summary>
    public Session? Session { get; init; }
}
