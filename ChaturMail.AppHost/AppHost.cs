using ChaturMail.AppHost.Kubernetes;
using ChaturMail.AppHost.Resources;

// The topology of the cloud build. In run mode (dotnet run) a developer needs a container runtime and no secret: the databases are
// containers, the offline composer writes, the development sign-in lets anybody in. In publish mode it makes the manifest and the Helm
// chart: see deploy/publish.sh.
if (args is ["--help" or "-h" or "help", ..])
{
    Console.WriteLine(
        """
        ChaturMail.AppHost: the topology under .NET Aspire, of the cloud build.

          Cloud=true dotnet run --project ChaturMail.AppHost   Api and Workers, MongoDB and Redis, the dashboard: needs a container runtime
          deploy/publish.sh                                    aspire-manifest.json and the Helm chart

        Built without Cloud=true it starts plain processes instead.
        """);
    return 0;
}

var builder = DistributedApplication.CreateBuilder(args);
var publishes = builder.ExecutionContext.IsPublishMode;

var mongo = builder.AddMongoDB("mongo").WithDataVolume("chaturmail-mongo");
var database = mongo.AddDatabase("chaturmail");
var redis = builder.AddRedis("redis").WithDataVolume("chaturmail-redis").WithServerOptions(DatabaseWorkloads.QueueOptions);
// What may be lost (limits, word of changed accounts) shares no memory with the queue.
var cache = builder.AddRedis("redis-cache").WithServerOptions(DatabaseWorkloads.CacheOptions);

var worker = builder.AddProject<Projects.ChaturMail_Worker>("worker")
    .WithHttpEndpoint(targetPort: publishes ? Workloads.Port : null, env: "Worker__Port")
    .WithHttpHealthCheck("/health")
    .WithStoreAndQueue(database, redis, cache)
    .WithReplicas(2);

var api = builder.AddProject<Projects.ChaturMail_Api>("api")
    .WithHttpEndpoint(port: publishes ? null : 4545, targetPort: publishes ? Workloads.Port : null, env: "PORT")
    .WithExternalHttpEndpoints()
    .WithHttpHealthCheck("/health")
    .WithStoreAndQueue(database, redis, cache)
    .WithEnvironment("Worker__InApi", "false")
    .WithReplicas(2);

if (publishes)
{
    var secrets = Secrets.Add(builder);
    secrets.GiveTo(api, worker);
    builder.AddHelmChart(api, worker, mongo, redis, cache);
}
else
{
    api.RunForDeveloper();
    worker.RunForDeveloper().WithOptionalModel(builder);
    builder.AddDashboardCommands(api, worker, database, redis, cache);
}

await builder.Build().RunAsync();
return 0;
