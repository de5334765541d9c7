using System.Globalization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Topics;

namespace ChaturMail.Api.Topics;

/// <summary>The fields that requests about topics have in common.</summary>
internal static class TopicFields
{
    /// <summary>Reads the id of something, in the case in which stores keep it.</summary>
    public static string Id(Check check, string field, string? value)
    {
        var id = check.Required(field, value, Limits.Id);
        if (check.Failure is null && !DocumentId.IsValid(id)) check.Fail($"The field '{field}' is not an id.");
        return id.ToLowerInvariant();
    }

    /// <summary>Reads the number of a version.</summary>
    public static int Version(Check check, int? value, int least = 1, string field = "version")
    {
        if (value is null) check.Fail($"The field '{field}' is required.");
        else if (value < least) check.Fail($"The field '{field}' must be {least.ToString(CultureInfo.InvariantCulture)} or more.");
        return value ?? 0;
    }

    /// <summary>Reads what a draft or a suggestion is made of: null leaves a field as it is, an empty text empties it.</summary>
    public static (string? ToEmail, string? Subject, string? Text) Draft(Check check, string? toEmail, string? subject, string? text)
    {
        var read = (
            Optional(check, "toEmail", toEmail, Limits.EmailAddress, lines: false), Optional(check, "subject", subject, Limits.Subject, lines: false),
            Optional(check, "text", text, Limits.GeneratedEmail, lines: true));
        if (read is (null, null, null)) check.Fail("One of the fields 'toEmail', 'subject' and 'text' is required.");
        return read;
    }

    /// <summary>Reads a note, which may be left out.</summary>
    public static string Note(Check check, string? value) => check.OptionalVisible("note", value, Limits.TopicNote, lines: true) ?? "";

    private static string? Optional(Check check, string field, string? value, int most, bool lines) =>
        value is null ? null : check.OptionalVisible(field, value, most, lines) ?? "";
}

/// <summary>Answers what came of something that was asked of a topic.</summary>
internal static class TopicReply
{
    /// <summary>The failure.</summary>
    public static IResult Refused(TopicResult result) => Error(result.Refusal!, result.Topic?.Version ?? 0);

    /// <summary>There is no such topic for this user.</summary>
    public static IResult NotFound() => Reply.Error(TopicErrors.NotFound);

    /// <summary>The topic, without its text.</summary>
    public static IResult Item(TopicResult result, string uid, string message, DraftDelivery? delivery = null) => result is { Refusal: null, Topic: { } topic, Party: { } party }
        ? Reply.Ok(message, TopicItem.Of(topic, new TopicMember(party, uid), delivery)) : Refused(result);

    /// <summary>The current version.</summary>
    public static IResult Draft(TopicResult result, string message) => result is { Refusal: null, Topic.Draft: { } draft }
        ? Reply.Ok(
            result.EndedApproval is { } ended ? string.Create(CultureInfo.InvariantCulture, $"{message} The approval of version {ended} has ended.") : message,
            DraftItem.Of(draft) with { EndedApproval = result.EndedApproval })
        : result.Refusal is null ? Reply.Error(TopicErrors.NotFound) : Refused(result);

    private static IResult Error(string code, int version) => code == TopicRefusal.DraftConflict
        ? Reply.Error(
            TopicErrors.DraftConflict, string.Create(CultureInfo.InvariantCulture, $"The draft has changed: it is at version {version} now. Load it and make your change again."))
        : Reply.Error(ApiError.All.First(error => error.Code == code));
}
