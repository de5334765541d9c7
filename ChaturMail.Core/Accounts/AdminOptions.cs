namespace ChaturMail.Core.Accounts;

/// <summary>What is asked of operators. Section <c>Admin</c>.</summary>
public sealed class AdminOptions
{
    /// <summary>True when operators must prove a second factor: by code to their address as long as they have enrolled nothing better.</summary>
    public bool SecondFactor { get; set; } = true;
}
