using System.Globalization;
using System.Text;
using ChaturMail.Core.Emails;
using ChaturMail.Core.Prompts;

namespace ChaturMail.Core.Language.Completions;

/// <summary>
/// The text that a base model continues: worked examples, each a few header lines and the email that comes of them, a separator between two,
/// and the request's header lines, with its email for the model to write. A base model follows the form that it sees and no instruction, so
/// that what is asked stands there as headers of the same form, and only where it is given. The user's data is one line a header: it can
/// neither end the example nor begin another.
/// </summary>
/// <param name="Text">Ends where the model goes on.</param>
/// <param name="Stops">What begins a line past the email's end. Four, which is the most that OpenAI's API takes.</param>
internal sealed record FewShotText(string Text, IReadOnlyList<string> Stops)
{
    private const string Separator = "###";

    private static readonly string[] EmailStops = [Separator, "Subject:", "Keywords:", "Email:"];

    // The closing is the examples' own: a name as the user signs. A signature is put below in code, and would be there twice if shown here.
    private static readonly WorkedExample Neutral = new(
        "Meeting room on Tuesday", "room 4, 14:30 to 16:00, projector needed", "office@northwind.example", "Alex Morgan", RewriteExamples.Email);

    /// <summary>Whether examples can show what is asked: all but a translation.</summary>
    public static bool CanShow(ModelRequest request) => request.Rewrite is not { Kind: RewriteKind.Translate };

    /// <summary>
    /// The text for a request in at most <paramref name="tokens"/>, counted as the most that they can be. Examples are left out from the last on but for
    /// one, which shows the form, then the answered mail is cut, then the last example goes. Null when the request does not fit even so.
    /// </summary>
    public static FewShotText? Of(ModelRequest request, int tokens)
    {
        if (request.Rewrite is { } rewrite) return Fitting(new FewShotText(Rewriting(rewrite), [Separator, "Email:", RewriteExamples.Label(rewrite.Kind)]), tokens);

        var examples = request.Prompt.Examples.Count > 0 ? request.Prompt.Examples : [Neutral];
        var context = Line(request.Options.Context);
        for (var shown = examples.Count; ;)
        {
            var text = Writing(request, examples.Take(shown), context);
            if (Fitting(new FewShotText(text, EmailStops), tokens) is { } fitting) return fitting;
            if (shown > 1) shown--;
            else if (context.Length > 0) context = Half(context);
            else if (shown > 0) shown--;
            else return null;
        }
    }

    private static FewShotText? Fitting(FewShotText text, int tokens) => TokenEstimate.MostOf(text.Text) <= tokens ? text : null;

    private static string Writing(ModelRequest request, IEnumerable<WorkedExample> examples, string context)
    {
        var options = request.Options;
        // A header that the examples lack says nothing to a base model, so they get those that can be read off them.
        var language = request.Language is "en" or "und" && options.Language is null ? "" : LanguageName(request.Language);
        var text = new StringBuilder(8192);
        text.Append("Emails, each written from its headers. Kind of email: ").Append(Line(request.Prompt.Title)).Append("\n\n");
        foreach (var example in examples)
        {
            Header(text, "Subject", example.Subject);
            Header(text, "Keywords", example.Keywords);
            Header(text, "To", example.To);
            Header(text, "From", example.From);
            if (language.Length > 0 && !request.Prompt.IsOwn) Header(text, "Language", "English");
            if (options.Length is not null) Header(text, "Length", Words(WordCount.Of(example.Email)));
            text.Append("Email:\n").Append(Block(example.Email)).Append('\n').Append(Separator).Append('\n');
        }

        Header(text, "Subject", request.Subject);
        Header(text, "Keywords", string.Join(", ", request.Keywords));
        Header(text, "To", request.ToEmail);
        Header(text, "From", request.SenderName);
        Header(text, "Recipient", options.RecipientName);
        Header(text, "Tone", options.Tone?.ToString().ToLowerInvariant());
        Header(text, "Language", language);
        Header(text, "Length", options.Length is { } length ? Words((int)length) : null);
        if (options.Placeholders is { } placeholders)
            foreach (var (name, value) in placeholders) Header(text, "Detail", $"{name}: {value}");
        Header(text, "About", request.Prompt.IsOwn ? request.Prompt.Guidance : null);
        Header(text, "Wishes", options.Instructions);
        Header(text, "Answers this mail", context);
        return text.Append("Email:\n").ToString();
    }

    private static string Rewriting(Rewrite rewrite)
    {
        var (before, label, after) = RewriteExamples.Of(rewrite.Kind);
        return $"Email:\n{before}\n{Separator}\n{label}\n{after}\n{Separator}\nEmail:\n{Block(rewrite.Draft)}\n{Separator}\n{label}\n";
    }

    private static void Header(StringBuilder text, string name, string? value)
    {
        if (Line(value) is { Length: > 0 } line) text.Append(name).Append(": ").Append(line).Append('\n');
    }

    private static string Words(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} words");

    private static string LanguageName(string tag)
    {
        try
        {
            return CultureInfo.GetCultureInfo(tag).EnglishName;
        }
        catch (CultureNotFoundException)
        {
            return tag;
        }
    }

    /// <summary>A value on one line, without what could be read as a separator.</summary>
    private static string Line(string? value) => string.IsNullOrEmpty(value) ? ""
        : string.Join(' ', InvisibleCharacters.Remove(value).Replace(Separator, "#", StringComparison.Ordinal)
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>An email of several lines, none of which begins as a separator or a header of ours does.</summary>
    private static string Block(string email)
    {
        var lines = InvisibleCharacters.Remove(email).Trim().Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimStart('#', ' ');
            lines[i] = EmailStops.Any(stop => line.StartsWith(stop, StringComparison.OrdinalIgnoreCase)) || RewriteExamples.IsLabel(line)
                ? line.Replace(":", " -", StringComparison.Ordinal)
                : line;
        }

        return string.Join('\n', lines);
    }

    private static string Half(string text)
    {
        var length = text.Length / 2;
        if (length > 0 && char.IsHighSurrogate(text[length - 1])) length--;
        return text[..length];
    }
}
