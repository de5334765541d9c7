using ChaturMail.Core.Content;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Prompts;

/// <summary>The templates as they are now: those that are shipped, and beside them or in their place those that operators published.</summary>
/// <param name="shipped">What came with the program.</param>
/// <param name="feed">What is published.</param>
public sealed class OfferedPrompts(PromptCatalog shipped, ContentFeed feed, ILogger<OfferedPrompts> log)
{
    // Longer than any template's id: what is longer is not looked for.
    private const int LongestId = 9;

    private volatile Built? _built;

    /// <summary>All templates, withdrawn ones last. The same object as long as nothing is published.</summary>
    public PromptCatalog Current
    {
        get
        {
            var state = feed.Current;
            if (_built is { } built && ReferenceEquals(built.State, state)) return built.Catalog;
            var catalog = shipped.With([.. state.Of(ContentKind.Prompt).Select(Read).OfType<PromptTemplate>()]);
            _built = new Built(state, catalog);
            return catalog;
        }
    }

    /// <summary>
    /// The template of this id, withdrawn ones too, or null. One that is not known is looked up in the store at once: another process may have
    /// published it a moment ago, and a job that names it is here already.
    /// </summary>
    public async ValueTask<PromptTemplate?> FindAsync(string id, CancellationToken cancellation)
    {
        if (Current.Find(id) is { } known) return known;
        if (id.Length > LongestId || !id.All(char.IsAsciiDigit)) return null;
        await feed.LookAsync(cancellation);
        return Current.Find(id);
    }

    // Checked when it was published. What this version of the program cannot read, another one wrote: better one template less than none.
    private PromptTemplate? Read(ContentEntry entry)
    {
        try
        {
            var template = entry.Data.Length == 0 ? shipped.Find(entry.Id) : PromptCatalog.ParsePublished(entry.Data);
            return template is null ? null : template with { IsWithdrawn = entry.Withdrawn, UpdatedOn = entry.UpdatedOn };
        }
        catch (PromptFileException e)
        {
            log.LogError("The published template {Id} is left out: {Problem}", entry.Id, e.Problem);
            return null;
        }
    }

    private sealed record Built(ContentState State, PromptCatalog Catalog);
}
