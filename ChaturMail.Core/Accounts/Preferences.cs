using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Accounts;

/// <summary>What a user has chosen for themselves. Nothing is chosen at first.</summary>
/// <param name="Uid">Whose.</param>
/// <param name="Language">BCP 47 tag of the language that they like to read, or null.</param>
/// <param name="TimeZone">IANA name of the time zone that they live by, or null.</param>
/// <param name="AutoTranslate">True when messages are to be translated unasked; without a language it has no effect.</param>
/// <param name="ChangedOn">When it was chosen, Unix milliseconds; 0 for never.</param>
public sealed partial record Preferences(string Uid, string? Language, string? TimeZone, bool AutoTranslate, long ChangedOn)
{
    /// <summary>The longest name of a time zone.</summary>
    public const int LongestTimeZone = 64;

    /// <summary>How they are kept.</summary>
    public static readonly DocumentKind<Preferences> Kind = new("preferences", chosen => IdOf(chosen.Uid), chosen => chosen.ChangedOn, _ => []);

    /// <summary>The id of a document of which each user has one: a uid may be longer than an id.</summary>
    public static string IdOf(string uid) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uid)));

    /// <summary>Those of a user who has chosen nothing.</summary>
    public static Preferences None(string uid) => new(uid, null, null, false, 0);

    /// <summary>Whether this is the name of a time zone of the IANA database (https://www.iana.org/time-zones) that this server knows.</summary>
    public static bool IsTimeZone(string name) => name.Length <= LongestTimeZone && ZoneName().IsMatch(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out _);

    // "UTC", or an area and a place. The database's files hold other things as well, and their folder more than the database.
    [GeneratedRegex(@"^(UTC|[A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+){1,2})\z", RegexOptions.CultureInvariant)]
    private static partial Regex ZoneName();
}
