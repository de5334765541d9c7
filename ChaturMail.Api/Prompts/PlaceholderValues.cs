using ChaturMail.Api.Http;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Api.Prompts;

/// <summary>Reads the values that a request gives for the placeholders of its prompt.</summary>
public static class PlaceholderValues
{
    /// <summary>
    /// The values by the names that the prompt declares, one for each; null for a prompt without placeholders. A missing or blank one, one
    /// that is too long, and one that the prompt does not have are recorded in <paramref name="check"/>.
    /// </summary>
    /// <param name="mayHoldOthers">True where values come from an email whose prompt was changed since: those that it lost are left out.</param>
    public static IReadOnlyDictionary<string, string>? Read(
        Check check, PromptTemplate prompt, IReadOnlyDictionary<string, string?>? given, bool mayHoldOthers = false)
    {
        var left = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in given ?? new Dictionary<string, string?>())
            if (!left.TryAdd(name.Trim(), value)) check.Fail($"The field 'placeholders' holds {(name.Length <= Limits.PlaceholderName ? $"'{name.Trim()}'" : "a name")} twice.");

        var values = new Dictionary<string, string>();
        foreach (var name in prompt.Placeholders)
        {
            left.Remove(name, out var value);
            values[name] = check.Visible($"placeholders.{name}", value, Limits.PlaceholderValue);
        }

        // Its name is whatever was sent, and not repeated.
        if (left.Count > 0 && !mayHoldOthers) check.Fail("The field 'placeholders' holds a name that the prompt does not have.");
        return values.Count == 0 ? null : values;
    }
}
