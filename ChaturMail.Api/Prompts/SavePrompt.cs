using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Generation;
using ChaturMail.Core.Prompts;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Prompts;

/// <summary>Keeps a prompt of the user's own: a new one, or with an id a change of that one, which replaces all of its fields.</summary>
public static class SavePrompt
{
    /// <param name="Id">The prompt to change; a new one is made when it is absent.</param>
    /// <param name="Title">Shown in the gallery.</param>
    /// <param name="Guidance">What the emails should be like; names placeholders as <c>{name}</c>.</param>
    /// <param name="Placeholders">The names of those; none when absent.</param>
    /// <param name="Example">A request and the email that should come of it.</param>
    public sealed record Request(string? Id, string? Title, string? Guidance, IReadOnlyList<string?>? Placeholders, ExampleFields? Example);

    /// <param name="ToEmail">May be left out.</param>
    public sealed record ExampleFields(string? Subject, string? Keywords, string? ToEmail, string? Email);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(
        Request request, SessionUser session, IOwnPromptStore prompts, UserCache cache, CoinOptions coins, TimeProvider time, CancellationToken cancellation)
    {
        var check = new Check();
        var id = request.Id is null ? null : OwnPromptId.Read(check, request.Id);
        var title = check.Visible("title", request.Title, Limits.PromptTitle);
        var guidance = check.Visible("guidance", request.Guidance, Limits.PromptGuidance, lines: true);
        var placeholders = ReadPlaceholders(check, request.Placeholders ?? []);
        if (check.Failure is null) CheckUse(check, guidance, placeholders);
        var example = request.Example is null ? null : ReadExample(check, request.Example);
        if (check.Failure is { } failure) return failure;

        var now = time.GetUtcNow().ToUnixTimeSeconds();
        var prompt = new OwnPrompt(id ?? DocumentId.New(time), session.Account.Uid, title, guidance, placeholders, example, now, now);
        if (id is not null)
        {
            return await prompts.UpdateAsync(prompt, cancellation) is { } changed
                ? Reply.Ok("The prompt was saved.", OwnPromptItem.Of(changed, coins.OwnPrompt))
                : Reply.Error(ApiError.PromptNotFound);
        }

        switch (await prompts.AddAsync(prompt, cancellation))
        {
            case PromptAddition.TooMany: return Reply.Error(ApiError.TooManyPrompts);
            case PromptAddition.NoUser: return Reply.Error(ApiError.NotAuthenticated);
        }

        // The first one changes what the gallery must look for, on every instance.
        if (!session.Account.HasOwnPrompts) await cache.ChangedAsync(session.Account.Uid);
        return Reply.Ok("The prompt was saved.", OwnPromptItem.Of(prompt, coins.OwnPrompt));
    }

    private static List<string> ReadPlaceholders(Check check, IReadOnlyList<string?> given)
    {
        var names = given.Select(name => name?.Trim() ?? "").ToList();
        if (names.Count > Limits.Placeholders) check.Fail($"The field 'placeholders' must hold at most {Limits.Placeholders} names.");
        else if (!names.TrueForAll(OwnPrompt.IsPlaceholderName))
            check.Fail($"The field 'placeholders' must hold names of 1 to {Limits.PlaceholderName} letters (A to Z), digits, blanks, hyphens and underscores, a letter first.");
        else if (names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { Key: var twice })
            check.Fail($"The field 'placeholders' holds the name '{twice}' twice.");
        return names;
    }

    private static void CheckUse(Check check, string guidance, List<string> placeholders)
    {
        var used = OwnPrompt.PlaceholdersIn(guidance);
        if (used.Except(placeholders, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } undeclared)
            check.Fail($"The field 'guidance' holds {{{undeclared}}}, which is not among 'placeholders'.");
        if (placeholders.Except(used, StringComparer.OrdinalIgnoreCase).FirstOrDefault() is { } unused)
            check.Fail($"The field 'placeholders' holds '{unused}', which 'guidance' does not use.");
    }

    private static WorkedExample ReadExample(Check check, ExampleFields given)
    {
        var subject = check.Visible("example.subject", given.Subject, Limits.Subject);
        var keywords = check.Visible("example.keywords", given.Keywords, Limits.Keywords, lines: true);
        if (check.Failure is null && Keywords.Split(keywords).Count is 0 or > Limits.KeywordCount)
            check.Fail($"The field 'example.keywords' must hold 1 to {Limits.KeywordCount} keywords, separated by commas.");
        var to = string.IsNullOrWhiteSpace(given.ToEmail) ? "" : check.Visible("example.toEmail", given.ToEmail, Limits.EmailAddress);
        return new WorkedExample(subject, keywords, to, "", check.Visible("example.email", given.Email, Limits.PromptExample, lines: true));
    }
}
