using System.Security.Cryptography;
using System.Text;

namespace ChaturMail.Core.Identity.Local;

/// <summary>
/// What an address's tries to sign in have come to. The first five without success cost nothing; from the fifth on each is followed by a
/// wait of 1, 2, 4, 8 minutes and then 15 (OWASP ASVS 5, 6.3.1). A try is counted before its password is looked at, so that many at once
/// are no way around it.
/// </summary>
/// <param name="Count">Tries since the last success.</param>
/// <param name="LastOn">When the last of them was.</param>
/// <param name="LockedUntil">Until when no other is taken.</param>
public sealed record SignInAttempts(int Count, DateTimeOffset LastOn, DateTimeOffset LockedUntil)
{
    /// <summary>With so many tries the waits begin.</summary>
    public const int Free = 5;

    /// <summary>The longest wait.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(15);

    /// <summary>After so long without a try all is forgotten.</summary>
    public static readonly TimeSpan ForgottenAfter = TimeSpan.FromDays(1);

    /// <summary>The most addresses that are kept; beyond it the ones that were tried longest ago are forgotten.</summary>
    public const int MostKept = 100_000;

    /// <summary>Takes a try. Where there is a time to wait it was none, and nothing changes.</summary>
    public static (TimeSpan Wait, SignInAttempts After) Take(SignInAttempts? before, DateTimeOffset now)
    {
        if (before is not null && now < before.LockedUntil) return (before.LockedUntil - now, before);
        var count = before is null || now - before.LastOn >= ForgottenAfter ? 1 : before.Count + 1;
        var wait = count < Free ? TimeSpan.Zero : TimeSpan.FromMinutes(Math.Pow(2, Math.Min(count - Free, 10)));
        return (TimeSpan.Zero, new SignInAttempts(count, now, now + (wait < LongestWait ? wait : LongestWait)));
    }

    /// <summary>The name under which an address's tries and codes are kept: it says nothing to who does not know the address.</summary>
    public static string KeyOf(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("sign-in:" + email)));
}
