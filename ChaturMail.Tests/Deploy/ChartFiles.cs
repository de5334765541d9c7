using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ChaturMail.Tests.Support;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ChaturMail.Tests.Deploy;

/// <summary>The committed chart: its source, and what helm makes of it (deploy/render.sh).</summary>
internal static class ChartFiles
{
    public const string Folder = "deploy/helm/chaturmail";

    /// <summary>The renderings, by name: the default values, and a variant with every condition the other way.</summary>
    public static TheoryData<string> Renderings => new("default", "atlas");

    /// <summary>The chart's templates, as they are.</summary>
    public static IReadOnlyList<(string Path, string Text)> Templates { get; } =
        [.. Repository.Files(".yaml").Where(path => path.StartsWith(Folder + "/templates/", StringComparison.Ordinal)).Select(path => (path, Repository.Read(path)))];

    public static JsonObject Values { get; } = Parse(Repository.Read(Folder + "/values.yaml")).Single();

    public static IReadOnlyList<JsonObject> Rendered(string name) => Parse(Repository.Read($"deploy/helm/rendered/{name}.yaml"));

    /// <summary>The SHA-256 of the chart's files, as deploy/render.sh writes it above a rendering.</summary>
    public static string Sum()
    {
        var files = Directory.EnumerateFiles(Path.Combine(Repository.Root, Folder), "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Path.Combine(Repository.Root, "deploy/helm"), path).Replace('\\', '/')).Order(StringComparer.Ordinal);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files) hash.AppendData(File.ReadAllBytes(Path.Combine(Repository.Root, "deploy/helm", file)));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public static string Kind(this JsonObject item) => item["kind"]!.GetValue<string>();

    public static string Name(this JsonNode item) => (item["metadata"] ?? item)["name"]!.GetValue<string>();

    /// <summary>The one object of this kind and name.</summary>
    public static JsonObject One(this IEnumerable<JsonObject> items, string kind, string name) => Assert.Single(items, item => item.Kind() == kind && item.Name() == name);

    /// <summary>The pods' templates, by the name of their container.</summary>
    public static IEnumerable<(string Name, JsonObject Workload, JsonObject Pod, JsonObject Container)> Pods(this IEnumerable<JsonObject> items) =>
        items.Where(item => item.Kind() is "Deployment" or "StatefulSet").Select(item =>
        {
            var pod = item["spec"]!["template"]!["spec"]!.AsObject();
            var container = Assert.Single(pod["containers"]!.AsArray())!.AsObject();
            return (container.Name(), item, pod, container);
        });

    /// <summary>The variables of a container: their value, or null for one out of a Secret that is not in the chart.</summary>
    public static Dictionary<string, string?> Variables(this IReadOnlyList<JsonObject> items, JsonObject container)
    {
        var variables = new Dictionary<string, string?>();
        foreach (var map in container.List("envFrom").Select(source => source["configMapRef"]).OfType<JsonObject>())
            foreach (var (name, value) in items.One("ConfigMap", map.Name())["data"]!.AsObject()) variables[name] = value!.GetValue<string>();
        foreach (var variable in container.List("env"))
            variables[variable.Name()] = variable["value"]?.GetValue<string>();
        return variables;
    }

    public static IEnumerable<JsonObject> List(this JsonNode item, string field) => item[field]?.AsArray().Select(element => element!.AsObject()) ?? [];

    public static int Number(this JsonNode item, string field) => item[field]!.GetValue<int>();

    public static string Text(this JsonNode item, string field) => item[field]!.GetValue<string>();

    /// <summary>The one document of a YAML file in the repository.</summary>
    public static JsonObject Document(string path) => Assert.Single(Parse(Repository.Read(path)));

    /// <summary>Reads YAML's documents; a plain scalar is what YAML 1.2's core schema makes of it, a quoted one is text.</summary>
    private static List<JsonObject> Parse(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(document => ToJson(document.RootNode)).OfType<JsonObject>()];
    }

    private static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(pair => KeyValuePair.Create(((YamlScalarNode)pair.Key).Value!, ToJson(pair.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Select(ToJson)]),
        YamlScalarNode { Style: not ScalarStyle.Plain } text => JsonValue.Create(text.Value),
        YamlScalarNode { Value: "" or "null" or "~" or null } => null,
        YamlScalarNode { Value: "true" or "false" } flag => JsonValue.Create(flag.Value == "true"),
        YamlScalarNode number when int.TryParse(number.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => JsonValue.Create(value),
        YamlScalarNode plain => JsonValue.Create(plain.Value),
        _ => throw new InvalidOperationException($"unexpected {node.NodeType}"),
    };
}
