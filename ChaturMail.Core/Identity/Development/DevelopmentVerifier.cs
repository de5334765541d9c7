using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ChaturMail.Core.Identity.Development;

/// <summary>
/// Takes <c>dev:asha.rao@example.com</c> for proof of being that person, so that the product can be tried without a Firebase project.
/// The same address, in whatever case, is the same user for ever. Proves nothing: for development alone.
/// </summary>
public sealed partial class DevelopmentVerifier : IIdentityVerifier
{
    private const string Prefix = "dev:";
    private const int MaxEmailLength = 254;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);
    private static readonly char[] Separators = ['.', '_', '-'];

    private readonly TimeProvider _time;

    /// <summary>Tells times by <paramref name="time"/>.</summary>
    public DevelopmentVerifier(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
    }

    /// <inheritdoc/>
    public Task<VerificationResult> VerifyAsync(string idToken, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(idToken);
        var email = idToken.StartsWith(Prefix, StringComparison.Ordinal) ? idToken[Prefix.Length..] : "";
        if (email.Length > MaxEmailLength || !Address().IsMatch(email))
            return Task.FromResult<VerificationResult>(new VerificationResult.Rejected("The token is not dev: and an email address."));

        var digest = SHA256.HashData(Encoding.UTF8.GetBytes(email.ToLowerInvariant()));
        var uid = "dev-" + Convert.ToHexStringLower(digest)[..28];
        var now = _time.GetUtcNow();
        return Task.FromResult<VerificationResult>(new VerificationResult.Verified(new VerifiedIdentity(
            uid, email, DisplayName(email), "", now.ToUnixTimeSeconds(), (now + Lifetime).ToUnixTimeSeconds())
        { EmailVerified = true }));
    }

    private static string DisplayName(string email)
    {
        var mailbox = email[..email.IndexOf('@', StringComparison.Ordinal)].Split('+')[0];
        var words = mailbox.Split(Separators, StringSplitOptions.RemoveEmptyEntries);
        return string.Join(' ', words.Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
    }

    // "Valid e-mail address" of https://html.spec.whatwg.org/multipage/input.html, with the limit on the mailbox of RFC 5321.
    [GeneratedRegex("""
        \A[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}
        @[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?
        (?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\z
        """, RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Address();
}
