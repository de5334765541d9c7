using ChaturMail.Api.Admin;
using ChaturMail.Api.Ads;
using ChaturMail.Api.Attachments;
using ChaturMail.Api.Auth;
using ChaturMail.Api.Conversations;
using ChaturMail.Api.Emails;
using ChaturMail.Api.Events;
using ChaturMail.Api.Http;
using ChaturMail.Api.Misc;
using ChaturMail.Api.Parties;
using ChaturMail.Api.Prompts;
using ChaturMail.Api.Realtime;
using ChaturMail.Api.Scheduling;
using ChaturMail.Api.SecondFactor;
using ChaturMail.Api.Topics;
using ChaturMail.Api.Translation;
using ChaturMail.Api.Tutorials;
using ChaturMail.Api.Users;
using ChaturMail.Api.Web;
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
            Args = [ServiceDefaultsExtensions.SettingsAreReadOnce, .. args],
            EnvironmentName = EnvironmentFile.Load(args),
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.AddServiceDefaults("ChaturMail.Api");
        builder.AddHttp();

        var workerInside = builder.Configuration.GetValue("Worker:InApi", true);
        builder.AddStoreAndQueue(workersElsewhere: !workerInside, requestsElsewhere: false);
        builder.AddGeneration(asksModels: workerInside);
        builder.AddIdentity();
        builder.AddMail();
        builder.AddRewards();
        if (workerInside) builder.AddGenerationWorker();
        builder.AddAuth();
        builder.AddSecondFactor();
        builder.AddUsers();
        builder.AddEmails();
        builder.AddPrompts();
        builder.AddTutorials();
        builder.AddMisc();
        builder.AddAdmin();
        builder.AddWorkspaces();
        builder.AddParties();
        builder.AddTopics();
        builder.AddConversations();
        builder.AddRealtime();
        builder.AddAttachments();
        builder.AddTranslation();
        builder.AddScheduling();
        builder.AddEvents();
        // Requests and answers are named after their use case: GenerateEmailRequest.
        builder.Services.AddOpenApi(openApi => openApi.CreateSchemaReferenceId = json =>
            OpenApiOptions.CreateDefaultSchemaReferenceId(json) is { } id ? json.Type.DeclaringType?.Name + id : null);
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
        app.UseMiddleware<WebApp>();
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
        open.MapSignInMethods();
        signedIn.MapSessions();
        open.MapAccounts(signedIn);
        signedIn.MapUsers();
        signedIn.MapPrompts();
        signedIn.MapTutorials();
        signedIn.MapEmails();
        signedIn.MapMisc();
        signedIn.MapParties();
        signedIn.MapTopics();
        signedIn.MapConversations();
        signedIn.MapRealtime();
        app.MapLive();
        signedIn.MapAttachments();
        signedIn.MapTranslation();
        signedIn.MapScheduling();
        signedIn.MapEvents();
        app.MapAds();
        app.MapFiles();
        app.MapMailReturns();
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

    // Icons are for everybody's pages: the web client draws them from another origin.
    private static void Publish(IHeaderDictionary headers)
    {
        headers.CacheControl = "public, max-age=86400";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers.AccessControlAllowOrigin = "*";
    }
}
