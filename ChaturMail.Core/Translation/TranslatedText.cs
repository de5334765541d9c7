using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Language;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Translation;

/// <summary>
/// A text in another language, kept for everybody who may see the original: it names nobody, and is found by the original's digest alone, so that only
/// who has the original finds it.
/// </summary>
/// <param name="Id">By <see cref="IdOf"/>.</param>
/// <param name="OfText">Digest of the original by <see cref="DigestOf"/>, under which its translations into all languages are listed.</param>
/// <param name="Language">BCP 47 tag of the language that it is in.</param>
/// <param name="Text">The translation.</param>
/// <param name="Source">BCP 47 tag of the original's language; null where that does not tell.</param>
/// <param name="UsedOn">When it was last given to a reader, to the day; Unix milliseconds.</param>
public sealed record TranslatedText(string Id, string OfText, string Language, string Text, string? Source, long UsedOn)
{
    /// <summary>The key under which all are listed, those that nobody has read for longest first.</summary>
    public const string All = "all";

    /// <summary>How it is kept.</summary>
    public static readonly DocumentKind<TranslatedText> Kind = new(
        "translation", text => text.Id, text => text.UsedOn, text => [All, KeyOf(text.OfText)]);

    /// <summary>The key under which the translations of one text are listed.</summary>
    public static string KeyOf(string ofText) => "text:" + ofText;

    /// <summary>Digest of a text: SHA-256 (FIPS 180-4) of its UTF-16 as UTF-8, in hexadecimal digits.</summary>
    public static string DigestOf(string text) => Hash(text);

    /// <summary>The id of a text's translation into a language, by the rules that models are told now.</summary>
    public static string IdOf(string text, string language) => Hash($"{TranslationPrompt.Version}\n{language}\n{text}");

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
