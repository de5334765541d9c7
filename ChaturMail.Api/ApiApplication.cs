using ChaturMail.Api.Auth;
using ChaturMail.Api.Emails;
using ChaturMail.Api.Http;
using ChaturMail.Api.Misc;
using ChaturMail.Api.Prompts;
using ChaturMail.Api.Tutorials;
using ChaturMail.Api.Users;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Tutorials;
using ChaturMail.ServiceDefaults;
using ChaturMail.Worker;
using Microsoft.AspNetCore.OpenApi;
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
        if (workerInside) builder.AddGenerationWorker();
        builder.AddApi();
        replace?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseTrustedProxies();
        app.UseMiddleware<ErrorMiddleware>();
        app.UseStaticFiles(new StaticFileOptions
        {
            RequestPath = "/icons",
            FileProvider = new PhysicalFileProvider(Path.Combine(AppContext.BaseDirectory, "icons")),
            OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "public, max-age=86400",
        });
        app.UseRouting();
        app.UseCors();
        app.UseMiddleware<SessionMiddleware>();
        app.MapRoutes();
        if (app.Environment.IsDevelopment()) app.MapDocumentation();
        return app;
    }

    private static void MapRoutes(this WebApplication app)
    {
        var (open, signedIn, _) = app.MapApi();
        open.MapAuth();
        open.MapAccounts(signedIn);
        signedIn.MapUsers();
        signedIn.MapPrompts();
        signedIn.MapTutorials();
        signedIn.MapEmails();
        signedIn.MapMisc();
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

        builder.WebHost.ConfigureKestrel(server =>
        {
            server.AddServerHeader = false;
            server.Limits.MaxRequestBodySize = Limits.BodyBytes;
        });
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
        services.AddSingleton(s => new SessionTokens(key, s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new LocalIdTokens([key], s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<UserCache>();
        services.AddSingleton<SignInFlow>();
        services.AddSingleton<GenerationService>();
        services.AddSingleton<WaitingRequests>();
        services.AddSingleton<EmailRequestReader>();
        services.AddSingleton<EmailGeneration>();
        services.AddSingleton<EmailStreams>();
        services.AddSingleton<GetAllPrompts.Gallery>();
        services.AddSingleton<GetBannerImage.Banner>();
        services.AddSingleton(TutorialCatalog.Load(Path.Combine(AppContext.BaseDirectory, "tutorials")));

        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        // Bad input becomes an exception, which ErrorMiddleware puts into the envelope, in every environment.
        services.Configure<RouteHandlerOptions>(options => options.ThrowOnBadRequest = true);
        var origins = (configuration["Cors:Origins"] ?? "*").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        services.AddCors(options => options.AddDefaultPolicy(policy => policy
            .WithOrigins(origins).WithMethods("GET", "POST").AllowAnyHeader().SetPreflightMaxAge(TimeSpan.FromHours(1))));
        // Requests and answers are named after their use case: GenerateEmailRequest.
        services.AddOpenApi(openApi => openApi.CreateSchemaReferenceId = json =>
            OpenApiOptions.CreateDefaultSchemaReferenceId(json) is { } id ? json.Type.DeclaringType?.Name + id : null);
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
