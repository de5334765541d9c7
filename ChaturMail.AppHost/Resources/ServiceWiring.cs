namespace ChaturMail.AppHost.Resources;

/// <summary>What Api and Worker are given, each variable by the name that README.md lists. No other is set.</summary>
internal static class ServiceWiring
{
    /// <summary>Store, queue and cache, and waits for them. Not <c>WithReference</c>, which also sets a dozen names that nobody reads.</summary>
    public static IResourceBuilder<ProjectResource> WithStoreAndQueue(
        this IResourceBuilder<ProjectResource> project, IResourceBuilder<MongoDBDatabaseResource> database,
        IResourceBuilder<RedisResource> redis, IResourceBuilder<RedisResource> cache) => project
        .WithEnvironment("ConnectionStrings__chaturmail", database)
        .WithRedis("REDIS", redis).WithRedis("REDIS_CACHE", cache)
        .WithReferenceRelationship(database.Resource)
        .WaitFor(database)
        // With it ASP.NET Core would believe every sender's X-Forwarded-For; Proxies__Trusted says whose is believed.
        .DisableForwardedHeaders();

    /// <summary>
    /// Adds words to the server's command line. In run mode they are arguments of the program; in publish mode the program's whole line is
    /// one argument of a shell.
    /// </summary>
    public static IResourceBuilder<RedisResource> WithServerOptions(this IResourceBuilder<RedisResource> redis, IReadOnlyList<string> options) => redis
        // Aspire would give it a developer's certificate where there is one; the services speak plain RESP.
        .WithoutHttpsCertificate()
        .WithArgs(context =>
        {
            if (context.ExecutionContext.IsRunMode) foreach (var option in options) context.Args.Add(option);
            else context.Args[^1] = $"{context.Args[^1]} {string.Join(' ', options.Select(option => option.Length == 0 ? "''" : option))}";
        });

    /// <summary>What a developer's machine needs instead of secrets.</summary>
    public static IResourceBuilder<ProjectResource> RunForDeveloper(this IResourceBuilder<ProjectResource> project) => project
        .WithEnvironment("ASPNETCORE_ENVIRONMENT", "Development")
        // One folder for all replicas: the development key of their sessions is in it.
        .WithEnvironment("DATA_DIR", Path.GetFullPath(Path.Combine(project.ApplicationBuilder.AppHostDirectory, "..", "data")));

    /// <summary>OpenAI for a developer who has given the parameter a value (user secrets, or <c>Parameters__openai-api-key</c>).</summary>
    public static void WithOptionalModel(this IResourceBuilder<ProjectResource> worker, IDistributedApplicationBuilder builder)
    {
        if (!string.IsNullOrEmpty(builder.Configuration[$"Parameters:{Secrets.OpenAiKey}"]))
            worker.WithEnvironment("OPENAI_API_KEY", builder.AddParameter(Secrets.OpenAiKey, secret: true));
    }

    private static IResourceBuilder<ProjectResource> WithRedis(
        this IResourceBuilder<ProjectResource> project, string prefix, IResourceBuilder<RedisResource> redis) => project
        .WithEnvironment(context =>
        {
            var endpoint = redis.Resource.PrimaryEndpoint;
            context.EnvironmentVariables[prefix + "_HOST"] = endpoint.Property(EndpointProperty.Host);
            context.EnvironmentVariables[prefix + "_PORT"] = endpoint.Property(EndpointProperty.Port);
            context.EnvironmentVariables[prefix + "_PASSWORD"] = redis.Resource.PasswordParameter!;
        })
        .WithReferenceRelationship(redis.Resource)
        .WaitFor(redis);
}
