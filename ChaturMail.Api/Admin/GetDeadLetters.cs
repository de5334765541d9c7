using ChaturMail.Api.Http;
using ChaturMail.Core.Queue;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Lists the jobs that were given up, newest first, a page at a time, without a word of what users wrote.</summary>
public static class GetDeadLetters
{
    /// <param name="Limit">Letters in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(int? Limit, string? Cursor);

    /// <param name="Id">Of the job.</param>
    /// <param name="FirstTriedAt">Unix seconds.</param>
    /// <param name="BuriedAt">Unix seconds.</param>
    /// <param name="UserId">Whose job it is; null, as the next two, when its record is gone: then it cannot be tried again.</param>
    public sealed record Response(
        string Id, string Reason, int Attempts, long FirstTriedAt, long BuriedAt, string? UserId, string? PromptId, int? Coins);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, IGenerationQueue queue, IJobStore jobs, CancellationToken cancellation)
    {
        var check = new Check();
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        var page = await queue.ListDeadAsync(limit, after, cancellation);
        var found = await Task.WhenAll(page.Select(letter => jobs.FindAsync(letter.JobId, cancellation)));
        return Reply.List(
            "Dead letters.", page.Zip(found, (letter, job) => new Response(
                letter.JobId, letter.Reason, letter.Attempts, letter.FirstTriedAt.ToUnixTimeSeconds(), letter.BuriedAt.ToUnixTimeSeconds(),
                job?.UserId, job?.PromptId, job?.Coins)).ToList(),
            PageFields.Next(page, limit, letter => letter.Place));
    }
}
