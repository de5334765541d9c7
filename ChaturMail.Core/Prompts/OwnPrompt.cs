using System.Text.RegularExpressions;
using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Prompts;

/// <summary>A prompt that a user wrote for themselves. All its text is that user's data.</summary>
/// <param name="Id">24 hexadecimal digits, so that it is never a built-in template's id, which is decimal.</param>
/// <param name="UserId">The owner's uid.</param>
/// <param name="Title">Shown in the gallery.</param>
/// <param name="Guidance">What an email of this kind should be like; names a placeholder as <c>{name}</c>.</param>
/// <param name="Placeholders">Names of what each request gives a value for; unique whatever their case.</param>
/// <param name="Example">A request with the email that should come of it, or null. Its sender is whoever asks, so it is empty here.</param>
/// <param name="CreatedOn">Unix seconds.</param>
/// <param name="UpdatedOn">Unix seconds; of a deleted prompt the time of its deletion.</param>
/// <param name="IsDeleted">True for what is left of one that emails in the history name: its title.</param>
public sealed partial record OwnPrompt(
    string Id, string UserId, string Title, string Guidance, IReadOnlyList<string> Placeholders, WorkedExample? Example,
    long CreatedOn, long UpdatedOn, bool IsDeleted = false)
{
    /// <summary>The slug of every own prompt, and the name of their icon.</summary>
    public const string Slug = "own";

    /// <summary>The prompt as a template, its placeholders not filled in yet.</summary>
    /// <param name="coins">What one email costs.</param>
    public PromptTemplate ToTemplate(int coins) => new(
        Id, Slug, IsDeleted ? $"{Title} (deleted)" : Title, "Your own prompt.", Description, coins, UpdatedOn, Guidance,
        Example is null ? [] : [Example], "")
    {
        IsOwn = true,
        Placeholders = Placeholders,
    };

    /// <summary>The names of the placeholders that a guidance holds, each once, in their order.</summary>
    public static IReadOnlyList<string> PlaceholdersIn(string guidance) =>
        [.. Slot().Matches(guidance).Select(slot => slot.Groups[1].Value.Trim()).Distinct(StringComparer.OrdinalIgnoreCase)];

    /// <summary>True for 1 to 40 letters, digits, blanks, hyphens and underscores, all ASCII, the first a letter.</summary>
    public static bool IsPlaceholderName(string name) => PlaceholderName().IsMatch(name);

    /// <summary>
    /// The template with values in the places of its placeholders and the sender's name under its example; a built-in one as it is. Values
    /// are data: one that looks like a placeholder is not filled in again. A placeholder without a value, which the prompt got after the
    /// request was accepted, is left as its bare name.
    /// </summary>
    public static PromptTemplate Fill(PromptTemplate prompt, IReadOnlyDictionary<string, string>? values, string senderName)
    {
        if (!prompt.IsOwn) return prompt;
        var byName = new Dictionary<string, string>(values ?? new Dictionary<string, string>(), StringComparer.OrdinalIgnoreCase);
        return prompt with
        {
            Guidance = Slot().Replace(prompt.Guidance, slot => byName.GetValueOrDefault(slot.Groups[1].Value.Trim(), slot.Groups[1].Value)),
            Examples = [.. prompt.Examples.Select(example => example with { From = senderName })],
        };
    }

    private string Description =>
        IsDeleted ? "You deleted this prompt. It stays listed for the emails that were written with it."
        : Placeholders.Count == 0 ? "A prompt that you wrote."
        : $"A prompt that you wrote. It asks for: {string.Join(", ", Placeholders)}.";

    [GeneratedRegex(@"\{([A-Za-z][A-Za-z0-9 _-]{0,39})\}")]
    private static partial Regex Slot();

    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9 _-]{0,39}\z")]
    private static partial Regex PlaceholderName();
}

/// <summary>A page of somebody's prompts, newest first.</summary>
/// <param name="Prompts">At most as many as were asked for.</param>
/// <param name="Next">Where the next page starts, or null at the end.</param>
public sealed record OwnPromptPage(IReadOnlyList<OwnPrompt> Prompts, EmailCursor? Next);
