namespace ChaturMail.AppHost.Resources;

/// <summary>What only whoever deploys knows: parameters of the manifest. The Helm chart takes them from existing Secrets instead.</summary>
internal sealed class Secrets
{
    /// <summary>Name of the parameter that holds OpenAI's key.</summary>
    public const string OpenAiKey = "openai-api-key";

    // The fields of a Firebase service account that are read, and whether they are secret.
    private static readonly (string Variable, string Parameter, bool IsSecret)[] Firebase =
    [
        ("PROJECT_ID", "firebase-project-id", false), ("CLIENT_EMAIL", "firebase-client-email", false),
        ("PRIVATE_KEY_ID", "firebase-private-key-id", true), ("PRIVATE_KEY", "firebase-private-key", true),
    ];

    private readonly IResourceBuilder<ParameterResource> _jwtKey;
    private readonly IResourceBuilder<ParameterResource> _openAi;
    private readonly IResourceBuilder<ParameterResource> _atlas;
    private readonly List<(string Variable, IResourceBuilder<ParameterResource> Value)> _firebase;

    private Secrets(IDistributedApplicationBuilder builder)
    {
        // Whoever deploys from the manifest has it made: 64 characters of random.
        _jwtKey = builder.AddParameter("jwt-key", new GenerateParameterDefault { MinLength = 64, Special = false }, secret: true);
        _openAi = builder.AddParameter(OpenAiKey, secret: true);
        // Empty for the MongoDB of the topology; otherwise it wins over that.
        _atlas = builder.AddParameter("atlas-connection", secret: true);
        _firebase = [.. Firebase.Select(field => (field.Variable, builder.AddParameter(field.Parameter, field.IsSecret)))];
    }

    /// <summary>Adds the parameters.</summary>
    public static Secrets Add(IDistributedApplicationBuilder builder) => new(builder);

    /// <summary>
    /// To each what it needs: sessions to the Api, the model to the Worker, to both the store and the Firebase account, with which one
    /// checks sign-ins and the other sends push messages.
    /// </summary>
    public void GiveTo(IResourceBuilder<ProjectResource> api, IResourceBuilder<ProjectResource> worker)
    {
        api.WithEnvironment("JWT_KEY", _jwtKey).WithEnvironment("DB_URI", _atlas);
        worker.WithEnvironment("OPENAI_API_KEY", _openAi).WithEnvironment("DB_URI", _atlas);
        foreach (var service in new[] { api, worker })
            foreach (var (variable, value) in _firebase) service.WithEnvironment(variable, value);
    }
}
