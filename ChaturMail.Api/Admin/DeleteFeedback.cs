using ChaturMail.Api.Http;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Deletes a message of a user's.</summary>
public static class DeleteFeedback
{
    /// <param name="Id">The message.</param>
    public sealed record Request(string? Id);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IFeedbackStore feedback, OperatorActions actions, CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.Required("id", request.Id, Limits.Id).ToLowerInvariant();
        if (check.Failure is null && !DocumentId.IsValid(id)) check.Fail("The field 'id' must be the id of a message.");
        if (check.Failure is { } failure) return failure;

        var line = await actions.NoteAsync(session, "feedback.delete", id, "", cancellation);
        if (await feedback.DeleteAsync(id, cancellation)) return Reply.Ok("The message was deleted.");
        await actions.NoteFailureAsync(session, "feedback.delete", id, line, "there is none");
        return Reply.Error(ApiError.FeedbackNotFound);
    }
}
