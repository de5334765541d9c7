namespace ChaturMail.Api.Http;

/// <summary>What operators have to show. Section <c>Admin</c>.</summary>
public sealed class AdminOptions
{
    /// <summary>True when the routes of operators want a session that was begun with a second factor.</summary>
    public bool SecondFactor { get; set; } = true;
}
