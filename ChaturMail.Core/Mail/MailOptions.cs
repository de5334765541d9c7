using System.Net;
using System.Net.Mail;

namespace ChaturMail.Core.Mail;

/// <summary>How the product's own mail (codes, notices) leaves. Section <c>Mail</c>.</summary>
public sealed class MailOptions
{
    private const int TlsFromTheFirstByte = 465;

    /// <summary>Host of the SMTP server (RFC 5321). Empty: none, and in Development mail goes to the folder <c>mail</c> of the data folder.</summary>
    public string Host { get; set; } = "";

    /// <summary>Its port, 1 to 65535; 465 with <see cref="MailSecurity.Tls"/> alone.</summary>
    public int Port { get; set; } = 587;

    /// <summary>Name to sign in with (RFC 4954). Empty: without signing in.</summary>
    public string UserName { get; set; } = "";

    /// <summary>Password to sign in with.</summary>
    public string Password { get; set; } = "";

    /// <summary>Address that mail comes from.</summary>
    public string From { get; set; } = "no-reply@localhost";

    /// <summary>Name that mail comes from.</summary>
    public string FromName { get; set; } = "ChaturMail";

    /// <summary>Whether the connection must be encrypted. A password is sent in the clear to this machine alone.</summary>
    public MailSecurity Security { get; set; } = MailSecurity.StartTls;

    /// <summary>How long handing over one mail may take, 1 second to 5 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (Port is < 1 or > 65_535) yield return "Mail:Port must be 1 to 65535.";
        if (Port == TlsFromTheFirstByte && Security != MailSecurity.Tls) yield return "Mail:Port 465 is encrypted from the first byte: set Mail:Security to Tls, or use 587.";
        if (!MailAddress.TryCreate(From, out var from) || from.Address != From) yield return "Mail:From must be an address.";
        if (FromName.Any(char.IsControl)) yield return "Mail:FromName must be one line.";
        if (!Enum.IsDefined(Security)) yield return "Mail:Security must be None, StartTls or Tls.";
        if (Timeout < TimeSpan.FromSeconds(1) || Timeout > TimeSpan.FromMinutes(5)) yield return "Mail:Timeout must be 1 second to 5 minutes.";
        if (Host.Length == 0 || IsThisMachine(Host)) yield break;
        if (Uri.CheckHostName(Host) == UriHostNameType.Unknown) yield return "Mail:Host must be the name or the address of a host.";
        if (from is { Host: "localhost" }) yield return "Mail:From is missing: the address that the mail server lets you send from.";
        if (UserName.Length > 0 && Security == MailSecurity.None)
            yield return "Mail:Security None would send Mail:Password in the clear. Set it to StartTls.";
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));
}

/// <summary>How the connection to a mail server is protected.</summary>
public enum MailSecurity
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Encrypted by STARTTLS (RFC 3207), with a certificate that this machine trusts, or nothing is sent.</summary>
    StartTls,

    /// <summary>Encrypted from the first byte (RFC 8314, section 3.3), with a certificate that this machine trusts.</summary>
    Tls,
}
