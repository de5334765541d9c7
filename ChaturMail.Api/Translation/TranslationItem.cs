using System.Text.Json.Serialization;
using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Translation;

namespace ChaturMail.Api.Translation;

/// <summary>A text with its translation, or with the reason why there is none.</summary>
public sealed record TranslationItem
{
    /// <summary>What came of it.</summary>
    /// <param name="id">What the text stands in.</param>
    public TranslationItem(string id, string original, string language, TranslationAnswer answer)
    {
        (Id, Original, Language, Text, Source) = (id, original, language, answer.Text, answer.Source);
        State = Check.NameOf(answer.State);
        Code = answer.Code;
        Note = answer.Code is { } code ? TranslationCode.Sentence(code) : null;
    }

    /// <summary>What the text stands in.</summary>
    public string Id { get; }

    /// <summary>BCP 47 tag of the language that was asked for.</summary>
    public string Language { get; }

    /// <summary>translated, pending, same or failed.</summary>
    public string State { get; }

    /// <summary>The text as it was written.</summary>
    public string Original { get; }

    /// <summary>The translation; null while, or where, there is none.</summary>
    public string? Text { get; }

    /// <summary>BCP 47 tag of the original's language; null where it does not tell.</summary>
    public string? Source { get; }

    /// <summary>Why there is no translation; absent otherwise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Code { get; }

    /// <summary>The same as a sentence.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Note { get; }

    /// <summary>The sentence over an answer of such items, and its HTTP status.</summary>
    public static (string Message, int Status) Head(params IReadOnlyList<TranslationAnswer> answers) =>
        answers.FirstOrDefault(answer => answer.Code is not null) is { Code: { } code } ? (TranslationCode.Sentence(code), StatusCodes.Status200OK)
        : answers.Any(answer => answer.State == TranslationState.Pending) ? ("The translation takes a moment. Please ask again.", StatusCodes.Status202Accepted)
        : answers.All(answer => answer.State == TranslationState.Same) ? ("It needs no translation.", StatusCodes.Status200OK)
        : ("Translated.", StatusCodes.Status200OK);

    /// <summary>The language to translate to: the one that is asked for, else the user's own; a failure where there is neither.</summary>
    internal static async Task<string> LanguageAsync(string? asked, Check check, string uid, PreferencesService preferences, CancellationToken cancellation)
    {
        var language = Emails.EmailRequestReader.Language("language", asked, check);
        if (language is null && check.Failure is null) language = (await preferences.FindAsync(uid, cancellation)).Language;
        if (language is null) check.Fail("The field 'language' is required as long as you have chosen no language of your own.");
        return language ?? "";
    }
}
