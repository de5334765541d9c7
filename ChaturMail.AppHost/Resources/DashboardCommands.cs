using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.AppHost.Resources;

/// <summary>The commands that the Aspire dashboard offers on Api and Worker. Run mode only.</summary>
internal static class DashboardCommands
{
    /// <summary>Adds the commands, and the programs that some of them start: their output is shown beside that of the services.</summary>
    public static void AddDashboardCommands(
        this IDistributedApplicationBuilder builder, IResourceBuilder<ProjectResource> api, IResourceBuilder<ProjectResource> worker,
        IResourceBuilder<MongoDBDatabaseResource> database, IResourceBuilder<RedisResource> redis, IResourceBuilder<RedisResource> cache)
    {
        api.WithCommand(
            "seed-demo-data", "Seed demo data",
            async context =>
            {
                using var http = new HttpClient { BaseAddress = new Uri(api.GetEndpoint("http").Url) };
                var written = await DemoData.SeedAsync(http, context.CancellationToken);
                return written == DemoData.Emails.Count
                    ? CommandResults.Success($"{DemoData.Address} has {written} emails.")
                    : CommandResults.Failure($"{written} of {DemoData.Emails.Count} emails were written; the Api's log says why.");
            },
            new CommandOptions { Description = $"Signs in as {DemoData.Address} and has some emails written. A second time changes nothing.", IconName = "DatabaseArrowUp" });
        AddQueueCommand("drain-queue", "Drain the queue", "Writes what waits in a process of its own, then ends.", "ArrowDownload", "queue", "drain");
        AddQueueCommand(
            "retry-dead-letters", "Retry dead letters", "Reserves their coins again and tries every job that failed for good.", "ArrowRepeatAll",
            "queue", "dead", "retry", "--all");

        void AddQueueCommand(string name, string title, string description, string icon, params string[] words)
        {
            // The Worker's own command line, with the Worker's environment; it waits for its command.
            var program = builder.AddProject<Projects.ChaturMail_Worker>(name)
                .WithStoreAndQueue(database, redis, cache).RunForDeveloper()
                .WithArgs(words).WithExplicitStart().WithParentRelationship(worker.Resource);
            worker.WithCommand(
                name, title,
                context => context.Services.GetRequiredService<ResourceCommandService>().ExecuteCommandAsync(
                    program.Resource, KnownResourceCommands.StartCommand, context.CancellationToken),
                new CommandOptions { Description = description, IconName = icon });
        }
    }
}
