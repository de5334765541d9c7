using System.Text.Json.Serialization;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Api.Admin;

/// <summary>A template as operators see it.</summary>
/// <param name="MaxTokens">Coins that an email costs.</param>
/// <param name="UpdatedOn">Unix seconds.</param>
/// <param name="Published">True when operators published its text, false when it came with the program.</param>
/// <param name="Withdrawn">True when nothing new is written with it.</param>
/// <param name="Template">Its text, in the form of the program's own files; absent in a list.</param>
public sealed record AdminPromptItem(
    string Id, string Slug, string Title, int MaxTokens, long UpdatedOn, bool Published, bool Withdrawn,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Template)
{
    /// <summary>The wire form of a template.</summary>
    public static AdminPromptItem Of(PromptTemplate p, bool isPublished, bool isWhole = false) =>
        new(p.Id, p.Slug, p.Title, p.Coins, p.UpdatedOn, isPublished, p.IsWithdrawn, isWhole ? p.Source : null);
}
