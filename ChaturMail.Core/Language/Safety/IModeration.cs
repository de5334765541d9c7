namespace ChaturMail.Core.Language.Safety;

/// <summary>Asks a service whether a text may be dealt with. Where none is configured, there is no moderation.</summary>
public interface IModeration
{
    /// <summary>What the service says of the text.</summary>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    Task<ModerationResult> CheckAsync(string text, CancellationToken cancellation);
}

/// <summary>What a moderation service says.</summary>
public abstract record ModerationResult
{
    private ModerationResult() { }

    /// <summary>Nothing against it.</summary>
    public sealed record Passed : ModerationResult;

    /// <summary>Not to be dealt with.</summary>
    /// <param name="Categories">The service's names of what it found, for the log.</param>
    public sealed record Flagged(string Categories) : ModerationResult;

    /// <summary>The service did not answer.</summary>
    /// <param name="Reason">For the log, without a word of the user's.</param>
    /// <param name="RetryAfter">The least time to wait that the service asked for, or null.</param>
    public sealed record Unavailable(string Reason, TimeSpan? RetryAfter = null) : ModerationResult;
}
