using System.Text.Json.Nodes;
using ChaturMail.Core.Privacy;

namespace ChaturMail.Core.Storage;

/// <summary>A user's records as they are, for the user; and the end of those that are kept for a while only.</summary>
public interface IPersonalDataStore
{
    /// <summary>
    /// Every record of a section that is a user's, one after the other, with the fields that <see cref="PersonalData"/> names; absent ones
    /// are null. Read in portions, so that any number of records takes little memory; what changes meanwhile may be old or new.
    /// </summary>
    IAsyncEnumerable<JsonObject> ReadAsync(PersonalSection section, string uid, CancellationToken cancellation);

    /// <summary>Removes records of a kind from before a moment, at most <paramref name="limit"/>, and gives their number.</summary>
    Task<int> DeleteOldAsync(StaleData what, DateTimeOffset before, int limit, CancellationToken cancellation);
}

/// <summary>Records that end by their age.</summary>
public enum StaleData
{
    /// <summary>Messages to the operators, by when they were written.</summary>
    Feedback,

    /// <summary>Sessions and tokens that were ended one by one, by when they expire.</summary>
    Sessions,

    /// <summary>One-time codes, by when they expire.</summary>
    Codes,

    /// <summary>Digests of deleted accounts, by when those were deleted.</summary>
    FormerAccounts,

    /// <summary>Registrations whose address nobody proved, by when they were made.</summary>
    Registrations,

    /// <summary>Counts of tries to sign in, by the last of them.</summary>
    SignInAttempts,

    /// <summary>When one-time codes were made.</summary>
    CodeIssues,

    /// <summary>Ids that may count once, by when they end.</summary>
    Claims,
}
