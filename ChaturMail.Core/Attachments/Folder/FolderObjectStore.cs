using ChaturMail.Core.Identity;

namespace ChaturMail.Core.Attachments.Folder;

/// <summary>
/// <see cref="IObjectStore"/> in a folder, a file each, at addresses of the Api's own: <c>/files/…</c>. Several processes may share the folder; those on
/// several machines only if it is a file system that they share. An object is written beside its place and moved there whole.
/// </summary>
/// <param name="keys">What addresses are signed with; null in a process that gives none, the Worker.</param>
public sealed class FolderObjectStore(string folder, DerivedKeys? keys, TimeProvider time) : IObjectStore
{
    private const string Draft = ".part";
    private const int BufferBytes = 64 * 1024;

    private readonly IReadOnlyList<byte[]> _keys = keys?.For("attachment addresses") ?? [];

    /// <inheritdoc/>
    public SignedAddress SignUpload(string key, string contentType, long bytes, TimeSpan lifetime) => Sign("PUT", key, contentType, bytes, "", lifetime);

    /// <inheritdoc/>
    public SignedAddress SignDownload(string key, string contentType, string fileName, TimeSpan lifetime) => Sign("GET", key, contentType, 0, fileName, lifetime);

    /// <summary>True when the signature is good for all that the address says, and its time is not over.</summary>
    public bool Allows(FileAddress address, string signature)
    {
        ArgumentNullException.ThrowIfNull(address);
        return IsKey(address.Key) && address.IsSignedBy(_keys, signature) && time.GetUtcNow().ToUnixTimeSeconds() < address.ExpiresOn;
    }

    /// <summary>Writes an object as it comes. False when it is not exactly so many bytes, or another request is writing it: then nothing is changed.</summary>
    public async Task<bool> ReceiveAsync(string key, Stream body, long bytes, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(body);
        var path = PathOf(key);
        MakeFolderOf(path);
        FileStream draft;
        try
        {
            // Nobody else opens it while it is written, in this process or another on this machine.
            draft = new FileStream(path + Draft, FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes, useAsync: true);
        }
        catch (IOException)
        {
            return false;
        }

        await using (draft)
        {
            var buffer = new byte[BufferBytes];
            long received = 0;
            for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
            {
                if ((received += read) > bytes) return false;
                await draft.WriteAsync(buffer.AsMemory(0, read), cancellation);
            }

            if (received != bytes) return false;
            await draft.FlushAsync(cancellation);
            // Moved while it is still held: nobody writes into what has its place.
            File.Move(path + Draft, path, overwrite: true);
            return true;
        }
    }

    /// <inheritdoc/>
    public async Task PutAsync(string key, string contentType, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        var path = PathOf(key);
        // Two requests may finish one upload at once, with the same bytes.
        var draft = $"{path}{Draft}";
        try
        {
            MakeFolderOf(path);
            await using var file = new FileStream(draft, FileMode.Create, FileAccess.Write, FileShare.None, 0, useAsync: true);
            await file.WriteAsync(bytes, cancellation);
            file.Flush(flushToDisk: true);
            File.Move(draft, path, overwrite: true);
        }
        catch (IOException e)
        {
            throw new ObjectStoreException("A file of the attachments could not be written.", e);
        }
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenAsync(string key, CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult<Stream?>(new FileStream(
                PathOf(key), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, BufferBytes, useAsync: true));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult<Stream?>(null);
        }
        catch (IOException e)
        {
            throw new ObjectStoreException("A file of the attachments could not be read.", e);
        }
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellation)
    {
        try
        {
            var path = PathOf(key);
            if (!Directory.Exists(Path.GetDirectoryName(path))) return Task.CompletedTask;
            File.Delete(path + Draft);
            File.Delete(path);
            return Task.CompletedTask;
        }
        catch (IOException e)
        {
            throw new ObjectStoreException("A file of the attachments could not be deleted.", e);
        }
    }

    private SignedAddress Sign(string method, string key, string contentType, long bytes, string fileName, TimeSpan lifetime)
    {
        if (_keys.Count == 0) throw new InvalidOperationException("Addresses of files are given by the Api alone.");
        if (!IsKey(key)) throw new ArgumentException("It is no key of an object.", nameof(key));
        var expires = time.GetUtcNow() + lifetime;
        return new SignedAddress(new FileAddress(method, key, expires.ToUnixTimeSeconds(), contentType, bytes, fileName).Write(_keys[0]), expires);
    }

    private static void MakeFolderOf(string path)
    {
        // Everybody's pictures are in it.
        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string PathOf(string key) => IsKey(key) ? Path.Combine(folder, key) : throw new ArgumentException("It is no key of an object.", nameof(key));

    // Two names with a slash between: nothing that leads out of the folder.
    private static bool IsKey(string key) => key.Split('/') is [{ Length: > 0 } first, { Length: > 0 } second]
        && first.Concat(second).All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
