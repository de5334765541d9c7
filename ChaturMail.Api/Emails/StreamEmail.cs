using ChaturMail.Api.Http;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Live;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Emails;

/// <summary>
/// Writes an email and lets the client read along: the same request as <see cref="GenerateEmail"/>, or, with an <c>id</c>, as
/// <see cref="RegenerateEmail"/>, answered by events. With <c>Last-Event-ID</c> it goes on where a broken connection ended, on any
/// instance, and nothing is asked for or charged.
/// </summary>
public static class StreamEmail
{
    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        RegenerateEmail.Request request, SessionUser session, IEmailStore emails, EmailRequestReader reader, EmailGeneration limited,
        GenerationService generation, WaitingRequests waiting, EmailStreams streams, HttpContext context)
    {
        var check = new Check();
        var last = LastEventId(context.Request, check);
        if (request.Variants > 1) check.Fail("The field 'variants' must be 1 here: one stream carries one email.");
        if (check.Failure is { } failure) return failure;
        GenerationRequest? asked = null;
        if (last is null)
        {
            (asked, var refused) = request is { Id: null, Rewrite: null }
                ? await reader.ReadAsync(request, session.Account.Uid, context.Request, context.RequestAborted)
                : await RegenerateEmail.ReadAsync(request, session, emails, reader, context);
            refused ??= await limited.CountAsync(session.Account, asked!);
            if (refused is not null) return refused;
        }

        using var place = waiting.TryEnter(context.RequestAborted);
        if (place is null) return Reply.Error(ApiError.Busy);
        if (asked is null)
        {
            using var found = await generation.FindAsync(session.Account.Uid, last!.Value.JobId, context.RequestAborted);
            if (found is null) return Reply.Error(ApiError.EmailNotFound);
            await streams.ResumeAsync(context, found, last.Value.Position, place.Cancellation);
            return Results.Empty;
        }

        var (jobs, answer) = await generation.AcceptAsync(session.Account, asked with { IsStreamed = true }, context.RequestAborted);
        if (answer is not null and not [GenerationResult.Finished]) return EmailGeneration.Answer(answer);
        using var watch = answer is null ? await generation.FollowAsync(jobs[0]) : generation.Watch(jobs[0].UserId, jobs[0].Id);
        await streams.BeginAsync(context, watch, answer?[0], place.Cancellation);
        return Results.Empty;
    }

    // JOB:POSITION, as it stands in the id of each event.
    private static (string JobId, LivePosition Position)? LastEventId(HttpRequest request, Check check)
    {
        if (!request.Headers.TryGetValue("Last-Event-ID", out var values)) return null;
        if (values is [{ } text] && text.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && DocumentId.IsValid(text[..colon])
            && LivePosition.Parse(text.AsSpan(colon + 1)) is { } position) return (text[..colon].ToLowerInvariant(), position);
        check.Fail("The header 'Last-Event-ID' must be the id of an event of this stream.");
        return null;
    }
}
