using ChaturMail.Api.Http;
using ChaturMail.Core.Conversations;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Conversations;

/// <summary>What the requests about conversations have in common.</summary>
internal static class ConversationFields
{
    /// <summary>An id, in the case in which stores keep it.</summary>
    public static string ReadId(Check check, string field, string? value)
    {
        var id = check.Required(field, value, Limits.Id);
        if (check.Failure is null && !DocumentId.IsValid(id)) check.Fail($"The field '{field}' must be an id.");
        return id.ToLowerInvariant();
    }

    /// <summary>An id that may be left out.</summary>
    public static string? ReadOptionalId(Check check, string field, string? value) => string.IsNullOrEmpty(value) ? null : ReadId(check, field, value);

    /// <summary>Uids; none when absent.</summary>
    public static IReadOnlyList<string> ReadUsers(Check check, string field, IReadOnlyList<string?>? given, int most)
    {
        if (given is null) return [];
        if (given.Count > most) check.Fail($"The field '{field}' must hold at most {most} users.");
        return check.Failure is null ? [.. given.Select(uid => check.Required(field, uid, Limits.Uid))] : [];
    }

    /// <summary>Ids of attachments; none when absent.</summary>
    public static IReadOnlyList<string> ReadAttachments(Check check, IReadOnlyList<string?>? given)
    {
        if (given is null) return [];
        if (given.Count > Message.MostAttachments) check.Fail($"The field 'attachments' must hold at most {Message.MostAttachments} ids.");
        return check.Failure is null ? [.. given.Select(id => ReadId(check, "attachments", id))] : [];
    }

    /// <summary>A place in a conversation, or null.</summary>
    public static long? ReadPlace(Check check, string field, long? value)
    {
        if (value < 0) check.Fail($"The field '{field}' must not be negative.");
        return value;
    }

    /// <summary>The answer to what was refused.</summary>
    public static IResult Refusal(ConversationResult result) => Refusal(((ConversationResult.Refused)result).Code);

    /// <summary>The answer to what was refused with this code.</summary>
    public static IResult Refusal(string code) => Reply.Error(ApiError.All.First(error => error.Code == code));
}
