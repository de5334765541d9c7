using ChaturMail.Core.Identity;

namespace ChaturMail.Core.Attachments.Folder;

/// <summary>
/// <see cref="IObjectStore"/> in a folder, a file each, at addresses of the Api's own: <c>/files/…</c>. Several processes may share the folder; those on
/// several machines only if it is a file system that they share. An object is written beside its place and moved there whole.
/// </summary>
/// <param name="keys">What addresses are signed with; null in a process that gives none, the Worker.</param>
public sealed class FolderObjectStore(string folder, DerivedKeys? keys, TimeProvider time) : IObjectStore
{
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

    /// <summary>Writes an object as it comes. False when it is not exactly so many bytes, or was deleted meanwhile: then nothing is changed.</summary>
    public Task<bool> ReceiveAsync(string key, Stream body, long bytes, CancellationToken cancellation) => WriteAsync(key, async draft =>
    {
        var buffer = new byte[BufferBytes];
        long received = 0;
        for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if ((received += read) > bytes) return false;
            await draft.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        return received == bytes;
    });

    /// <inheritdoc/>
    public async Task PutAsync(string key, string contentType, ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await WriteAsync(key, async draft =>
            {
                await draft.WriteAsync(bytes, cancellation);
                draft.Flush(flushToDisk: true);
                return true;
            });
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
            // Few at any time: of requests under way, and of processes that died in one.
            if (Directory.Exists(DraftFolder))
                foreach (var draft in Directory.EnumerateFiles(DraftFolder, DraftNameOf(key) + ".*")) File.Delete(draft);
            if (Directory.Exists(Path.GetDirectoryName(path))) File.Delete(path);
            return Task.CompletedTask;
        }
        catch (IOException e)
        {
            throw new ObjectStoreException("A file of the attachments could not be deleted.", e);
        }
    }

    // Drafts have names of their own, so that nobody waits for anybody, and begin with that of their object, so that they go with it.
    private async Task<bool> WriteAsync(string key, Func<FileStream, Task<bool>> write)
    {
        var path = PathOf(key);
        MakeFolder(Path.GetDirectoryName(path)!);
        MakeFolder(DraftFolder);
        var draft = Path.Combine(DraftFolder, $"{DraftNameOf(key)}.{Path.GetRandomFileName()}");
        try
        {
            await using (var file = new FileStream(draft, FileMode.CreateNew, FileAccess.Write, FileShare.Delete, BufferBytes, useAsync: true))
                if (!await write(file)) return false;
            File.Move(draft, path, overwrite: true);
            return true;
        }
        catch (FileNotFoundException)
        {
            // Deleted while it was written, draft and all: as if it had been right after.
            return false;
        }
        finally
        {
            File.Delete(draft);
        }
    }

    private SignedAddress Sign(string method, string key, string contentType, long bytes, string fileName, TimeSpan lifetime)
    {
        if (_keys.Count == 0) throw new InvalidOperationException("Addresses of files are given by the Api alone.");
        if (!IsKey(key)) throw new ArgumentException("It is no key of an object.", nameof(key));
        var expires = time.GetUtcNow() + lifetime;
        return new SignedAddress(new FileAddress(method, key, expires.ToUnixTimeSeconds(), contentType, bytes, fileName).Write(_keys[0]), expires);
    }

    private string DraftFolder => Path.Combine(folder, "drafts");

    private static string DraftNameOf(string key) => key.Replace('/', '-');

    private static void MakeFolder(string path)
    {
        // Everybody's pictures are in it.
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string PathOf(string key) => IsKey(key) ? Path.Combine(folder, key) : throw new ArgumentException("It is no key of an object.", nameof(key));

    // Two names with a slash between: nothing that leads out of the folder.
    private static bool IsKey(string key) => key.Split('/') is [{ Length: > 0 } first, { Length: > 0 } second]
        && first.Concat(second).All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
