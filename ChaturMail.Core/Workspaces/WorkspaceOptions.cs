namespace ChaturMail.Core.Workspaces;

/// <summary>How much there may be of what people do together. Section <c>Workspaces</c>.</summary>
public sealed class WorkspaceOptions
{
    /// <summary>Parties that one user may own, 1 to 100.</summary>
    public int PartiesOfAUser { get; set; } = 10;

    /// <summary>Members of a party, its owner among them, 2 to 256.</summary>
    public int MembersOfAParty { get; set; } = 10;

    /// <summary>Topics of a party, 1 to 100.</summary>
    public int TopicsOfAParty { get; set; } = 10;

    /// <summary>Members of a group conversation, 2 to 256.</summary>
    public int MembersOfAGroup { get; set; } = 256;

    /// <summary>Group conversations that one user may have made, 1 to 1000.</summary>
    public int GroupsOfAUser { get; set; } = 100;

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (PartiesOfAUser is < 1 or > 100) yield return "Workspaces:PartiesOfAUser must be 1 to 100.";
        if (MembersOfAParty is < 2 or > 256) yield return "Workspaces:MembersOfAParty must be 2 to 256.";
        if (TopicsOfAParty is < 1 or > 100) yield return "Workspaces:TopicsOfAParty must be 1 to 100.";
        if (MembersOfAGroup is < 2 or > 256) yield return "Workspaces:MembersOfAGroup must be 2 to 256.";
        if (GroupsOfAUser is < 1 or > 1000) yield return "Workspaces:GroupsOfAUser must be 1 to 1000.";
    }
}
