namespace ChaturMail.Api.Auth;

/// <summary>
/// What a user recognises a device by in the list of their sessions: what the client says, else a short reading of its User-Agent, which
/// says little that is true and is read for no more than a browser's and a system's name.
/// </summary>
public static class DeviceName
{
    /// <summary>For a client that says nothing of itself.</summary>
    public const string Unknown = "Unknown device";

    private const int LongestProduct = 30;

    // The first that fits: Edge and Opera call themselves Chrome as well, Chrome calls itself Safari.
    private static readonly (string Mark, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("FxiOS/", "Firefox"),
        ("Firefox/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    // Android calls itself Linux as well, iOS "like Mac OS X".
    private static readonly (string Mark, string Name)[] Systems =
    [
        ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    ];

    /// <summary>At most 100 characters, never empty.</summary>
    /// <param name="given">What the client calls the device, checked; null when it does not say.</param>
    public static string Of(string? given, HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return given ?? Read(request.Headers.UserAgent.ToString());
    }

    /// <summary>Reads a User-Agent (RFC 9110, section 10.1.5): <c>Chrome on Android</c>, <c>Dart</c>.</summary>
    public static string Read(string userAgent)
    {
        ArgumentNullException.ThrowIfNull(userAgent);
        var browser = Find(Browsers, userAgent);
        if (browser is not null) return Find(Systems, userAgent) is { } system ? $"{browser} on {system}" : browser;

        var product = userAgent.AsSpan();
        if (product.IndexOfAny('/', ' ') is var end and >= 0) product = product[..end];
        if (product.Length is 0 or > LongestProduct || product.SequenceEqual("Mozilla")) return Unknown;
        foreach (var c in product)
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) return Unknown;
        return product.ToString();
    }

    private static string? Find((string Mark, string Name)[] marks, string text)
    {
        foreach (var (mark, name) in marks)
            if (text.Contains(mark, StringComparison.Ordinal)) return name;
        return null;
    }
}
