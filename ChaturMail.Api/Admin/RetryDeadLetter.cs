using ChaturMail.Api.Http;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Queue;

namespace ChaturMail.Api.Admin;

/// <summary>Tries a job again that was given up. Its coins, which its user had back, are reserved again.</summary>
public static class RetryDeadLetter
{
    private const string Action = "deadletter.retry";

    /// <param name="Id">The job.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, DeadLetters letters, IGenerationQueue queue, OperatorActions actions, CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.Required("id", request.Id, Limits.Id).ToLowerInvariant();
        if (check.Failure is { } failure) return failure;
        if (await queue.FindDeadAsync(id, cancellation) is null) return Reply.Error(ApiError.DeadLetterNotFound);

        var line = await actions.NoteAsync(session, Action, id, "", cancellation);
        // Not cancelled: coins that are reserved and a job that is not enqueued would wait for the sweep.
        var problem = ProblemOf(await letters.RetryAsync(id, CancellationToken.None));
        if (problem is null) return Reply.Ok("The email is tried again. Its coins are reserved again; if it fails again, its user gets them back again.");
        await actions.NoteFailureAsync(session, Action, id, line, problem);
        return Reply.Error(ApiError.RetryImpossible, $"This cannot be tried again: {problem}. Nothing was changed.");
    }

    private static string? ProblemOf(JobRetry retry) => retry switch
    {
        JobRetry.Queued => null,
        JobRetry.InsufficientCoins => "its user has too few coins for it by now",
        JobRetry.PromptIsGone => "its template is not there any more",
        JobRetry.UserIsGone => "its user is gone or disabled",
        JobRetry.IsDone => "its email is written already",
        _ => "the record of the job is gone, because it is old or its user was erased",
    };
}
