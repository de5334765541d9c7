using System.Diagnostics;
using ChaturMail.Core.Scheduling;
using OpenTelemetry;

namespace ChaturMail.ServiceDefaults;

/// <summary>
/// Takes out of spans what the framework writes of a client into them: its address, its program's name, what stands behind the question
/// mark, and in a link to unsubscribe by the token. To be added before the exporter.
/// </summary>
internal sealed class PersonalTags : BaseProcessor<Activity>
{
    // https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
    private static readonly string[] Personal = ["user_agent.original", "client.address", "network.peer.address", "url.query"];
    private const string Path = "url.path";

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var tag in Personal)
            if (data.GetTagItem(tag) is not null) data.SetTag(tag, null);
        // The framework notes no route here, so that other paths stay.
        if (data.GetTagItem(Path) is string path && path.IndexOf(EmailDelivery.UnsubscribePath, StringComparison.OrdinalIgnoreCase) is >= 0 and var at)
            data.SetTag(Path, path[..at] + EmailDelivery.UnsubscribePath);
    }
}
