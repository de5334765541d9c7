namespace ChaturMail.Core.Language.Safety;

/// <summary>
/// Finds links, addresses and handles in an email that its user did not give. A link in a mail that somebody sends in their own name is
/// what an attacker wants most, and no email needs one that its sender did not think of.
/// </summary>
/// <remarks>
/// The user's own text gives what it holds: a link exactly as it stands, its host alone, an address and its host, and domains above them.
/// The context, which somebody else wrote, gives only what leads back to that somebody: links and addresses at the recipient's own domain,
/// which a provider of mailboxes for everybody is not.
/// </remarks>
internal static class ForeignContacts
{
    /// <summary>What kind of thing is foreign, or null.</summary>
    public static string? In(string plain, GivenText given, string toEmail)
    {
        var found = Contacts.In(plain);
        if (found.Links.Count == 0 && found.Addresses.Count == 0 && found.Handles.Count == 0) return null;
        var own = Contacts.In(given.Own);
        var hosts = own.Links.Select(link => link.Host).Concat(own.Addresses.Select(a => a.Host)).ToHashSet();
        if (Hosts.OwnDomain(toEmail) is { } domain)
        {
            var context = Contacts.In(given.Context);
            own.Links.UnionWith(context.Links.Where(link => Hosts.IsOf(link.Host, domain) && !link.Path.Contains('@', StringComparison.Ordinal)));
            own.Addresses.UnionWith(context.Addresses.Where(a => Hosts.IsOf(a.Host, domain)));
        }

        if (found.Links.Any(link => !own.Links.Contains(link) && !(link.Path.Length == 0 && IsGiven(link.Host, hosts)))) return "a foreign link";
        if (found.Addresses.Any(address => !own.Addresses.Contains(address))) return "a foreign address";
        return found.Handles.IsSubsetOf(own.Handles) ? null : "a foreign handle";
    }

    private static bool IsGiven(string host, HashSet<string> hosts) => hosts.Contains(host) || hosts.Contains("www." + host)
        || (host.StartsWith("www.", StringComparison.Ordinal) && hosts.Contains(host[4..]))
        || (host.Contains('.', StringComparison.Ordinal) && hosts.Any(given => Hosts.IsOf(given, host)));
}
