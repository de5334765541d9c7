using ChaturMail.Core.Conversations;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Translation;

/// <summary>Where texts stand that may be translated: one for each kind of thing that has any.</summary>
public interface ITranslationSource
{
    /// <summary>Name of the kind, e.g. <c>message</c>.</summary>
    string Kind { get; }

    /// <summary>The texts of a thing, each of which is translated for itself; none when there is no such thing, or this user may not see it.</summary>
    Task<IReadOnlyList<string>> FindAsync(string reference, string uid, CancellationToken cancellation);
}

/// <summary>All kinds of texts that may be translated.</summary>
public sealed class TranslationSources(IEnumerable<ITranslationSource> sources)
{
    /// <summary>The texts of a thing, for a reader who may see it; none when there is no such thing.</summary>
    public Task<IReadOnlyList<string>> FindAsync(TranslationReader reader, CancellationToken cancellation) =>
        sources.FirstOrDefault(source => source.Kind == reader.Kind) is { } source
            ? source.FindAsync(reader.Reference, reader.Uid, cancellation) : Task.FromResult<IReadOnlyList<string>>([]);
}

/// <summary>Messages of conversations that the user is in.</summary>
public sealed class MessageTexts(ConversationService conversations) : ITranslationSource
{
    /// <summary>The kind.</summary>
    public const string Name = "message";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <summary>The message's text as it is now; none of a deleted one.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string reference, string uid, CancellationToken cancellation) =>
        await conversations.FindMessageAsync(reference, uid, cancellation) is { DeletedOn: null } message ? [message.Text] : [];
}

/// <summary>Subject and body of the emails in the user's own history.</summary>
public sealed class EmailTexts(IEmailStore emails) : ITranslationSource
{
    /// <summary>The kind.</summary>
    public const string Name = "email";

    /// <inheritdoc/>
    public string Kind => Name;

    /// <summary>Subject, then body.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(string reference, string uid, CancellationToken cancellation) =>
        await emails.FindAsync(uid, reference, cancellation) is { } email ? [email.Subject, email.Text] : [];
}
