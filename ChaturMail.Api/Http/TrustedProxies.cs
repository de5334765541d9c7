using ChaturMail.ServiceDefaults;
using Microsoft.AspNetCore.HttpOverrides;

namespace ChaturMail.Api.Http;

/// <summary>
/// Whose word is taken for a client's address and scheme (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>): the networks of
/// <c>Proxies:Trusted</c>, separated by commas, e.g. <c>10.0.0.0/8, 127.0.0.1/32</c>. Nobody's by default.
/// </summary>
internal static class TrustedProxies
{
    public static void UseTrustedProxies(this WebApplication app)
    {
        var networks = app.Configuration["Proxies:Trusted"]?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (networks.Length == 0) return;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };
        // The framework trusts loopback unless told otherwise.
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var text in networks)
        {
            if (!System.Net.IPNetwork.TryParse(text, out var network))
                throw new StartupException($"Proxies:Trusted holds {text}, which is not a network such as 10.0.0.0/8.");
            options.KnownIPNetworks.Add(network);
        }

        app.UseForwardedHeaders(options);
    }
}
