using ChaturMail.Core.Generation;
using ChaturMail.Core.Spending;
using Microsoft.Extensions.Logging;

namespace ChaturMail.Core.Language.Routing;

/// <summary>
/// Has a share of the emails written by a second model too, for the operators to compare: afterwards, at no coin's cost, within the
/// deployment's budget, and best effort. Nothing of it fails, is tried again or reaches the user.
/// </summary>
/// <param name="second">The second model.</param>
/// <param name="percent">How many of a hundred emails, 0 to 100.</param>
public sealed class ModelComparison(
    ModelProvider second, int percent, ISpendingStore store, TimeProvider time, ILogger<ModelComparison> log)
{
    // How long a comparison waits for its turn behind users' emails.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(10);

    /// <summary>Whether a job is of the share: always the same for the same job.</summary>
    public bool IsChosen(string jobId)
    {
        // FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/): string.GetHashCode differs from process to process.
        var hash = 2166136261u;
        foreach (var c in jobId) hash = unchecked((hash ^ c) * 16777619u);
        return hash % 100 < percent;
    }

    /// <summary>Asks the second model, where the job is of the share, and keeps what it wrote.</summary>
    /// <param name="request">What the first model was asked.</param>
    /// <param name="first">What it wrote.</param>
    public async Task CompareAsync(GenerationJob job, ModelRequest request, ModelAnswer.Written first, CancellationToken cancellation)
    {
        if (!IsChosen(job.Id) || first.Usage?.Provider == second.Name) return;
        try
        {
            // Nobody's: a user's budget is not for what they did not ask for.
            var asked = request with { UserId = "", Sink = null, Clock = null, Options = request.Options with { Model = null } };
            switch (await second.AskAsync(asked, ModelRole.Comparison, LongestWait, cancellation))
            {
                case ModelAnswer.Written written:
                    var text = EmailText.Clean(written.Text, request.Subject, request.SenderName);
                    await store.AddComparisonAsync(
                        new Comparison(job.Id, job.UserId, time.GetUtcNow(), SideOf(first, first.Text), SideOf(written, text), text), CancellationToken.None);
                    break;
                case ModelAnswer.Failed failed:
                    log.LogInformation("The email of job {JobId} was not compared: {Reason}", job.Id, failed.Reason);
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // The process stops.
        }
        catch (Exception e)
        {
            log.LogFault(e, $"The email of job {job.Id} was not compared");
        }
    }

    private static ComparedText SideOf(ModelAnswer.Written written, string text) =>
        new(written.Model, written.Usage?.CostNanoUsd ?? 0, written.Duration, WordCount.Of(text));
}
