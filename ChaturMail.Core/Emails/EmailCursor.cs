using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ChaturMail.Core.Storage;

namespace ChaturMail.Core.Emails;

/// <summary>A place in a history that is sorted by time and id, newest first: the last email of the page before.</summary>
/// <param name="CreatedOn">Unix seconds.</param>
/// <param name="Id">Tells emails of one second apart.</param>
public sealed record EmailCursor(long CreatedOn, string Id)
{
    /// <summary>The form in which clients hold it. They must not look inside.</summary>
    public string Encode() => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{CreatedOn}:{Id}")));

    /// <summary>Reads what <see cref="Encode"/> wrote; null for anything else.</summary>
    public static EmailCursor? Decode(string text)
    {
        if (text.Length > 100 || !Base64Url.IsValid(text)) return null;
        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(text)).Split(':');
        return parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && DocumentId.IsValid(parts[1]) ? new EmailCursor(seconds, parts[1]) : null;
    }
}
