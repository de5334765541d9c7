using ChaturMail.Core.Attachments;

namespace ChaturMail.Tests.Support;

/// <summary>An object store that nobody reaches.</summary>
internal sealed class StoreThatIsAway : IObjectStore
{
    public SignedAddress SignUpload(string key, string contentType, long bytes, TimeSpan lifetime) => throw new NotSupportedException();

    public SignedAddress SignDownload(string key, string contentType, string fileName, TimeSpan lifetime) => throw new NotSupportedException();

    public Task PutAsync(string key, string contentType, ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => throw new ObjectStoreException("It is away.");

    public Task<Stream?> OpenAsync(string key, CancellationToken cancellation) => throw new ObjectStoreException("It is away.");

    public Task DeleteAsync(string key, CancellationToken cancellation) => throw new ObjectStoreException("It is away.");
}
