using ChaturMail.Core.Language;

namespace ChaturMail.Core.Generation;

/// <summary>What one run of a job came to, before anything of it is saved.</summary>
public abstract record GenerationOutcome
{
    private GenerationOutcome() { }

    /// <summary>The email is written.</summary>
    public sealed record Written(ModelAnswer.Written Answer) : GenerationOutcome
    {
        /// <summary>What the model was asked.</summary>
        public ModelRequest? Request { get; init; }
    }

    /// <summary>Another try makes sense, not before <paramref name="Delay"/>.</summary>
    public sealed record Again(TimeSpan Delay, string Reason) : GenerationOutcome;

    /// <summary>The job is given up.</summary>
    /// <param name="Code">A <see cref="FailureCode"/>.</param>
    /// <param name="Reason">For the log and the dead letter.</param>
    public sealed record GivenUp(string Code, string Reason) : GenerationOutcome;

    /// <summary>The worker is stopping; the job goes back as it was.</summary>
    public sealed record HandedBack : GenerationOutcome;
}
