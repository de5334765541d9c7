using System.Text.Json;
using ChaturMail.Core.Language;
using ChaturMail.Core.Storage;

namespace ChaturMail.Api.Http;

/// <summary>Checks the fields of a request one after the other and keeps the first thing that is wrong.</summary>
public sealed class Check
{
    /// <summary>What is wrong, as an answer; null while nothing is.</summary>
    public IResult? Failure { get; private set; }

    /// <summary>A text that must be there and not be blank; trimmed.</summary>
    /// <param name="lines">True when it may have several lines; other control characters are refused in any case.</param>
    public string Required(string field, string? value, int most, int least = 1, bool lines = false)
    {
        var text = value?.Trim() ?? "";
        if (text.Length == 0) Fail($"The field '{field}' is required.");
        else if (text.Length < least) Fail($"The field '{field}' must have at least {least} characters.");
        else if (text.Length > most) Fail($"The field '{field}' must have at most {most} characters.");
        else if (HasControls(text, lines)) Fail($"The field '{field}' must not hold control characters.");
        return text;
    }

    /// <summary>A text that may be left out; trimmed, null when absent or blank.</summary>
    public string? Optional(string field, string? value, int most) =>
        string.IsNullOrWhiteSpace(value) ? null : Required(field, value, most);

    /// <summary>
    /// A text for an email that must be there: as <see cref="Required"/>, and without what a reader cannot see. A text of nothing else is missing.
    /// </summary>
    public string Visible(string field, string? value, int most, bool lines = false) => Required(field, Seen(value, lines), most, lines: lines);

    /// <summary>A text for an email that may be left out, without what a reader cannot see; null when absent or of nothing else.</summary>
    public string? OptionalVisible(string field, string? value, int most, bool lines = false) =>
        string.IsNullOrWhiteSpace(Seen(value, lines)) ? null : Visible(field, value, most, lines);

    /// <summary>The id of an email, in the case in which stores keep it.</summary>
    public string EmailId(string? value)
    {
        var id = Required("id", value, Limits.Id);
        if (Failure is null && !DocumentId.IsValid(id)) Fail("The field 'id' must be the id of an email.");
        return id.ToLowerInvariant();
    }

    /// <summary>One of an enumeration's names, as JSON spells them; null when absent or empty.</summary>
    public T? Choice<T>(string field, string? value) where T : struct, Enum
    {
        if (string.IsNullOrEmpty(value)) return null;
        foreach (var choice in Enum.GetValues<T>())
            if (NameOf(choice) == value) return choice;
        Fail($"The field '{field}' must be one of {string.Join(", ", Enum.GetValues<T>().Select(NameOf))}.");
        return null;
    }

    /// <summary>The name of an enumeration's value, as JSON spells it.</summary>
    public static string NameOf<T>(T value) where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(value.ToString());

    /// <summary>Records a problem, unless there is one already.</summary>
    public void Fail(string message) => Failure ??= Reply.Error(ApiError.InvalidField, message);

    private static bool HasControls(string text, bool lines) => text.Any(c => char.IsControl(c) && !(lines && c is '\n' or '\r' or '\t'));

    // Control characters stay, to be refused. A line separator within a line becomes a blank.
    private static string? Seen(string? value, bool lines)
    {
        var text = value?.Trim();
        if (text is null || HasControls(text, lines)) return text;
        var seen = InvisibleCharacters.Remove(text);
        return lines ? seen : seen.Replace('\n', ' ');
    }
}
