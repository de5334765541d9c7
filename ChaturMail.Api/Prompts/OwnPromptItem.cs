using ChaturMail.Api.Http;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Prompts;

/// <summary>A prompt of the user's own, whole.</summary>
/// <param name="Example">Null when there is none.</param>
/// <param name="MaxTokens">Coins that an email costs.</param>
/// <param name="CreatedOn">Unix seconds.</param>
/// <param name="UpdatedOn">Unix seconds.</param>
public sealed record OwnPromptItem(
    string Id, string Title, string Guidance, IReadOnlyList<string> Placeholders, OwnPromptItem.ExampleItem? Example, int MaxTokens, long CreatedOn,
    long UpdatedOn)
{
    /// <param name="ToEmail">An empty string when there is none.</param>
    public sealed record ExampleItem(string Subject, string Keywords, string ToEmail, string Email);

    /// <summary>The wire form of a prompt.</summary>
    public static OwnPromptItem Of(OwnPrompt prompt, int coins) => new(
        prompt.Id, prompt.Title, prompt.Guidance, prompt.Placeholders,
        prompt.Example is { } example ? new ExampleItem(example.Subject, example.Keywords, example.To, example.Email) : null,
        coins, prompt.CreatedOn, prompt.UpdatedOn);
}

/// <summary>Reads the id of a prompt of the user's own.</summary>
internal static class OwnPromptId
{
    public static string Read(Check check, string? value)
    {
        var id = check.Required("id", value, Limits.Id);
        if (check.Failure is null && !DocumentId.IsValid(id)) check.Fail("The field 'id' must be the id of a prompt of your own.");
        return id.ToLowerInvariant();
    }
}
