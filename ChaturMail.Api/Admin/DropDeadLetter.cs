using ChaturMail.Api.Http;
using ChaturMail.Core.Queue;

namespace ChaturMail.Api.Admin;

/// <summary>Forgets a job that was given up. No coins move: its user got them back when it failed.</summary>
public static class DropDeadLetter
{
    private const string Action = "deadletter.drop";

    /// <param name="Id">The job.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IGenerationQueue queue, OperatorActions actions, CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.Required("id", request.Id, Limits.Id).ToLowerInvariant();
        if (check.Failure is { } failure) return failure;
        if (await queue.FindDeadAsync(id, cancellation) is null) return Reply.Error(ApiError.DeadLetterNotFound);

        var line = await actions.NoteAsync(session, Action, id, "", cancellation);
        if (await queue.DropDeadAsync(id, cancellation)) return Reply.Ok("The dead letter is forgotten. Its user has the coins back since it failed.");
        // Somebody else was faster.
        await actions.NoteFailureAsync(session, Action, id, line, "there is none");
        return Reply.Error(ApiError.DeadLetterNotFound);
    }
}
