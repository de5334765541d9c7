using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Emails;

/// <summary>Carries a checked request out within the limits of its user and of this server, and puts what came of it into an answer.</summary>
public sealed class EmailGeneration(GenerationService generation, RequestLimits limits, WaitingRequests waiting)
{
    /// <summary>An email that is not there, or one of several of which one is not finished yet.</summary>
    /// <param name="Id">The id that it has, or will have, in the history.</param>
    /// <param name="DocumentId">The same.</param>
    /// <param name="State">queued, done or failed.</param>
    public sealed record Pending(string Id, [property: JsonPropertyName("_id")] string DocumentId, string State);

    /// <summary>Runs the request. Each of its variants counts against the user's limit; together they take one of the places to wait in.</summary>
    /// <param name="aborted">Ends the waiting, not the work.</param>
    public async Task<IResult> RunAsync(User user, GenerationRequest request, CancellationToken aborted)
    {
        if (await CountAsync(user, request) is { } tooMany) return tooMany;
        using var place = waiting.TryEnter(aborted);
        if (place is null) return Reply.Error(ApiError.Busy);
        return Answer(await generation.GenerateAsync(user, request, waiting.Longest, place.Cancellation));
    }

    /// <summary>Counts each of the request's variants against the user's limit; the refusal when that is reached.</summary>
    internal async Task<IResult?> CountAsync(User user, GenerationRequest request)
    {
        for (var variant = 0; variant < request.Variants; variant++)
            if (await limits.CountGenerationAsync(user.Uid) is { } tooMany) return Reply.Error(tooMany);
        return null;
    }

    /// <summary>The answer to a request of which this has become.</summary>
    internal static IResult Answer(IReadOnlyList<GenerationResult> results)
    {
        foreach (var result in results)
        {
            if (result is GenerationResult.KeyReused) return Reply.Error(ApiError.IdempotencyConflict);
            // Of an accepted request: the account went away between the check of the request and now.
            if (result is GenerationResult.Refused { Why: var why })
                return Reply.Error(why == Acceptance.InsufficientCoins ? ApiError.InsufficientCoins : ApiError.NotAuthenticated);
        }

        var failed = results.OfType<GenerationResult.Failed>().ToList();
        if (failed.Count == results.Count) return Reply.Error(ApiError.ForFailure(failed[0].Code));
        if (results.Any(result => result is GenerationResult.StillRunning)) return StillRunning(results);
        var emails = results.OfType<GenerationResult.Finished>().Select(result => result.Email).ToList();
        return Reply.List(Message(emails, failed.Count), emails.ConvertAll(EmailItem.Of));
    }

    private static IResult StillRunning(IReadOnlyList<GenerationResult> results) => Reply.List(
        results.Count == 1
            ? "Your email takes longer than usual. It will appear in your history."
            : "Your emails take longer than usual. They will appear in your history.",
        results.Select(result => result switch
        {
            GenerationResult.Finished { Email.Id: var id } => new Pending(id, id, "done"),
            GenerationResult.Failed { Id: var id } => new Pending(id, id, "failed"),
            GenerationResult.StillRunning { Id: var id } => new Pending(id, id, "queued"),
            _ => throw new InvalidOperationException($"{result.GetType().Name} is no result of an accepted job."),
        }).ToList(), status: StatusCodes.Status202Accepted);

    private static string Message(List<StoredEmail> emails, int failed)
    {
        var sentences = new List<string> { emails.Count == 1 ? "Email generated." : $"{emails.Count} emails generated." };
        if (failed > 0) sentences.Add(failed == 1 ? "1 could not be written; its coins were given back." : $"{failed} could not be written; their coins were given back.");
        sentences.AddRange(emails.Select(email => email.Note).OfType<string>().Distinct());
        return string.Join(' ', sentences);
    }
}
