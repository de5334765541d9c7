using System.Text.RegularExpressions;

namespace ChaturMail.Tests.Support;

/// <summary>Mail that an Api without a mail server writes into its data folder.</summary>
internal static partial class MailFolder
{
    /// <summary>Waits for a mail with a code, takes away everything that has come so far, and gives the code.</summary>
    public static async Task<string> NextCodeAsync(string dataFolder) => Code().Match(await NextAsync(dataFolder, text => Code().IsMatch(text))).Value;

    /// <summary>Waits for a mail of this content, and takes away everything that has come so far.</summary>
    public static async Task<string> NextAsync(string dataFolder, Func<string, bool> wanted)
    {
        string? found = null;
        await Eventually.TrueAsync(async () =>
        {
            foreach (var text in await ReadAsync(dataFolder))
                if (wanted(text)) found = text;
            return found is not null;
        });
        foreach (var path in Directory.GetFiles(Path.Combine(dataFolder, "mail"), "*.eml")) File.Delete(path);
        return found!;
    }

    /// <summary>Waits until so many mails with a code have come to an address, and gives the code of the last of them. Takes none away.</summary>
    public static async Task<string> CodeToAsync(string dataFolder, string address, int number = 1)
    {
        var codes = new List<string>();
        await Eventually.TrueAsync(async () =>
        {
            codes = [.. from text in await ReadAsync(dataFolder)
                        where text.Contains($"\r\nTo: {address}\r\n", StringComparison.OrdinalIgnoreCase)
                        let code = SixDigits().Match(text, text.IndexOf("\r\n\r\n", StringComparison.Ordinal))
                        where code.Success
                        select code.Value];
            return codes.Count >= number;
        });
        return codes[number - 1];
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(string dataFolder)
    {
        var folder = Path.Combine(dataFolder, "mail");
        if (!Directory.Exists(folder)) return [];
        var texts = new List<string>();
        foreach (var path in Directory.GetFiles(folder, "*.eml").Order(StringComparer.Ordinal)) texts.Add(await File.ReadAllTextAsync(path));
        return texts;
    }

    [GeneratedRegex(@"(?<=Your code is )\d{6}")]
    private static partial Regex Code();

    [GeneratedRegex(@"\b\d{6}\b")]
    private static partial Regex SixDigits();
}
