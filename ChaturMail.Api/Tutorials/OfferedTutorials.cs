using ChaturMail.Core.Content;
using ChaturMail.Core.Tutorials;

namespace ChaturMail.Api.Tutorials;

/// <summary>The tutorials as they are now: those that are shipped, and beside them or in their place those that operators published.</summary>
public sealed class OfferedTutorials(TutorialCatalog shipped, ContentFeed feed, ILogger<OfferedTutorials> log)
{
    private volatile Built? _built;

    /// <summary>All that are not withdrawn.</summary>
    public TutorialCatalog Current
    {
        get
        {
            var state = feed.Current;
            if (_built is { } built && ReferenceEquals(built.State, state)) return built.Catalog;
            var entries = state.Of(ContentKind.Tutorial).ToList();
            var catalog = entries.Count == 0 ? shipped : TutorialCatalog.Of(
                shipped.All.Where(t => !entries.Exists(entry => entry.Id == t.Id)).Concat(entries.Where(entry => !entry.Withdrawn).Select(Read).OfType<Tutorial>()));
            _built = new Built(state, catalog);
            return catalog;
        }
    }

    /// <summary>The shipped tutorial of this id, or null.</summary>
    public Tutorial? FindShipped(string id) => shipped.All.FirstOrDefault(t => t.Id == id);

    /// <summary>Every tutorial with whether it is published and whether it is withdrawn, by order and id.</summary>
    public IReadOnlyList<(Tutorial Tutorial, bool IsPublished, bool IsWithdrawn)> List()
    {
        var entries = feed.Current.Of(ContentKind.Tutorial).ToList();
        return [.. shipped.All.Where(t => !entries.Exists(entry => entry.Id == t.Id)).Select(t => (t, false, false))
            .Concat(entries.Select(entry => (Tutorial: Read(entry), IsPublished: entry.Data.Length > 0, entry.Withdrawn))
                .Where(t => t.Tutorial is not null).Select(t => (t.Tutorial!, t.IsPublished, t.Withdrawn)))
            .OrderBy(t => t.Item1.Order).ThenBy(t => t.Item1.Id, StringComparer.Ordinal)];
    }

    // As with templates: what this version of the program cannot read is left out.
    private Tutorial? Read(ContentEntry entry)
    {
        try
        {
            var tutorial = entry.Data.Length == 0 ? FindShipped(entry.Id) : TutorialCatalog.ParsePublished(entry.Data);
            return tutorial is null ? null : tutorial with { Id = entry.Id, UpdatedOn = entry.UpdatedOn };
        }
        catch (TutorialFileException e)
        {
            log.LogError("The published tutorial {Id} is left out: {Problem}", entry.Id, e.Problem);
            return null;
        }
    }

    private sealed record Built(ContentState State, TutorialCatalog Catalog);
}
