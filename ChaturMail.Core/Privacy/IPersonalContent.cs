using System.Text.Json.Nodes;

namespace ChaturMail.Core.Privacy;

/// <summary>
/// A part of the product that holds something of users beyond the tables of <see cref="PersonalData"/>: what it holds, for their archive, and its end.
/// </summary>
public interface IPersonalContent
{
    /// <summary>Name of its section in an archive.</summary>
    string Section { get; }

    /// <summary>Every item that is the user's, one after the other; nothing of other people's but what the user sees of them.</summary>
    IAsyncEnumerable<JsonObject> ExportAsync(string uid, CancellationToken cancellation);

    /// <summary>Erases what is the user's and older than a moment: a later account of the same person keeps what is its own. May be repeated.</summary>
    Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation);
}
