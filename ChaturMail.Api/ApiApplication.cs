using ChaturMail.Api.Admin;
using ChaturMail.Api.Ads;
using ChaturMail.Api.Auth;
using ChaturMail.Api.Emails;
using ChaturMail.Api.Http;
using ChaturMail.Api.Misc;
using ChaturMail.Api.Prompts;
using ChaturMail.Api.SecondFactor;
using ChaturMail.Api.Tutorials;
using ChaturMail.Api.Users;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Coins;
using ChaturMail.Core.Encryption;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Mail;
using ChaturMail.Core.Privacy;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Tutorials;
using ChaturMail.ServiceDefaults;
using ChaturMail.Worker;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.FileProviders;

namespace ChaturMail.Api;

/// <summary>Puts the Api together.</summary>
public static class ApiApplication
{
    /// <summary>Builds the application, ready to run.</summary>
    /// <param name="replace">Last changes to the services, for tests.</param>
    /// <exception cref="StartupException">It cannot run as it is configured.</exception>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? replace = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            // The settings and data files stand beside the program, wherever it is started from.
            Args = args,
            EnvironmentName = EnvironmentFile.Load(args),
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddServiceDefaults("ChaturMail.Api");
        builder.ConfigureServer();

        var workerInside = builder.Configuration.GetValue("Worker:InApi", true);
        builder.AddStoreAndQueue(workersElsewhere: !workerInside, requestsElsewhere: false);
        builder.AddGeneration(asksModels: workerInside);
        builder.AddIdentity();
        builder.AddMail();
        builder.AddRewards();
        if (workerInside) builder.AddGenerationWorker();
        builder.AddApi();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseMiddleware<SecurityHeaders>();
        app.UseTrustedProxies();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseStaticFiles(new StaticFileOptions
        {
            RequestPath = "/icons",
            FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "icons")),
            OnPrepareResponse = file => Publish(file.Context.Response.Headers),
        });
        app.UseRouting();
        app.UseCors();
        app.UseServerLimits();
        app.UseMiddleware<SessionMiddleware>();
        app.UseMiddleware<EncryptionMiddleware>();
        app.MapRoutes();
        if (app.Environment.IsDevelopment()) app.MapDocumentation();
        return app;
    }

    private static void MapRoutes(this WebApplication app)
    {
        var (open, signedIn, admin) = app.MapApi();
        open.MapAuth();
        open.MapPublicKey();
        signedIn.MapSessions();
        open.MapAccounts(signedIn);
        signedIn.MapUsers();
        signedIn.MapPrompts();
        signedIn.MapTutorials();
        signedIn.MapEmails();
        signedIn.MapMisc();
        app.MapAds();
        admin.MapAdmin();
        open.MapSecondFactor(signedIn);
        app.MapHealthChecks("/health");
        // Alive means that the process answers; whether its parts do is another question, and no reason to restart it.
        app.MapHealthChecks("/alive", new() { Predicate = _ => false });
    }

    private static void MapDocumentation(this WebApplication app)
    {
        app.MapOpenApi();
        app.UseSwaggerUI(ui =>
        {
            ui.RoutePrefix = "docs";
            ui.SwaggerEndpoint("/openapi/v1.json", "ChaturMail");
        });
    }

    private static void ConfigureServer(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrEmpty(builder.Configuration["URLS"]))
        {
            var port = builder.Configuration["PORT"] is { Length: > 0 } text ? text : "4545";
            if (!ushort.TryParse(port, out _)) throw new StartupException("PORT must be a number from 0 to 65535.");
            var address = builder.Configuration["BIND_ADDRESS"] is { Length: > 0 } bind ? bind : "*";
            builder.WebHost.UseUrls($"http://{address}:{port}");
        }

        builder.AddServerLimits();
    }

    private static void AddApi(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        var configuration = builder.Configuration;
        services.AddSingleton(configuration.ReadOptions<GenerationOptions>("Generation", o => o.Validate()));
        services.AddSingleton(configuration.ReadOptions<RateLimitOptions>("RateLimits", o => o.Validate()));
        services.AddSingleton<RequestLimits>();
        // Read now: a key that will not do is told at the start, not at the first sign-in.
        var key = SessionKeyText(builder);
        var previousKeys = SessionKey.ReadPrevious(configuration[SessionKey.PreviousName], strong: !builder.Environment.IsDevelopment(), out var problem);
        if (problem is not null) throw new StartupException(problem);
        services.AddSingleton(s => new SessionTokens(key, previousKeys, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new LocalIdTokens([key, .. previousKeys], s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(configuration.ReadOptions<SessionsOptions>("Sessions", o => o.Validate()));
        var encryption = configuration.ReadOptions<EncryptionOptions>("Encryption", o => o.Validate());
        if (encryption is { Required: true, PrivateKey.Length: 0 } && !builder.Environment.IsDevelopment())
            throw new StartupException("Encryption:Required needs Encryption:PrivateKey.");
        services.AddSingleton(encryption);
        services.AddSingleton(_ => KeysOf(builder, encryption));
        services.AddSingleton<UserCache>();
        services.AddSingleton<SessionUse>();
        services.AddSingleton<SessionEnd>();
        services.AddSingleton<RefreshToken>();
        services.AddSingleton<SignInFlow>();
        services.AddSingleton<DailyCoins>();
        services.AddErasure(configuration, key, previousKeys);
        builder.AddSecondFactor(key, previousKeys);
        services.AddSingleton<GenerationService>();
        services.AddSingleton<WaitingRequests>();
        services.AddSingleton<EmailRequestReader>();
        services.AddSingleton<EmailGeneration>();
        services.AddSingleton<EmailStreams>();
        services.AddSingleton<GetAllPrompts.Gallery>();
        services.AddSingleton<GetBannerImage.Banner>();
        services.AddSingleton(TutorialCatalog.Load(Path.Combine(AppContext.BaseDirectory, "tutorials")));
        services.AddSingleton<OfferedTutorials>();
        services.AddSingleton(configuration.ReadOptions<RevenueOptions>("Revenue", o => o.Validate()));
        services.AddSingleton<OperatorActions>();

        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        // Bad input becomes an exception, which ErrorMiddleware puts into the envelope, in every environment.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        var origins = WebOrigins(configuration["Cors:Origins"] ?? "*");
        // Credentials of the browser's own (cookies) are never allowed: a session is a token that the client's code sends.
        services.AddCors(options => options.AddDefaultPolicy(policy => policy
            .WithOrigins(origins).WithMethods("GET", "POST").AllowAnyHeader().SetPreflightMaxAge(TimeSpan.FromHours(1))));
        // Requests and answers are named after their use case: GenerateEmailRequest.
        services.AddOpenApi(openApi => openApi.CreateSchemaReferenceId = json =>
            OpenApiOptions.CreateDefaultSchemaReferenceId(json) is { } id ? json.Type.DeclaringType?.Name + id : null);
    }

    // A developer's key is made when somebody first asks for it: that takes a while.
    private static EncryptionKeys KeysOf(WebApplicationBuilder builder, EncryptionOptions options) =>
        options.PrivateKey.Length > 0 || !builder.Environment.IsDevelopment()
            ? new EncryptionKeys(options)
            : new EncryptionKeys(() => DevelopmentKey.ReadOrMakeRsa(builder.Configuration.DataFolder()));

    private static void AddErasure(
        this IServiceCollection services, ConfigurationManager configuration, string key, IReadOnlyList<string> previousKeys)
    {
        services.TryAddSingleton(configuration.ReadOptions<PrivacyOptions>("Privacy", o => o.Validate()));
        // Digests that were made with a key that has been changed since are found as long as that key is named.
        services.AddSingleton(s => new FormerAccounts(
            s.GetRequiredService<IFormerAccountStore>(), s.GetRequiredService<ISpendingStore>(), s.GetRequiredService<PrivacyOptions>(),
            s.GetRequiredService<TimeProvider>(), [key, .. previousKeys]));
        services.AddSingleton<AccountErasure>();
        services.AddHostedService<ErasureSweeper>();
    }

    private static string[] WebOrigins(string setting)
    {
        var origins = setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var origin in origins)
            if (origin != "*" && !(Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.GetLeftPart(UriPartial.Authority) == origin))
                throw new StartupException($"Cors:Origins holds {origin}, which is not an origin such as https://app.example, or * alone.");
        return origins.Length > 1 && origins.Contains("*") ? throw new StartupException("Cors:Origins holds * beside other origins, which it makes void.") : origins;
    }

    // Icons are for everybody's pages: the web client draws them from another origin.
    private static void Publish(IHeaderDictionary headers)
    {
        headers.CacheControl = "public, max-age=86400";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.AccessControlAllowOrigin = "*";
    }

    private static void AddSecondFactor(this WebApplicationBuilder builder, string key, IReadOnlyList<string> previousKeys)
    {
        var services = builder.Services;
        services.AddSingleton(new DerivedKeys(key, previousKeys));
        services.AddSingleton(builder.Configuration.ReadOptions<AdminOptions>("Admin", _ => AdminOptions.Validate()));
        var identity = builder.Configuration.ReadOptions<IdentityOptions>("Identity", o => o.Validate());
        if (identity.RequireVerifiedEmail && !services.Any(service => service.ServiceType == typeof(MailOutbox)))
            throw new StartupException("Identity:RequireVerifiedEmail needs a mail server to send codes by: set Mail:Host.");
        services.AddSingleton(identity);
        services.AddSingleton<FactorCodes>();
        services.AddSingleton<FactorNotices>();
        services.AddSingleton<SignInChallenges>();
    }

    private static string SessionKeyText(WebApplicationBuilder builder)
    {
        var key = builder.Configuration["JWT_KEY"];
        if (string.IsNullOrEmpty(key) && builder.Environment.IsDevelopment())
            return DevelopmentKey.ReadOrMake(builder.Configuration.DataFolder());

        if (!builder.Environment.IsDevelopment() && SessionKey.Check(key) is { } problem) throw new StartupException(problem);
        return key!;
    }
}
