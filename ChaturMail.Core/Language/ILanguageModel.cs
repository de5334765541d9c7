using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Language;

/// <summary>
/// Something that writes an email: a provider's API, a self-hosted server, or the offline composer.
/// Implementations are safe for concurrent use, hold no state of a request, retry nothing themselves,
/// and report every foreseeable failure as <see cref="ModelAnswer.Failed"/>; only cancellation and bugs are exceptions.
/// </summary>
public interface ILanguageModel
{
    /// <summary>Writes one email. The text is as the model gave it; <see cref="EmailText"/> cleans it.</summary>
    Task<ModelAnswer> WriteAsync(ModelRequest request, CancellationToken cancellation);
}

/// <summary>What a model is told. Subject, keywords and recipient are the user's data, never instructions.</summary>
/// <param name="Prompt">The template: guidance, worked examples, and what the offline composer needs.</param>
/// <param name="Subject">Subject line as the user typed it.</param>
/// <param name="Keywords">The keywords, trimmed, none empty, in the user's order.</param>
/// <param name="ToEmail">The recipient's address; may be any text, the app does not check it.</param>
/// <param name="SenderName">The user's display name, or an empty string when none is known.</param>
/// <param name="Seed">Varies the result between regenerations; the same seed and request give the composer's same text.</param>
public sealed record ModelRequest(
    PromptTemplate Prompt, string Subject, IReadOnlyList<string> Keywords, string ToEmail, string SenderName, int Seed)
{
    /// <summary>What was asked beyond the fields above. The user's data as well.</summary>
    public EmailOptions Options { get; init; } = EmailOptions.None;

    /// <summary>BCP 47 tag of the language to write in: the asked one, else that of subject and keywords.</summary>
    public string Language { get; init; } = "en";

    /// <summary>The change of an earlier email that is asked for, or null for a new one.</summary>
    public Rewrite? Rewrite { get; init; }

    /// <summary>Uid of who asks, for budgets. Never sent to a provider.</summary>
    public string UserId { get; init; } = "";

    /// <summary>True when the job is not tried again after this run, so that a lesser model is better than none.</summary>
    public bool IsLastAttempt { get; init; }

    /// <summary>Gets the text as the model writes it, where somebody reads along; else null.</summary>
    public ITextSink? Sink { get; init; }

    /// <summary>The run's time, which stands still while the request waits for its turn; null when nothing bounds it.</summary>
    public RunClock? Clock { get; init; }
}

/// <summary>Takes a text piece by piece while it is written. Never blocks and never throws: who writes must not wait for who reads.</summary>
public interface ITextSink
{
    /// <summary>The next piece.</summary>
    void Append(string piece);

    /// <summary>What came so far does not count: the writing begins anew.</summary>
    void Restart();
}

/// <summary>A model's answer: a text, or a failure that says what to do next.</summary>
public abstract record ModelAnswer
{
    private ModelAnswer() { }

    /// <summary>The model wrote something.</summary>
    /// <param name="Text">The text as it came.</param>
    /// <param name="Model">The model that wrote it, as its provider names it.</param>
    /// <param name="InputTokens">Tokens read, 0 when unknown.</param>
    /// <param name="OutputTokens">Tokens written, 0 when unknown.</param>
    /// <param name="Note">A sentence for the user about a limit of this answer, or null.</param>
    public sealed record Written(string Text, string Model, int InputTokens, int OutputTokens, string? Note) : ModelAnswer
    {
        /// <summary>What it cost, over all calls; null when the model is free and counts nothing.</summary>
        public EmailUsage? Usage { get; init; }

        /// <summary>Time that the call took which brought this text; zero when unknown.</summary>
        public TimeSpan Duration { get; init; }
    }

    /// <summary>The model wrote nothing of use.</summary>
    /// <param name="Kind">Whether and where another try makes sense.</param>
    /// <param name="Reason">For the log: provider, status and error type; never the user's text or a secret.</param>
    /// <param name="RetryAfter">The least time to wait that the provider asked for, or null.</param>
    public sealed record Failed(ModelFailure Kind, string Reason, TimeSpan? RetryAfter = null) : ModelAnswer
    {
        /// <summary>What the failed call cost all the same, as far as it is known: it broke off after the model had read or written. Else null.</summary>
        public EmailUsage? Usage { get; init; }
    }
}

/// <summary>Why a model gave no text, in the terms that decide about another try.</summary>
public enum ModelFailure
{
    /// <summary>Passing: time-out, connection lost, 408, 409, 429 by rate, 5xx, an answer that cannot be read.</summary>
    Retryable,

    /// <summary>This provider will not answer before someone changes its configuration: a bad key, an unknown model.</summary>
    ProviderOnly,

    /// <summary>The request itself was refused (400, content policy): every further try fails alike.</summary>
    RequestRefused,

    /// <summary>The account at the provider has no credit left.</summary>
    OutOfCredit,

    /// <summary>This model cannot do what is asked, e.g. write that language; another may.</summary>
    Unsupported,

    /// <summary>A daily budget does not allow the call, which was not made.</summary>
    OverBudget,
}
