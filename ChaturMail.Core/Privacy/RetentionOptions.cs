namespace ChaturMail.Core.Privacy;

/// <summary>
/// How long records are kept that nobody deletes by hand, 1 to 3650 days each. Section <c>Retention</c>. Ended jobs and idempotency keys
/// have <c>Worker:KeepEnded</c>, former accounts <c>Privacy:FormerAccounts</c>; expired sessions, tokens and codes go at once.
/// </summary>
public sealed class RetentionOptions
{
    /// <summary>Dead letters of the queue: ids of jobs, and why they were given up.</summary>
    public TimeSpan DeadLetters { get; set; } = TimeSpan.FromDays(30);

    /// <summary>Messages to the operators.</summary>
    public TimeSpan Feedback { get; set; } = TimeSpan.FromDays(730);

    /// <summary>Lines of the audit trail.</summary>
    public TimeSpan Audit { get; set; } = TimeSpan.FromDays(365);

    /// <summary>What calls of models cost, by day, for each user and in total.</summary>
    public TimeSpan Spending { get; set; } = TimeSpan.FromDays(90);

    /// <summary>Second models' emails, which operators compare with the users'.</summary>
    public TimeSpan Comparisons { get; set; } = TimeSpan.FromDays(30);

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate() =>
        from setting in new[]
        {
            (nameof(DeadLetters), DeadLetters), (nameof(Feedback), Feedback), (nameof(Audit), Audit), (nameof(Spending), Spending),
            (nameof(Comparisons), Comparisons),
        }
        where setting.Item2 < TimeSpan.FromDays(1) || setting.Item2 > TimeSpan.FromDays(3650)
        select $"Retention:{setting.Item1} must be 1 to 3650 days.";
}
