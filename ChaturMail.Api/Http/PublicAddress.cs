using ChaturMail.ServiceDefaults;

namespace ChaturMail.Api.Http;

/// <summary>Where clients reach the server, for links that leave it: <c>PUBLIC_URL</c>, an http or https address that may have a path.</summary>
public sealed class PublicAddress
{
    // A link with it must fit into a QR code.
    private const int Longest = 200;

    /// <summary>Reads the setting.</summary>
    /// <exception cref="StartupException">It is no such address.</exception>
    public PublicAddress(IConfiguration configuration)
    {
        if (configuration["PUBLIC_URL"] is not { Length: > 0 } given) return;
        if (given.Length > Longest || !Uri.TryCreate(given, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https")
            || address.Query.Length > 0 || address.Fragment.Length > 0 || address.UserInfo.Length > 0)
            throw new StartupException($"PUBLIC_URL must be an http or https address of at most {Longest} characters, without a query or fragment.");
        Configured = given.TrimEnd('/');
    }

    /// <summary>The address without a slash at its end; null where it is not set.</summary>
    public string? Configured { get; }

    /// <summary>The address; where it is not set, the one by which this request reached the server, empty where it names no host.</summary>
    public string Of(HttpRequest request) => Configured ?? (request.Host.HasValue ? $"{request.Scheme}://{request.Host.Value}" : "");
}
