using System.Security.Cryptography;

namespace ChaturMail.Api.Auth;

/// <summary>The session key of a developer's machine: made once and kept with the data, so that a restart signs nobody out.</summary>
internal static class DevelopmentKey
{
    private const int Digits = 64;

    /// <summary>Reads the key of the data folder, or makes one. Several processes that start together get the same.</summary>
    public static string ReadOrMake(string folder)
    {
        var path = Path.Combine(folder, "jwt.key");
        if (File.Exists(path) && File.ReadAllText(path) is { Length: Digits } known) return known;

        Directory.CreateDirectory(folder);
        // Whole and private before it has its name: a crash in between leaves no half a key.
        var draft = Path.Combine(folder, Path.GetRandomFileName());
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var writer = new StreamWriter(draft, options)) writer.Write(RandomNumberGenerator.GetHexString(Digits));
        try
        {
            File.Move(draft, path, overwrite: File.Exists(path) && new FileInfo(path).Length != Digits);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster.
            File.Delete(draft);
        }

        return File.ReadAllText(path);
    }
}
