using ChaturMail.Core.Content;

namespace ChaturMail.Core.Storage;

/// <summary>
/// What operators publish while the product runs. Entries are changed and never removed. Every method is safe under concurrent use by several
/// processes; of two changes at once both count, in some order.
/// </summary>
public interface IContentStore
{
    /// <summary>A number that rises with every change: the sum of the versions of all entries. Cheap enough to be asked for every second.</summary>
    Task<long> VersionAsync(CancellationToken cancellation);

    /// <summary>Every entry, by kind and id.</summary>
    Task<IReadOnlyList<ContentEntry>> ListAsync(CancellationToken cancellation);

    /// <summary>Puts data under an id, in the place of what is there, and offers it.</summary>
    /// <param name="updatedOn">Unix seconds of the change; one second after the change before when that was not earlier.</param>
    Task<ContentEntry> PublishAsync(ContentKind kind, string id, string data, long updatedOn, CancellationToken cancellation);

    /// <summary>Withdraws what has this id, published or shipped, or offers it again. Its data stays.</summary>
    /// <param name="updatedOn">As in <see cref="PublishAsync"/>.</param>
    Task<ContentEntry> SetWithdrawnAsync(ContentKind kind, string id, bool withdrawn, long updatedOn, CancellationToken cancellation);
}
