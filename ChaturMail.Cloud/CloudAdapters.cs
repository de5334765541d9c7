using ChaturMail.Cloud.Mongo;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using MongoDB.Driver;
using MongoDB.Driver.Core.Extensions.DiagnosticSources;

namespace ChaturMail.Cloud;

/// <summary>Where the adapters plug in whose packages not every feed carries. Only this project may name those packages.</summary>
public static class CloudAdapters
{
    // Where mongoose, and with it the old backend, looks when the address names no database.
    private const string DefaultDatabase = "test";

    // The driver would look for a server for half a minute: longer than a request should wait for the news that there is none.
    private static readonly TimeSpan ServerSelection = TimeSpan.FromSeconds(5);

    /// <summary>Adds the stores on MongoDB. False, and nothing added, when the address cannot be read.</summary>
    /// <param name="address">A connection string, <c>mongodb://</c> or <c>mongodb+srv://</c>.</param>
    public static bool TryAddMongoStore(IHostApplicationBuilder builder, string address)
    {
        MongoUrl url;
        try
        {
            url = MongoUrl.Create(address);
        }
        catch (MongoConfigurationException)
        {
            // Its message quotes the address, password and all.
            return false;
        }

        builder.AddMongoDBClient(
            "chaturmail",
            settings =>
            {
                settings.ConnectionString = address;
                settings.HealthCheckTimeout = 2000;
                // Its spans would go to a second pipeline of telemetry; ours takes them from the source itself.
                settings.DisableTracing = true;
            },
            client =>
            {
                if (!address.Contains("serverSelectionTimeout", StringComparison.OrdinalIgnoreCase)) client.ServerSelectionTimeout = ServerSelection;
                client.ApplicationName = "chaturmail";
                client.ClusterConfigurator = cluster => cluster.Subscribe(new DiagnosticsActivityEventSubscriber());
            });
        builder.Services.AddSingleton(s => new MongoCollections(s.GetRequiredService<IMongoClient>().GetDatabase(url.DatabaseName ?? DefaultDatabase)));
        builder.Services.AddHostedService<MongoIndexes>();
        builder.Services.AddSingleton(new StoreDescription($"MongoDB, database {url.DatabaseName ?? DefaultDatabase}", e => e is MongoException or TimeoutException));
        builder.Services.AddSingleton<MongoUserStore>();
        builder.Services.AddSingleton<IUserStore>(s => s.GetRequiredService<MongoUserStore>());
        builder.Services.AddSingleton<IEmailStore, MongoEmailStore>();
        builder.Services.AddSingleton<IJobStore, MongoJobStore>();
        builder.Services.AddSingleton<IFeedbackStore, MongoFeedbackStore>();
        builder.Services.AddSingleton<IOwnPromptStore, MongoOwnPromptStore>();
        builder.Services.AddSingleton<ISpendingStore, MongoSpendingStore>();
        builder.Services.AddSingleton<ICoinLedger, MongoCoinLedger>();
        builder.Services.AddSingleton<IAuditLog, MongoAuditLog>();
        builder.Services.AddSingleton<IPersonalDataStore, MongoPersonalDataStore>();
        builder.Services.AddSingleton<IErasureStore, MongoErasureStore>();
        builder.Services.AddSingleton<IFormerAccountStore, MongoFormerAccountStore>();
        builder.Services.AddSingleton<IContentStore, MongoContentStore>();
        builder.Services.AddSingleton<IUsageStore, MongoUsageStore>();
        builder.Services.AddSingleton<ISecondFactorStore, MongoSecondFactorStore>();
        builder.Services.AddSingleton<ILocalAccountStore, MongoLocalAccountStore>();
        builder.Services.AddSingleton<IDocumentStore, MongoDocumentStore>();
        builder.Services.AddSingleton<IOutbox, MongoOutbox>();
        builder.Services.AddSingleton<IMessageStore, MongoMessageStore>();
        return true;
    }
}
