using System.Text;
using ChaturMail.Api.Http;
using ChaturMail.Api.Prompts;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Language.Routing;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Api.Emails;

/// <summary>Makes a <see cref="GenerationRequest"/> of what a client sends, or the answer that says what is wrong with it.</summary>
public sealed class EmailRequestReader(PromptLibrary prompts, ModelCatalog models)
{
    /// <summary>Checks the fields and the header <c>Idempotency-Key</c>, and finds the template. Exactly one of the two is not null.</summary>
    /// <param name="uid">Who asks.</param>
    /// <param name="sent">
    /// What of the fields the client sent, where the rest is a parent's: a model, or a placeholder of the prompt, that the parent names and
    /// that is gone since is left out. Null when the client sent all.
    /// </param>
    public async ValueTask<(GenerationRequest? Request, IResult? Failure)> ReadAsync(
        EmailRequestFields fields, string uid, HttpRequest http, CancellationToken cancellation, EmailRequestFields? sent = null)
    {
        var check = new Check();
        var subject = check.Visible("subject", fields.Subject, Limits.Subject);
        var keywords = check.Visible("keywords", fields.Keywords, Limits.Keywords, lines: true);
        var promptId = check.Required("promptId", fields.PromptId, Limits.Id);
        var toEmail = check.Visible("toEmail", fields.ToEmail, Limits.EmailAddress);
        if (check.Failure is null && Keywords.Split(keywords).Count is 0 or > Limits.KeywordCount)
            check.Fail($"The field 'keywords' must hold 1 to {Limits.KeywordCount} keywords, separated by commas.");
        var options = ReadOptions(fields, check);
        if (fields.Variants is < 1 or > Limits.Variants) check.Fail($"The field 'variants' must be 1 to {Limits.Variants}.");
        var key = IdempotencyKey(http, check);
        if (check.Failure is { } failure) return (null, failure);
        if (options.Model is { } model && !models.Has(model))
        {
            if (sent is not { Model: null }) return (null, Reply.Error(ApiError.UnknownModel));
            options = options with { Model = null };
        }

        if (await prompts.FindAsync(uid, promptId, cancellation) is not { } prompt) return (null, Reply.Error(ApiError.UnknownPrompt));
        if (prompt.IsWithdrawn) return (null, Reply.Error(ApiError.PromptWithdrawn));
        options = options with { Placeholders = PlaceholderValues.Read(check, prompt, fields.Placeholders, mayHoldOthers: sent is { Placeholders: null }) };
        if (check.Failure is { } wrongValue) return (null, wrongValue);
        return (new GenerationRequest(prompt, subject, keywords, toEmail, key) { Options = options, Variants = fields.Variants ?? 1 }, null);
    }

    private static EmailOptions ReadOptions(EmailRequestFields fields, Check check) => new()
    {
        Tone = check.Choice<EmailTone>("tone", fields.Tone),
        Length = check.Choice<EmailLength>("length", fields.Length),
        Language = Language("language", fields.Language, check),
        SenderName = check.OptionalVisible("senderName", fields.SenderName, Limits.PersonName),
        RecipientName = check.OptionalVisible("recipientName", fields.RecipientName, Limits.PersonName),
        Signature = Signature(fields.Signature, check),
        Instructions = check.OptionalVisible("instructions", fields.Instructions, Limits.Instructions, lines: true),
        Context = Context(fields.Context, check),
        Model = check.Optional("model", fields.Model, Limits.ModelName),
    };

    /// <summary>A BCP 47 tag in its recommended case, or null when it is absent.</summary>
    internal static string? Language(string field, string? value, Check check)
    {
        if (string.IsNullOrWhiteSpace(value)) return null;
        var tag = LanguageTag.Canonical(value.Trim());
        if (tag is null) check.Fail($"The field '{field}' must name a language by its BCP 47 tag, e.g. en, de-CH or pt-BR, of at most {LanguageTag.Longest} characters.");
        return tag;
    }

    private static string? Signature(string? value, Check check)
    {
        var signature = check.OptionalVisible("signature", value, Limits.Signature, lines: true);
        if (signature?.Count(c => c == '\n') >= Limits.SignatureLines)
            check.Fail($"The field 'signature' must have at most {Limits.SignatureLines} lines.");
        return signature;
    }

    private static string? Context(string? value, Check check)
    {
        var context = check.OptionalVisible("context", value, Limits.BodyBytes, lines: true);
        if (context is not null && Encoding.UTF8.GetByteCount(context) > Limits.ContextBytes)
            check.Fail($"The field 'context' must have at most {Limits.ContextBytes} bytes in UTF-8.");
        return context;
    }

    // https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
    internal static string? IdempotencyKey(HttpRequest request, Check check)
    {
        if (!request.Headers.TryGetValue("Idempotency-Key", out var values)) return null;
        var key = values.Count == 1 ? values[0] ?? "" : "";
        if (key.Length is 0 or > Limits.IdempotencyKey || !key.All(c => c is > ' ' and <= '~'))
            check.Fail($"The header 'Idempotency-Key' must be 1 to {Limits.IdempotencyKey} visible ASCII characters.");
        return key;
    }
}
