using System.Text.Json.Serialization;
using ChaturMail.Core.Tutorials;

namespace ChaturMail.Api.Admin;

/// <summary>A tutorial as operators see it.</summary>
/// <param name="Order">Its place in the list, smallest first.</param>
/// <param name="UpdatedOn">Unix seconds.</param>
/// <param name="Published">True when operators published its text, false when it came with the program.</param>
/// <param name="Withdrawn">True when it is not listed any more.</param>
/// <param name="Text">Its text, in the form of the program's own files; absent in a list.</param>
public sealed record AdminTutorialItem(
    string Id, string Title, int Order, long UpdatedOn, bool Published, bool Withdrawn,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text)
{
    /// <summary>The wire form of a tutorial.</summary>
    public static AdminTutorialItem Of(Tutorial t, bool isPublished, bool isWithdrawn, bool isWhole = false) =>
        new(t.Id, t.Title, t.Order, t.UpdatedOn, isPublished, isWithdrawn, isWhole ? t.Source : null);
}
