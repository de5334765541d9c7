using System.Text.Json;

namespace ChaturMail.Benchmarks.Fuzz;

/// <summary>A field of a request as the document declares it.</summary>
/// <param name="Type">JSON's name of its type, or empty where the document leaves it open.</param>
internal sealed record FuzzField(string Name, string Type);

/// <summary>A route that the product's own document (OpenAPI) declares.</summary>
/// <param name="Method">In capitals.</param>
/// <param name="Fields">Of its request's body, on the first level.</param>
internal sealed record FuzzRoute(string Path, string Method, IReadOnlyList<FuzzField> Fields)
{
    private static readonly string[] Methods = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

    /// <summary>True for a route of the API, whose every answer is the envelope.</summary>
    public bool IsApi => Method == "POST";

    /// <summary>Reads all routes of the document, in its order.</summary>
    public static IReadOnlyList<FuzzRoute> ReadAll(JsonElement document) =>
    [
        .. from path in document.GetProperty("paths").EnumerateObject()
           from operation in path.Value.EnumerateObject()
           where Methods.Contains(operation.Name)
           select new FuzzRoute(path.Name, operation.Name.ToUpperInvariant(), [.. FieldsOf(operation.Value, document)]),
    ];

    private static IEnumerable<FuzzField> FieldsOf(JsonElement operation, JsonElement document)
    {
        if (!operation.TryGetProperty("requestBody", out var body) || !body.GetProperty("content").TryGetProperty("application/json", out var json)) yield break;
        var schema = Follow(json.GetProperty("schema"), document);
        if (!schema.TryGetProperty("properties", out var properties)) yield break;
        foreach (var property in properties.EnumerateObject()) yield return new FuzzField(property.Name, TypeOf(Follow(property.Value, document), document));
    }

    private static JsonElement Follow(JsonElement schema, JsonElement document)
    {
        while (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("$ref", out var reference))
        {
            var found = document;
            foreach (var part in reference.GetString()![2..].Split('/')) found = found.GetProperty(part);
            schema = found;
        }

        return schema;
    }

    // A field that may be null has a list of types, or a choice of schemas.
    private static string TypeOf(JsonElement schema, JsonElement document)
    {
        foreach (var choice in new[] { "oneOf", "anyOf" })
        {
            if (!schema.TryGetProperty(choice, out var choices)) continue;
            foreach (var one in choices.EnumerateArray())
                if (TypeOf(Follow(one, document), document) is { Length: > 0 } type) return type;
        }

        if (!schema.TryGetProperty("type", out var types)) return schema.TryGetProperty("properties", out _) ? "object" : "";
        if (types.ValueKind == JsonValueKind.String) return types.GetString()!;
        // An integer is told as "integer or a string of digits" where strings would be read too.
        var names = types.EnumerateArray().Select(name => name.GetString()!).Where(name => name != "null").ToList();
        return names.Find(name => name == "integer") ?? names.FirstOrDefault() ?? "";
    }
}
