using ChaturMail.Core.Identity;

namespace ChaturMail.Core.Accounts;

/// <summary>How long a sign-in may last. Section <c>Sessions</c>.</summary>
public sealed class SessionsOptions
{
    /// <summary>The longest life of a session, however often it is refreshed; then its user signs in again. 30 to 3650 days.</summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromDays(365);

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (MaxAge < SessionTokens.Lifetime || MaxAge > TimeSpan.FromDays(3650)) yield return "Sessions:MaxAge must be 30.00:00:00 to 3650.00:00:00.";
    }
}
