using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ChaturMail.Core.Storage;

/// <summary>The form in which stores keep a record that nobody searches by: JSON, its absent fields left out.</summary>
public static class StoreJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>The record as text; null for null, and for one that equals <paramref name="nothing"/>.</summary>
    public static string? Write<T>(T? value, T? nothing = null) where T : class =>
        value is null || value.Equals(nothing) ? null : JsonSerializer.Serialize(value, Options);

    /// <summary>Reads what <see cref="Write"/> wrote; null for null.</summary>
    public static T? Read<T>(string? json) where T : class => string.IsNullOrEmpty(json) ? null : JsonSerializer.Deserialize<T>(json, Options);
}
