using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Admin;

/// <summary>Lists the audit trail, newest first, a page at a time.</summary>
public static class GetAudit
{
    /// <param name="Target">Keeps lines of this uid or id; all when absent.</param>
    /// <param name="Limit">Lines in the page, 1 to 100; 100 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the newest when absent.</param>
    public sealed record Request(string? Target, int? Limit, string? Cursor);

    /// <param name="At">Unix milliseconds.</param>
    /// <param name="Actor">Uid of the operator, <c>user</c> or <c>system</c>.</param>
    /// <param name="Target">Uid, or id of a thing; may be empty.</param>
    public sealed record Response(string Id, long At, string Actor, string Action, string Target, string Details);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request? request, IAuditLog audit, CancellationToken cancellation)
    {
        var check = new Check();
        var target = check.Optional("target", request?.Target, Limits.Uid);
        var (limit, after) = PageFields.Read(check, request?.Limit, request?.Cursor);
        if (check.Failure is { } failure) return failure;

        var page = await audit.ListAsync(target, limit, after, cancellation);
        return Reply.List(
            "Audit trail.", page.Select(e => new Response(e.Id, e.At.ToUnixTimeMilliseconds(), e.Actor, e.Action, e.Target, e.Details)).ToList(),
            PageFields.Next(page, limit, entry => new EmailCursor(entry.At.ToUnixTimeSeconds(), entry.Id)));
    }
}
