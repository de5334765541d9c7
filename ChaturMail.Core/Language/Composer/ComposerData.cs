using System.Reflection;

namespace ChaturMail.Core.Language.Composer;

/// <summary>The text files that travel inside the assembly, because the composer is wrong without exactly these.</summary>
internal static class ComposerData
{
    /// <summary>The text of a file in <c>Language/Composer/Data</c>.</summary>
    public static string Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("composer/" + file)
            ?? throw new InvalidOperationException($"The assembly lacks the composer's {file}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
