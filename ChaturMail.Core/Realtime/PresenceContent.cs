using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChaturMail.Core.Privacy;

namespace ChaturMail.Core.Realtime;

/// <summary>When a user was last connected: what is held of that, and its end.</summary>
public sealed class PresenceContent(IConnectionMap map) : IPersonalContent
{
    /// <inheritdoc/>
    public string Section => "presence";

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ExportAsync(string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var state = (await map.FindAsync([uid], cancellation))[uid];
        if (state.LastSeenOn is { } seen) yield return new JsonObject { ["online"] = state.Online, ["lastSeenOn"] = seen };
    }

    /// <inheritdoc/>
    public Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation) => map.EraseAsync(uid, before);
}
