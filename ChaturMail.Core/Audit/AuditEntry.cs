namespace ChaturMail.Core.Audit;

/// <summary>A line of the audit trail: who did what to whom. Written once and never changed.</summary>
/// <param name="Id">A <see cref="Storage.DocumentId"/>.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Uid of the operator, <c>user</c> for a user's own doing, or <c>system</c>. No address, no name.</param>
/// <param name="Action">Stable name, e.g. <c>user.disable</c>.</param>
/// <param name="Target">Uid, or id of a thing; empty where it would outlive what it names, as with an erased account.</param>
/// <param name="Details">What else to know, without personal data; at most 500 characters, may be empty.</param>
public sealed record AuditEntry(string Id, DateTimeOffset At, string Actor, string Action, string Target, string Details)
{
    /// <summary>True when the target is a user: a line that comes when the account is erased names nobody.</summary>
    public bool IsAboutUser { get; init; }
}
