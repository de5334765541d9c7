using System.Diagnostics;
using OpenTelemetry;

namespace ChaturMail.ServiceDefaults;

/// <summary>
/// Takes out of spans what the framework writes of a client into them: its address, its program's name, its path, which holds the token of a link to
/// unsubscribe by (the route stays), and what stands behind the question mark. To be added before the exporter.
/// </summary>
internal sealed class PersonalTags : BaseProcessor<Activity>
{
    // https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
    private static readonly string[] Personal = ["user_agent.original", "client.address", "network.peer.address", "url.query", "url.path"];

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        foreach (var tag in Personal)
            if (data.GetTagItem(tag) is not null) data.SetTag(tag, null);
    }
}
