using System.Text.Json;
using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Emails;

/// <summary>Writes another version of an email: anew with changes, or a rewrite of its text as it stands now.</summary>
public static class RegenerateEmail
{
    private const string Translate = "translate:";

    // Left out where null, so that a field added later leaves the keys of requests without it alone.
    private static readonly JsonSerializerOptions Given = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The fields of a new email, each of which may be absent: then it is the parent's.</summary>
    public sealed record Request : EmailRequestFields
    {
        /// <summary>The email to make another version of: the parent.</summary>
        public string? Id { get; init; }

        /// <summary>shorten, elaborate, formalize, soften, fixGrammar or translate:LANGUAGE; written anew when absent.</summary>
        public string? Rewrite { get; init; }
    }

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IEmailStore emails, EmailRequestReader reader, EmailGeneration generation, HttpContext context)
    {
        var (asked, failure) = await ReadAsync(request, session, emails, reader, context);
        return asked is null ? failure! : await generation.RunAsync(session.Account, asked, context.RequestAborted);
    }

    /// <summary>What is asked for, checked; or the answer to a request that is not taken.</summary>
    internal static async Task<(GenerationRequest? Asked, IResult? Failure)> ReadAsync(
        Request request, SessionUser session, IEmailStore emails, EmailRequestReader reader, HttpContext context)
    {
        var check = new Check();
        var id = check.EmailId(request.Id);
        var rewrite = ReadRewrite(request.Rewrite, check);
        if (check.Failure is { } invalid) return (null, invalid);
        var (uid, aborted) = (session.Account.Uid, context.RequestAborted);
        if (await emails.FindAsync(uid, id, aborted) is not { } parent) return (null, Reply.Error(ApiError.EmailNotFound));

        var (asked, failure) = await reader.ReadAsync(Ask(request, rewrite, parent), uid, context.Request, aborted, request);
        return (asked is null ? null : asked with
        {
            Parent = parent,
            Rewrite = rewrite is { } change ? new Rewrite(change.Kind, change.Language, parent.Text) : null,
            AskedAs = JsonSerializer.Serialize(request with { Id = id }, Given),
        }, failure);
    }

    /// <summary>
    /// The parent's fields with the changes. What the rewrite is about is not held to the parent's options: an email that was asked to be
    /// short can be elaborated, and a translated one stays in its language when it is rewritten again.
    /// </summary>
    private static EmailRequestFields Ask(Request request, (RewriteKind Kind, string? Language)? rewrite, StoredEmail parent)
    {
        var fields = request.Over(parent);
        return rewrite?.Kind switch
        {
            RewriteKind.Elaborate => fields with { Length = request.Length },
            RewriteKind.Formalize or RewriteKind.Soften => fields with { Tone = request.Tone },
            RewriteKind.Translate => fields with { Language = rewrite?.Language },
            _ => fields,
        };
    }

    private static (RewriteKind Kind, string? Language)? ReadRewrite(string? value, Check check)
    {
        if (check.Optional("rewrite", value, Limits.Rewrite) is not { } name) return null;
        if (name.StartsWith(Translate, StringComparison.Ordinal))
        {
            var language = EmailRequestReader.Language("rewrite", name[Translate.Length..], check);
            if (language is null) check.Fail("The field 'rewrite' must name a language, e.g. translate:de.");
            return (RewriteKind.Translate, language);
        }

        foreach (var kind in Enum.GetValues<RewriteKind>())
            if (kind != RewriteKind.Translate && Check.NameOf(kind) == name) return (kind, null);
        check.Fail("The field 'rewrite' must be one of shorten, elaborate, formalize, soften, fixGrammar, or translate: and a language, e.g. translate:de.");
        return null;
    }
}
