using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>A suggestion.</summary>
/// <param name="Base">The version that it would change.</param>
/// <param name="UserId">Who made it; empty once their account is gone.</param>
/// <param name="SuggestedOn">Unix seconds.</param>
/// <param name="State">open, accepted, declined or withdrawn.</param>
public sealed record SuggestionItem(
    string Id, int Number, int Base, string UserId, long SuggestedOn, string State, string ToEmail, string Subject, string Text, string Note)
{
    /// <summary>Who decided.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClosedBy { get; init; }

    /// <summary>When, Unix seconds.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? ClosedOn { get; init; }

    /// <summary>The version that it became.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Version { get; init; }

    /// <summary>What it changes of its base; absent where that is not kept any more.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<DiffItem>? Diff { get; init; }

    /// <summary>The wire form of suggestions; those whose text is just being deleted are left out.</summary>
    internal static async Task<IReadOnlyList<SuggestionItem>> ListAsync(
        Topic topic, IReadOnlyList<TopicSuggestion> suggestions, TopicDrafts drafts, CancellationToken cancellation)
    {
        var texts = await drafts.FindTextsAsync(suggestions, cancellation);
        var bases = new Dictionary<int, DraftVersion?>();
        foreach (var number in suggestions.Select(suggestion => suggestion.Base).Distinct())
            bases.Add(number, await drafts.FindVersionAsync(topic, number, cancellation));
        var items = new List<SuggestionItem>(suggestions.Count);
        foreach (var suggestion in suggestions)
        {
            if (!texts.TryGetValue(suggestion.Id, out var text)) continue;
            items.Add(new SuggestionItem(
                suggestion.Id, suggestion.Number, suggestion.Base, suggestion.By, suggestion.On / 1000, Check.NameOf(suggestion.State), text.ToEmail, text.Subject,
                text.Text, text.Note)
            {
                ClosedBy = suggestion.ClosedBy,
                ClosedOn = suggestion.ClosedOn / 1000,
                Version = suggestion.Version,
                Diff = bases[suggestion.Base] is { } version ? DiffItem.Between(version.Text, text.Text) : null,
            });
        }

        return items;
    }

    /// <summary>Answers with one of them.</summary>
    internal static async Task<IResult> ReplyAsync(string message, Topic topic, string id, TopicDrafts drafts, CancellationToken cancellation) =>
        await ListAsync(topic, [.. topic.Suggestions.Where(suggestion => suggestion.Id == id)], drafts, cancellation) is [var item]
            ? Reply.Ok(message, item) : Reply.Error(TopicErrors.SuggestionNotFound);
}
