using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Parties;

/// <summary>A link by which people come into a party. The link holds a token; what is kept is its digest, so that nobody reads links out of the store.</summary>
/// <param name="Id">A <see cref="Storage.DocumentId"/>, by which it is revoked.</param>
/// <param name="Digest">SHA-256 of the token (<see cref="DigestOf"/>).</param>
/// <param name="Role">What those who come by it may do: member or admin.</param>
/// <param name="CreatedBy">Uid of who invites. The invite is good for as long as they could make it.</param>
/// <param name="CreatedOn">Unix milliseconds.</param>
/// <param name="ExpiresOn">Unix milliseconds.</param>
/// <param name="MostUses">How many people may come by it, 1 to <see cref="MostPeople"/>.</param>
/// <param name="Uses">How many have.</param>
public sealed record PartyInvite(
    string Id, string Digest, PartyRole Role, string CreatedBy, long CreatedOn, long ExpiresOn, int MostUses, int Uses = 0)
{
    /// <summary>The most people for whom an invite is.</summary>
    public const int MostPeople = 100;

    /// <summary>The shortest time for which one is good.</summary>
    public static readonly TimeSpan ShortestLife = TimeSpan.FromHours(1);

    /// <summary>The longest time for which one is good.</summary>
    public static readonly TimeSpan LongestLife = TimeSpan.FromDays(30);

    /// <summary>How long one is good where nobody says.</summary>
    public static readonly TimeSpan UsualLife = TimeSpan.FromDays(7);

    // 160 bits: not to be guessed, however many are tried (RFC 6749, section 10.10, asks for 128).
    private const int TokenBytes = 20;

    /// <summary>A new token, in base64url (RFC 4648, section 5): 27 characters.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TokenBytes));

    /// <summary>What is kept of a token, in base64url.</summary>
    public static string DigestOf(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
