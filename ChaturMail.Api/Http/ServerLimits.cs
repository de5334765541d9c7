using System.Collections.Concurrent;
using System.Net;
using ChaturMail.ServiceDefaults;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ChaturMail.Api.Http;

/// <summary>Holds connections and requests to <see cref="ServerOptions"/>: nobody occupies the server by being slow, or many.</summary>
internal static class ServerLimits
{
    private const int HeadBytes = 32 * 1024;

    // Shorter would end connections that only a moment's congestion holds up.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static void AddServerLimits(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadOptions<ServerOptions>("Server", o => o.Validate());
        var trusted = TrustedProxies.Read(builder.Configuration);
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            var limits = server.Limits;
            limits.MaxConcurrentConnections = options.MaxConnections;
            limits.MaxConcurrentUpgradedConnections = options.MaxConnections;
            limits.RequestHeadersTimeout = options.HeadersTimeout;
            limits.KeepAliveTimeout = options.IdleTimeout;
            limits.MinRequestBodyDataRate = limits.MinResponseDataRate = new MinDataRate(options.LeastBytesPerSecond, Grace);
            limits.MaxRequestBodySize = Limits.BodyBytes;
            limits.MaxRequestHeadersTotalSize = HeadBytes;
            limits.MaxRequestHeaderCount = 64;
            // What is read ahead for one connection; the default, a megabyte, is four times the largest body.
            limits.MaxRequestBufferSize = 2 * HeadBytes;
            limits.Http2.MaxStreamsPerConnection = 50;
            limits.Http2.InitialConnectionWindowSize = limits.Http2.InitialStreamWindowSize = 64 * 1024;
            limits.Http2.KeepAlivePingDelay = TimeSpan.FromMinutes(1);
            if (options.MaxConnectionsPerAddress == 0) return;
            var open = new OpenConnections(options.MaxConnectionsPerAddress, trusted);
            server.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => open.RunAsync(next, connection)));
        });
        builder.Services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new RequestTimeoutPolicy
        {
            Timeout = options.RequestTimeout,
            TimeoutStatusCode = ApiError.RequestTimeout.Status,
            WriteTimeoutResponse = context => Reply.WriteErrorAsync(context, ApiError.RequestTimeout),
        });
    }

    /// <summary>Ends requests at their time. Stands behind routing, which knows their time, and within what answers for failures.</summary>
    public static void UseServerLimits(this WebApplication app)
    {
        app.UseRequestTimeouts();
        // The framework's time-out cancels what a handler waits for, but not its own reading of the body.
        app.Use(static async (context, next) =>
        {
            await using var registration = context.RequestAborted.UnsafeRegister(static state => ((HttpContext)state!).Request.BodyReader.CancelPendingRead(), context);
            await next(context);
        });
    }

    /// <summary>What a client is counted by: its address, of IPv6 the network of 64 bits, within which one subscriber takes any address.</summary>
    public static string KeyOf(IPAddress? address)
    {
        if (address is null) return "";
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4().ToString();
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetworkV6) return address.ToString();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out _);
        bytes[8..].Clear();
        return new IPAddress(bytes).ToString();
    }

    /// <summary>Counts the open connections of each address; one too many is closed before a byte of it is read.</summary>
    private sealed class OpenConnections(int most, IReadOnlyList<System.Net.IPNetwork> notCounted)
    {
        private readonly ConcurrentDictionary<string, int> _open = new();

        public async Task RunAsync(ConnectionDelegate next, ConnectionContext connection)
        {
            if (connection.RemoteEndPoint is not IPEndPoint { Address: var address } || notCounted.Any(network => Holds(network, address)))
            {
                await next(connection);
                return;
            }

            var key = KeyOf(address);
            var count = _open.AddOrUpdate(key, 1, (_, open) => open + 1);
            try
            {
                if (count <= most) await next(connection);
                else connection.Abort(new ConnectionAbortedException("Too many connections of one address."));
            }
            finally
            {
                // The entry of an address that has no connection any more goes, unless another one came just now.
                if (_open.AddOrUpdate(key, 0, (_, open) => open - 1) == 0) _open.TryRemove(KeyValuePair.Create(key, 0));
            }
        }

        private static bool Holds(System.Net.IPNetwork network, IPAddress address) =>
            network.Contains(address) || address.IsIPv4MappedToIPv6 && network.Contains(address.MapToIPv4());
    }
}
