using ChaturMail.Core.Conversations;
using ChaturMail.Core.Events;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Queue.Embedded;
using ChaturMail.Core.Redis;
using ChaturMail.Core.Spending;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ChaturMail.ServiceDefaults;

/// <summary>
/// Chooses the adapter of each port from the configuration. Adapters whose packages not every feed carries are added by
/// <c>Adapters.Cloud.cs</c>, which only the cloud build compiles.
/// </summary>
public static partial class Adapters
{
    /// <summary>Adds store, queue, outcome channel and limits: what Api and Worker share.</summary>
    /// <param name="workersElsewhere">True when jobs are run by other processes, so that this one must look out for their end.</param>
    /// <param name="requestsElsewhere">True when jobs are accepted by other processes, so that this one must look out for them.</param>
    /// <exception cref="StartupException">The configuration names something that this build lacks.</exception>
    public static void AddStoreAndQueue(this IHostApplicationBuilder builder, bool workersElsewhere, bool requestsElsewhere)
    {
        var queueOptions = builder.Configuration.ReadOptions<QueueOptions>("Queue", o => o.Validate());
        builder.Services.AddSingleton(queueOptions);
        AddStore(builder);

        var queue = Choose(builder.Configuration, "Queue:Adapter", RedisOptions.HostOf("REDIS", key => builder.Configuration[key]), "redis", "embedded");
        switch (queue)
        {
            case "redis": AddRedisQueue(builder, queueOptions); break;
            case "embedded" when !builder.Services.Any(service => service.ServiceType == typeof(SqliteDatabase)):
                throw new StartupException("The embedded queue needs the embedded store: set REDIS_IP to the host of a Redis.");
            case "embedded": AddEmbeddedQueue(builder, queueOptions, workersElsewhere, requestsElsewhere); break;
            default: throw new StartupException($"Queue:Adapter is {queue}, which this version does not have. Set it to embedded or redis.");
        }

        AddSharedState(builder, queue == "redis");
    }

    private static void AddEmbeddedQueue(IHostApplicationBuilder builder, QueueOptions queueOptions, bool workersElsewhere, bool requestsElsewhere)
    {
        builder.Services.AddSingleton<IGenerationQueue>(s => new EmbeddedQueue(
            s.GetRequiredService<SqliteDatabase>(), s.GetRequiredService<TimeProvider>(), queueOptions.Lease,
            TimeSpan.FromMilliseconds(requestsElsewhere ? 25 : 500)));
        AddOutcomeChannel(builder, s => new EmbeddedOutcomeChannel(
            s.GetRequiredService<IJobStore>(), s.GetRequiredService<TimeProvider>(),
            workersElsewhere ? TimeSpan.FromMilliseconds(20) : TimeSpan.FromSeconds(1), s.GetRequiredService<ILogger<EmbeddedOutcomeChannel>>()));
    }

    private static void AddOutcomeChannel<T>(IHostApplicationBuilder builder, Func<IServiceProvider, T> make) where T : OutcomeChannel
    {
        builder.Services.AddSingleton(make);
        builder.Services.AddSingleton<IOutcomeChannel>(s => s.GetRequiredService<T>());
        builder.Services.AddHostedService(s => s.GetRequiredService<T>());
    }

    private static void AddStore(IHostApplicationBuilder builder)
    {
        var address = MongoAddress(builder.Configuration);
        var store = Choose(builder.Configuration, "Storage:Adapter", address, "mongo", "sqlite");
        if (store == "mongo")
        {
            if (string.IsNullOrEmpty(address)) throw new StartupException("DB_URI is missing: the address of MongoDB, or set Storage:Adapter to sqlite.");
            var added = false;
            AddMongoStore(builder, address, ref added);
            if (added) return;
        }

        if (store != "sqlite")
        {
            throw new StartupException(
                $"Storage:Adapter is {store}, which this build lacks: it has sqlite. Build with Cloud=true for MongoDB, or remove DB_URI and Storage:Adapter.");
        }

        var path = Path.Combine(builder.Configuration.DataFolder(), "chaturmail.db");
        builder.Services.AddSingleton(_ => new SqliteDatabase(path));
        builder.Services.AddSingleton(new StoreDescription($"SQLite in {builder.Configuration.DataFolder()}", e => e is SqliteException));
        builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
            "store", s => new ProbeHealthCheck(s.GetRequiredService<SqliteDatabase>().ProbeAsync), HealthStatus.Unhealthy, null, TimeSpan.FromSeconds(2)));
        builder.Services.AddSingleton<IUserStore, SqliteUserStore>();
        builder.Services.AddSingleton<IEmailStore, SqliteEmailStore>();
        builder.Services.AddSingleton<IJobStore, SqliteJobStore>();
        builder.Services.AddSingleton<IFeedbackStore, SqliteFeedbackStore>();
        builder.Services.AddSingleton<IOwnPromptStore, SqliteOwnPromptStore>();
        builder.Services.AddSingleton<ISpendingStore, SqliteSpendingStore>();
        builder.Services.AddSingleton<ICoinLedger, SqliteCoinLedger>();
        builder.Services.AddSingleton<IAuditLog, SqliteAuditLog>();
        builder.Services.AddSingleton<IPersonalDataStore, SqlitePersonalDataStore>();
        builder.Services.AddSingleton<IErasureStore, SqliteErasureStore>();
        builder.Services.AddSingleton<IFormerAccountStore, SqliteFormerAccountStore>();
        builder.Services.AddSingleton<IContentStore, SqliteContentStore>();
        builder.Services.AddSingleton<IUsageStore, SqliteUsageStore>();
        builder.Services.AddSingleton<ISecondFactorStore, SqliteSecondFactorStore>();
        builder.Services.AddSingleton<ILocalAccountStore, SqliteLocalAccountStore>();
        builder.Services.AddSingleton<IDocumentStore, SqliteDocumentStore>();
        builder.Services.AddSingleton<IOutbox, SqliteOutbox>();
        builder.Services.AddSingleton<IMessageStore, SqliteMessageStore>();
    }

    /// <summary>The folder for everything that must survive a restart: <c>DATA_DIR</c>, by default <c>data</c> in the working directory.</summary>
    public static string DataFolder(this IConfiguration configuration) =>
        Path.GetFullPath(configuration["DATA_DIR"] is { Length: > 0 } folder ? folder : "data");

    private static string Choose(IConfiguration configuration, string key, string? hint, string hinted, string otherwise) =>
        configuration[key] is { Length: > 0 } named ? named.ToLowerInvariant() : string.IsNullOrEmpty(hint) ? otherwise : hinted;

    // The name in the field, else the one that Aspire gives a reference.
    private static string? MongoAddress(IConfiguration configuration) =>
        configuration["DB_URI"] is { Length: > 0 } address ? address : configuration.GetConnectionString("chaturmail");

    /// <summary>Adds the store on MongoDB and sets <paramref name="added"/>, where the build has it.</summary>
    static partial void AddMongoStore(IHostApplicationBuilder builder, string address, ref bool added);
}
