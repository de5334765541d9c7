using ChaturMail.Core.Language;

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
        else if (text.Any(c => char.IsControl(c) && !(lines && c is '\n' or '\r' or '\t'))) Fail($"The field '{field}' must not hold control characters.");
        return text;
    }

    /// <summary>As <see cref="Required"/>, and without what a reader cannot see, which carries hidden instructions into a prompt.</summary>
    public string Visible(string field, string? value, int most, bool lines = false)
    {
        var text = Required(field, value, most, lines: lines);
        return text.Length == 0 ? text : Required(field, InvisibleCharacters.Remove(text), most, lines: lines);
    }

    /// <summary>A text that may be left out; trimmed, null when absent or blank.</summary>
    public string? Optional(string field, string? value, int most) =>
        string.IsNullOrWhiteSpace(value) ? null : Required(field, value, most);

    /// <summary>Records a problem, unless there is one already.</summary>
    public void Fail(string message) => Failure ??= Reply.Error(ApiError.InvalidField, message);
}
