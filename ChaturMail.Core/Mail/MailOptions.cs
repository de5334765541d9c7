namespace ChaturMail.Core.Mail;

/// <summary>How the product's own mail (codes, notices) leaves. Section <c>Mail</c>.</summary>
public sealed class MailOptions
{
    /// <summary>Host of the SMTP server (RFC 5321). Empty: none, and in Development mail goes to the folder <c>mail</c> of the data folder.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port, 1 to 65535.</summary>
    public int Port { get; set; } = 587;

    /// <summary>Address that mail comes from.</summary>
    public string From { get; set; } = "no-reply@localhost";

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (Port is < 1 or > 65_535) yield return "Mail:Port must be 1 to 65535.";
    }
}
