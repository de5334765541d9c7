using System.Globalization;
using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Emails;

/// <summary>Lists the versions of an email in their order, each with what changed since the one before it.</summary>
public static class GetEmailVersions
{
    /// <param name="Id">Any email of the chain.</param>
    /// <param name="Limit">Versions in the page, 1 to 20; 20 when absent.</param>
    /// <param name="Cursor">The <c>nextCursor</c> of the page before; the first when absent.</param>
    public sealed record Request(string? Id, int? Limit, string? Cursor);

    /// <summary>A version.</summary>
    public sealed record Response : EmailItem
    {
        /// <summary>Of an email and the one before it in the list, if any.</summary>
        public Response(StoredEmail email, StoredEmail? before) : base(email)
        {
            OriginalEmail = email.Original;
            Diff = before is null ? null : [.. EmailDiff.Words(before.Text, email.Text).Select(part => new Part(Check.NameOf(part.Change), part.Text))];
        }

        /// <summary>The model's text, where the user has edited it.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public string? OriginalEmail { get; }

        /// <summary>What turns the text before into this one; absent for the first of the list.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public IReadOnlyList<Part>? Diff { get; }
    }

    /// <summary>A stretch of a diff.</summary>
    /// <param name="Op">equal, insert or delete.</param>
    /// <param name="Text">The stretch. Those that are equal or deleted make the text before, those that are equal or inserted this one.</param>
    public sealed record Part(string Op, string Text);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, IEmailStore emails, CancellationToken cancellation)
    {
        var check = new Check();
        var id = check.EmailId(request.Id);
        var limit = request.Limit ?? Limits.Versions;
        if (limit is < 1 or > Limits.Versions) check.Fail($"The field 'limit' must be 1 to {Limits.Versions}.");
        var after = 0;
        if (request.Cursor is { } cursor && !(int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after) && after > 0))
            check.Fail("The field 'cursor' must be the nextCursor of the page before.");
        if (check.Failure is { } failure) return failure;
        var uid = session.Account.Uid;
        if (await emails.FindAsync(uid, id, cancellation) is not { } one) return Reply.Error(ApiError.EmailNotFound);

        // From the last of the page before, which the first of this one is compared with, to one more than asked for, which tells whether
        // there is another page.
        var listed = await emails.ListVersionsAsync(uid, one.Version.RootId ?? one.Id, after, limit + 2, cancellation);
        var page = new List<Response>();
        StoredEmail? before = null;
        foreach (var email in listed)
        {
            if (page.Count == limit)
                return Reply.List("The versions of your email.", page, before!.Version.Number.ToString(CultureInfo.InvariantCulture));
            if (email.Version.Number > after) page.Add(new Response(email, before));
            before = email;
        }

        return Reply.List("The versions of your email.", page);
    }
}
