namespace ChaturMail.AppHost.Kubernetes;

/// <summary>
/// Expressions of Helm's template language. They stand in strings of the publisher's objects, which it writes in double quotes, so an
/// expression quotes with backticks; one that converts to a number, or begins with a condition, it writes without quotes.
/// </summary>
internal static class Helm
{
    /// <summary>A value of values.yaml, as text.</summary>
    /// <param name="path">E.g. <c>ingress.host</c>.</param>
    public static string Value(string path) => $"{{{{ .Values.{path} }}}}";

    /// <summary>A whole number of values.yaml.</summary>
    public static string Number(string path) => $"{{{{ .Values.{path} | int }}}}";

    /// <summary>A list or map of values.yaml, as it is.</summary>
    /// <param name="empty">What stands there for none: <c>[]</c> or <c>{}</c>.</param>
    public static string Whole(string path, string empty) => $"{{{{ if .Values.{path} }}}}{{{{ toJson .Values.{path} }}}}{{{{ else }}}}{empty}{{{{ end }}}}";

    /// <summary>A text of values.yaml, or <c>null</c>, which leaves the field out, for an empty one.</summary>
    public static string OrNull(string path) => $"{{{{ if .Values.{path} }}}}{{{{ .Values.{path} | quote }}}}{{{{ else }}}}null{{{{ end }}}}";

    /// <summary>An image by registry, repository, and digest or tag.</summary>
    /// <param name="image">Where the image's values are, e.g. <c>api.image</c>.</param>
    /// <param name="registry">Where the registry's name is.</param>
    /// <param name="tag">What stands for the tag; the chart's own version for a program of the chart.</param>
    public static string Image(string image, string registry, string tag) =>
        $"{{{{ .Values.{registry} }}}}/{{{{ .Values.{image}.repository }}}}"
        + $"{{{{ if .Values.{image}.digest }}}}@{{{{ .Values.{image}.digest }}}}{{{{ else }}}}:{{{{ {tag} }}}}{{{{ end }}}}";
}
