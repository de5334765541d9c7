using ChaturMail.ServiceDefaults;
using Microsoft.AspNetCore.HttpOverrides;

namespace ChaturMail.Api.Http;

/// <summary>
/// Whose word is taken for a client's address and scheme (<c>X-Forwarded-For</c>, <c>X-Forwarded-Proto</c>): the networks of
/// <c>Proxies:Trusted</c>, separated by commas, e.g. <c>10.0.0.0/8, 127.0.0.1/32</c>. Nobody's by default. From the last hop back, as far as each is trusted:
/// the first that is not is the client, and what stands before it is the client's own word.
/// </summary>
internal static class TrustedProxies
{
    public static void UseTrustedProxies(this WebApplication app)
    {
        var networks = Read(app.Configuration);
        if (networks.Count == 0) return;
        if (!app.Environment.IsDevelopment() && networks.Any(network => network.PrefixLength == 0))
            throw new StartupException("Proxies:Trusted holds the whole internet, with which every client could name any address as its own.");
        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            // Bounded by the networks: a balancer before an ingress is two hops.
            ForwardLimit = null,
        };
        // The framework trusts loopback unless told otherwise.
        options.KnownIPNetworks.Clear();
        options.KnownProxies.Clear();
        foreach (var network in networks) options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }

    /// <summary>The networks of the setting.</summary>
    /// <exception cref="StartupException">One is none.</exception>
    public static IReadOnlyList<System.Net.IPNetwork> Read(IConfiguration configuration) =>
        [.. (configuration["Proxies:Trusted"] ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(text =>
            System.Net.IPNetwork.TryParse(text, out var network)
                ? network : throw new StartupException($"Proxies:Trusted holds {text}, which is not a network such as 10.0.0.0/8."))];
}
