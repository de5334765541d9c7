using System.Globalization;
using ChaturMail.Core.Translation;

namespace ChaturMail.Core.Topics;

/// <summary>Subject and text of the versions of drafts, for the members of the topic's party. They are referred to as <see cref="DraftVersion.IdOf"/> says.</summary>
public sealed class DraftTexts(TopicService topics, TopicDrafts drafts) : ITranslationSource
{
    /// <summary>The kind.</summary>
    public const string Name = "topic";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <summary>Topic and version of a reference.</summary>
    public static (string TopicId, int Version) Read(string reference)
    {
        var colon = reference.LastIndexOf(':');
        return (reference[..colon], int.Parse(reference.AsSpan(colon + 1), CultureInfo.InvariantCulture));
    }

    /// <summary>Subject, then text.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string reference, string uid, CancellationToken cancellation)
    {
        var (topicId, number) = Read(reference);
        return await topics.FindAsync(topicId, uid, cancellation) is var (topic, _)
            && await drafts.FindVersionAsync(topic, number, cancellation) is { } version ? [version.Subject, version.Text] : [];
    }
}
