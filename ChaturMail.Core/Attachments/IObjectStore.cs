namespace ChaturMail.Core.Attachments;

/// <summary>
/// Objects by key: files that clients write and read themselves, at addresses that are signed for one request and a short time. Nobody reads or writes one
/// without such an address. Every method is safe under concurrent use by several processes.
/// </summary>
public interface IObjectStore
{
    /// <summary>An address at which one object is written by PUT, with exactly this type and this many bytes.</summary>
    /// <param name="key">Two parts with a slash between, of letters, digits and hyphens.</param>
    SignedAddress SignUpload(string key, string contentType, long bytes, TimeSpan lifetime);

    /// <summary>An address at which one object is read by GET, as a file of this type and name.</summary>
    /// <param name="fileName">ASCII letters, digits, hyphens and dots.</param>
    SignedAddress SignDownload(string key, string contentType, string fileName, TimeSpan lifetime);

    /// <summary>Writes an object, in the place of what was there; whole or not at all.</summary>
    /// <exception cref="ObjectStoreException">It could not be done now.</exception>
    Task PutAsync(string key, string contentType, ReadOnlyMemory<byte> bytes, CancellationToken cancellation);

    /// <summary>The object's bytes, or null when there is none.</summary>
    /// <exception cref="ObjectStoreException">It could not be done now.</exception>
    Task<Stream?> OpenAsync(string key, CancellationToken cancellation);

    /// <summary>Deletes an object, and what was begun to be written of it. Nothing happens when there is none.</summary>
    /// <exception cref="ObjectStoreException">It could not be done now.</exception>
    Task DeleteAsync(string key, CancellationToken cancellation);
}

/// <summary>An address that is good for one kind of request.</summary>
/// <param name="Url">Absolute, or beginning with a slash when it is the Api's own.</param>
/// <param name="ExpiresOn">When it ends.</param>
public sealed record SignedAddress(string Url, DateTimeOffset ExpiresOn);

/// <summary>The object store could not be used now.</summary>
public sealed class ObjectStoreException(string message, Exception? inner = null) : IOException(message, inner);
