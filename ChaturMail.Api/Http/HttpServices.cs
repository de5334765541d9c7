using ChaturMail.Api.Auth;
using ChaturMail.Core.Encryption;
using ChaturMail.ServiceDefaults;

namespace ChaturMail.Api.Http;

/// <summary>What every request passes: the server and its limits, the form of JSON, other origins, encrypted bodies.</summary>
internal static class HttpServices
{
    /// <summary>Adds them.</summary>
    /// <exception cref="StartupException">A setting cannot work.</exception>
    public static void AddHttp(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        SetAddress(builder);
        services.AddSingleton(new PublicAddress(builder.Configuration));
        builder.AddServerLimits();
        services.AddSingleton(builder.Configuration.ReadOptions<RateLimitOptions>("RateLimits", o => o.Validate()));
        services.AddSingleton<RequestLimits>();
        AddEncryption(builder);
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        // Bad input becomes an exception, which ErrorMiddleware puts into the envelope, in every environment.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        var origins = WebOrigins(builder.Configuration["Cors:Origins"] ?? "*");
        // Credentials of the browser's own (cookies) are never allowed: a session is a token that the client's code sends.
        services.AddCors(options => options.AddDefaultPolicy(policy => policy
            .WithOrigins(origins).WithMethods("GET", "POST").AllowAnyHeader().SetPreflightMaxAge(TimeSpan.FromHours(1))));
    }

    private static void SetAddress(WebApplicationBuilder builder)
    {
        if (!string.IsNullOrEmpty(builder.Configuration["URLS"])) return;
        var port = builder.Configuration["PORT"] is { Length: > 0 } text ? text : "4545";
        if (!ushort.TryParse(port, out _)) throw new StartupException("PORT must be a number from 0 to 65535.");
        var address = builder.Configuration["BIND_ADDRESS"] is { Length: > 0 } bind ? bind : "*";
        builder.WebHost.UseUrls($"http://{address}:{port}");
    }

    private static void AddEncryption(WebApplicationBuilder builder)
    {
        var options = builder.Configuration.ReadOptions<EncryptionOptions>("Encryption", o => o.Validate());
        if (options is { Required: true, PrivateKey.Length: 0 } && !builder.Environment.IsDevelopment())
            throw new StartupException("Encryption:Required needs Encryption:PrivateKey.");
        builder.Services.AddSingleton(options);
        // A developer's key is made when somebody first asks for it: that takes a while.
        builder.Services.AddSingleton(_ => options.PrivateKey.Length > 0 || !builder.Environment.IsDevelopment()
            ? new EncryptionKeys(options)
            : new EncryptionKeys(() => DevelopmentKey.ReadOrMakeRsa(builder.Configuration.DataFolder())));
    }

    private static string[] WebOrigins(string setting)
    {
        var origins = setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var origin in origins)
            if (origin != "*" && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.GetLeftPart(UriPartial.Authority) == origin))
                throw new StartupException($"Cors:Origins holds {origin}, which is not an origin such as https://app.example, or * alone.");
        return origins.Length > 1 && origins.Contains("*") ? throw new StartupException("Cors:Origins holds * beside other origins, which it makes void.") : origins;
    }
}
