using System.Text.Json;
using System.Text.Unicode;

namespace ChaturMail.Core.Identity;

/// <summary>
/// JSON from strangers, read so that no two parsers can disagree on what it says: valid UTF-8, one object, no member twice
/// (RFC 7515 section 4, RFC 7519 section 4), no comments or trailing commas.
/// </summary>
internal static class StrictJson
{
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    /// <summary>The object that <paramref name="utf8"/> holds, or null. The caller disposes it.</summary>
    public static JsonDocument? ParseObject(ReadOnlyMemory<byte> utf8)
    {
        if (!Utf8.IsValid(utf8.Span)) return null;
        JsonDocument? document = null;
        try
        {
            document = JsonDocument.Parse(utf8, Options);
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a member's name escapes half of a surrogate pair.
        }

        document?.Dispose();
        return null;
    }

    /// <summary>
    /// Reads a string member, null when absent or null: the Node backend writes null for a user without an address. False when it is
    /// something else, or holds half of a surrogate pair.
    /// </summary>
    public static bool TryReadText(JsonElement owner, ReadOnlySpan<byte> name, out string? text)
    {
        text = null;
        if (!owner.TryGetProperty(name, out var member) || member.ValueKind == JsonValueKind.Null) return true;
        if (member.ValueKind != JsonValueKind.String) return false;
        try
        {
            text = member.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>
    /// Reads a NumericDate (RFC 7519 section 2) as whole Unix seconds, rounded down. False when it is there and is no number between
    /// the year 1970 and the year 9999; null when absent.
    /// </summary>
    public static bool TryReadTime(JsonElement owner, ReadOnlySpan<byte> name, out long? unixSeconds)
    {
        unixSeconds = null;
        if (!owner.TryGetProperty(name, out var member)) return true;
        if (member.ValueKind != JsonValueKind.Number || !member.TryGetDouble(out var seconds)) return false;
        if (!(seconds >= 0 && seconds <= 253_402_300_799)) return false;
        unixSeconds = (long)seconds;
        return true;
    }
}
