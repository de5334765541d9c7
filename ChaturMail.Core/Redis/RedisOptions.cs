using System.Globalization;
using System.Net;

namespace ChaturMail.Core.Redis;

/// <summary>
/// Which Redis, and under which names. Host, port and password have the names that deployments in the field use: <c>REDIS_IP</c>,
/// <c>REDIS_PORT</c>, <c>REDIS_PASSWORD</c>; the rest is section <c>Redis</c>. A second server for what may be lost has the same names with
/// <c>REDIS_CACHE</c> in place of <c>REDIS</c>.
/// </summary>
public sealed class RedisOptions
{
    /// <summary>The port that Redis listens on when nobody says otherwise.</summary>
    public const int DefaultPort = 6379;

    /// <summary>Name or address of the server.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port, 1 to 65,535.</summary>
    public int Port { get; set; } = DefaultPort;

    /// <summary>Its password, or an empty string for none.</summary>
    public string Password { get; set; } = "";

    /// <summary>What every key and channel starts with, in braces, so that a cluster keeps all of them on one node. 1 to 64 characters.</summary>
    public string KeyPrefix { get; set; } = "chaturmail";

    /// <summary>What the keys of host, port and password begin with: <c>REDIS</c>, or <c>REDIS_CACHE</c> for a Redis of its own for what may be lost.</summary>
    public string Server { get; private init; } = "REDIS";

    /// <summary>Reads the options. <paramref name="setting"/> gives a configuration key's value, or null.</summary>
    public static RedisOptions Read(Func<string, string?> setting, string server = "REDIS")
    {
        var options = new RedisOptions { Server = server, Host = HostOf(server, setting), Password = setting($"{server}_PASSWORD") ?? "" };
        if (setting($"{server}_PORT") is { Length: > 0 } port)
            options.Port = int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
        if (setting("Redis:KeyPrefix") is { Length: > 0 } prefix) options.KeyPrefix = prefix;
        return options;
    }

    /// <summary>The host that is configured, or an empty string. <c>_HOST</c>, which Aspire gives a reference, is taken as well as <c>_IP</c>.</summary>
    public static string HostOf(string server, Func<string, string?> setting) =>
        setting($"{server}_IP") is { Length: > 0 } host ? host : setting($"{server}_HOST") ?? "";

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (Host.Length == 0)
            yield return $"{Server}_IP is missing: name the host of Redis, or set Queue:Adapter to embedded.";
        else if (!IPAddress.TryParse(Host, out _) && Uri.CheckHostName(Host) == UriHostNameType.Unknown)
            yield return $"{Server}_IP must be a host name or an IP address; the port is {Server}_PORT.";
        if (Port is < 1 or > 65535) yield return $"{Server}_PORT must be a number from 1 to 65535.";
        if (KeyPrefix.Length is < 1 or > 64 || !KeyPrefix.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':'))
            yield return "Redis:KeyPrefix must be 1 to 64 letters, digits, or characters of -_.:";
    }
}
