using ChaturMail.Core.Attachments;
using ChaturMail.Core.Attachments.Folder;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Development;
using ChaturMail.Core.Identity.Local;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Push;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Core.Storage;
using ChaturMail.ServiceDefaults;

namespace ChaturMail.Api;

/// <summary>Tells at the start where the server listens and what it runs on, and, in Development, how to try it.</summary>
internal static class StartupMessage
{
    public static void Print(WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ChaturMail.Api");
        var models = app.Services.GetRequiredService<ModelCatalog>();
        var model = !app.Configuration.GetValue("Worker:InApi", true) ? "the workers'"
            : models.All.Count == 1 ? "the offline composer (set OPENAI_API_KEY for OpenAI)" : string.Join(", ", models.Route(PromptTier.Standard));
        var parts = app.Services.GetRequiredService<IGenerationQueue>() is EmbeddedQueue
            ? $"embedded parts (SQLite store and queue in {app.Configuration.DataFolder()})"
            : $"{app.Services.GetRequiredService<StoreDescription>().Name}, queue on Redis";
        var directory = app.Services.GetService<IIdentityDirectory>();
        var firebase = (directory is LocalDirectory local ? local.Other : directory) is null
            ? "revocation check, deletion of Firebase users and push messages are off (set PRIVATE_KEY and CLIENT_EMAIL of the service account)"
            : app.Services.GetService<IPushMessages>() is null && app.Configuration.GetValue("Worker:InApi", true)
                ? "push messages are off (set PRIVATE_KEY and CLIENT_EMAIL of the service account)" : "complete";
        if (!app.Environment.IsDevelopment())
        {
            logger.LogInformation("Firebase: {Firebase}", firebase);
            if (app.Services.GetRequiredService<IObjectStore>() is FolderObjectStore)
                logger.LogWarning("Attachments are in the data folder, which all instances must share: set Attachments__Bucket for an S3-compatible store");
            foreach (var url in app.Urls) logger.LogInformation("Listening on {Url}, on {Parts}, model: {Model}", url, parts, model);
            return;
        }

        var address = app.Urls.First().Replace("*", "localhost", StringComparison.Ordinal).Replace("[::]", "localhost", StringComparison.Ordinal)
            .Replace("0.0.0.0", "localhost", StringComparison.Ordinal);
        Console.WriteLine(
            $"""

            ChaturMail listens on {string.Join(", ", app.Urls)}
              parts  {parts}
              model  {model}
              firebase  {firebase}
              web    {address}
              docs   {address}/docs
            """);
        if (app.Services.GetRequiredService<IIdentityVerifier>() is DevelopmentVerifier or LocalVerifier { Other: DevelopmentVerifier }) Console.WriteLine(Example(address));
    }

    private static string Example(string address) =>
        """

        Sign in and write an email:

        TOKEN=$(curl -s ADDRESS/auth/getJWTToken -H 'Content-Type: application/json' -d '{"email":"asha.rao@example.com","idToken":"dev:asha.rao@example.com","loginMethod":"dev","fcmToken":"none"}' | sed 's/.*"token":"\([^"]*\)".*/\1/'); curl -s ADDRESS/email/generateEmail -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d '{"promptId":"1","subject":"Leave request for 12-16 October","keywords":"annual leave, handover to Priya, client demo finished before","toEmail":"maria.lopez@northwind.example"}'

        """.Replace("ADDRESS", address, StringComparison.Ordinal);
}
