using System.Security.Cryptography;

namespace ChaturMail.Api.Auth;

/// <summary>The keys of a developer's machine: made once and kept with the data, so that a restart signs nobody out.</summary>
internal static class DevelopmentKey
{
    private const int Digits = 64;

    /// <summary>Reads the key of the data folder, or makes one. Several processes that start together get the same.</summary>
    public static string ReadOrMake(string folder) =>
        ReadOrMake(folder, "jwt.key", text => text.Length == Digits, () => RandomNumberGenerator.GetHexString(Digits));

    /// <summary>The same for the key of encrypted bodies: RSA of 2048 bits, in PEM.</summary>
    public static string ReadOrMakeRsa(string folder) => ReadOrMake(
        folder, "encryption.key", text => text.EndsWith("-----END PRIVATE KEY-----", StringComparison.Ordinal), () =>
        {
            using var rsa = RSA.Create(2048);
            return rsa.ExportPkcs8PrivateKeyPem();
        });

    /// <summary>The same for a key of another kind, in a file of its own.</summary>
    /// <param name="isWhole">True for a text that can have been written by this.</param>
    public static string ReadOrMake(string folder, string file, Func<string, bool> isWhole, Func<string> make)
    {
        var path = Path.Combine(folder, file);
        if (File.Exists(path) && File.ReadAllText(path) is var known && isWhole(known)) return known;

        Directory.CreateDirectory(folder);
        // Whole and private before it has its name: a crash in between leaves no half a key.
        var draft = Path.Combine(folder, Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options)) writer.Write(make());
        try
        {
            File.Move(draft, path, overwrite: File.Exists(path) && !isWhole(File.ReadAllText(path)));
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
            File.Delete(draft);
        }

        return File.ReadAllText(path);
    }
}
