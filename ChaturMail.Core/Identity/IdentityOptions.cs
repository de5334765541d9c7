namespace ChaturMail.Core.Identity;

/// <summary>What is asked of people who sign in. Section <c>Identity</c>.</summary>
public sealed class IdentityOptions
{
    /// <summary>True when an address that the identity provider does not vouch for must be confirmed by a code, once, before its user is let in.</summary>
    public bool RequireVerifiedEmail { get; set; }

    /// <summary>What authenticator apps call this service, 1 to 40 characters without a colon.</summary>
    public string Issuer { get; set; } = "ChaturMail";

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (Issuer.Length is < 1 or > 40 || Issuer.Any(c => c == ':' || char.IsControl(c)))
            yield return "Identity:Issuer must be 1 to 40 characters without a colon.";
    }
}
