namespace ChaturMail.Core.Identity;

/// <summary>The identity provider's own list of users. Safe for concurrent use.</summary>
public interface IIdentityDirectory
{
    /// <summary>Deletes the provider's user. One whom the provider does not know counts as deleted, so repeating it does no harm.</summary>
    /// <param name="uid">Firebase uid.</param>
    Task<DeletionResult> DeleteAsync(string uid, CancellationToken cancellation);
}

/// <summary>What came of deleting a user at the identity provider.</summary>
public abstract record DeletionResult
{
    private DeletionResult() { }

    /// <summary>The provider has no such user any more.</summary>
    public sealed record Deleted : DeletionResult
    {
        /// <summary>The only one that is needed.</summary>
        public static readonly Deleted Instance = new();
    }

    /// <summary>The provider could not be asked, or refused.</summary>
    /// <param name="Reason">For the log, without the uid.</param>
    public sealed record Unavailable(string Reason) : DeletionResult;
}
