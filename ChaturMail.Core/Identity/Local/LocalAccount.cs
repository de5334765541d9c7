using System.Buffers.Text;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Identity.Local;

/// <summary>Somebody who signs in with an address and a password that are kept here.</summary>
/// <param name="Uid"><see cref="UidPrefix"/> and 22 random characters.</param>
/// <param name="Email">As <see cref="TryNormalize"/> gives it; no two accounts have the same.</param>
/// <param name="Name">Display name, may be empty.</param>
/// <param name="PasswordHash">As <see cref="PasswordHashing"/> makes it.</param>
/// <param name="CreatedOn">When it was registered.</param>
/// <param name="VerifiedOn">When its owner last proved that it is theirs and set the password; null until then, and until then nobody may sign in.</param>
public sealed record LocalAccount(
    string Uid, string Email, string Name, string PasswordHash, DateTimeOffset CreatedOn, DateTimeOffset? VerifiedOn)
{
    /// <summary>What the uids of these accounts begin with. Firebase's are letters and digits alone.</summary>
    public const string UidPrefix = "local-";

    /// <summary>How long a registration is kept whose address nobody proves.</summary>
    public static readonly TimeSpan UnverifiedLifetime = TimeSpan.FromDays(1);

    private const int LongestAddress = 254;

    /// <summary>True for the uid of such an account.</summary>
    public static bool IsLocal(string uid) => uid.StartsWith(UidPrefix, StringComparison.Ordinal);

    /// <summary>A uid that nobody has.</summary>
    public static string NewUid() => UidPrefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>
    /// The one form of an address: in lower case. False for what is no address of ASCII characters: mail servers that take others
    /// (RFC 6531) are too few to prove one.
    /// </summary>
    public static bool TryNormalize(string text, out string email)
    {
        email = text.ToLowerInvariant();
        return text.Length <= LongestAddress && Ascii.IsValid(text) && !text.Any(c => c <= ' ' || c is '"' or '(' or ')' or ',' or ':' or ';' or '<' or '>' or '[' or ']' or '\\' or '\x7f')
            && MailAddress.TryCreate(email, out var address) && address.Address == email && Uri.CheckHostName(address.Host) == UriHostNameType.Dns;
    }
}
