using Aspire.Hosting.Kubernetes.Resources;

namespace ChaturMail.AppHost.Kubernetes;

/// <summary>An object of a kind that the publisher has no class for, or one whose class cannot hold Helm's expressions.</summary>
public sealed class Manifest : BaseKubernetesResource
{
    /// <summary>An object of this version and kind. The name also names its file.</summary>
    public Manifest(string apiVersion, string kind, string name) : base(apiVersion, kind) => Metadata.Name = name;

    /// <summary>The field <c>spec</c>.</summary>
    public Dictionary<string, object>? Spec { get; init; }

    /// <summary>The field <c>data</c> of a ConfigMap; text, for an expression that gives a map.</summary>
    public string? Data { get; init; }

    /// <summary>The field of a ServiceAccount.</summary>
    public bool? AutomountServiceAccountToken { get; init; }

    /// <summary>The field of a ServiceAccount; text, for an expression that gives a list.</summary>
    public string? ImagePullSecrets { get; init; }

    /// <summary>Helm's condition under which the object is in the release, e.g. <c>.Values.ingress.enabled</c>; null for always. Not a field.</summary>
    internal string? Condition { get; init; }
}
