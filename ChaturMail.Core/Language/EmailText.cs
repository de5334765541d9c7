namespace ChaturMail.Core.Language;

/// <summary>Turns what a model wrote into plain text that is ready to send.</summary>
public static class EmailText
{
    /// <summary>Cleans <paramref name="raw"/>.</summary>
    public static string Clean(string raw, string subject, string senderName) => raw.Trim();
}
