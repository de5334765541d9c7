using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Language.Completions;

/// <summary>One worked example for each kind of rewrite, since a base model does what it is shown. Original texts.</summary>
internal static class RewriteExamples
{
    /// <summary>An email as the examples change it.</summary>
    public const string Email =
        "Hello,\n\nI would like to book room 4 on Tuesday from 14:30 to 16:00. We will need the projector, because two colleagues are going to "
        + "present their results to the whole group.\n\nPlease let me know if the room is free at that time, so that I can send the invitations."
        + "\n\nKind regards,\nAlex Morgan";

    private const string Shorter =
        "Hello,\n\nMay I book room 4 on Tuesday from 14:30 to 16:00, with the projector? Please let me know if it is free.\n\nKind regards,\nAlex Morgan";

    private const string Longer =
        "Hello,\n\nI am writing to ask whether I could book room 4 on Tuesday from 14:30 to 16:00. It would be a good place for the meeting that we are "
        + "planning. We will also need the projector, because two colleagues are going to present their results to the whole group, and everybody should "
        + "be able to see them well.\n\nPlease let me know if the room is free at that time, so that I can send the invitations. If it is not, I would be "
        + "glad to hear what else is possible.\n\nKind regards,\nAlex Morgan";

    private const string Formal =
        "Dear Sir or Madam,\n\nI should like to reserve room 4 on Tuesday from 14:30 to 16:00. A projector will be required, as two colleagues are to "
        + "present their results to the whole group.\n\nI would be grateful if you could confirm that the room is available at that time, so that the "
        + "invitations may be sent.\n\nYours faithfully,\nAlex Morgan";

    private const string Gentle =
        "Hello,\n\nWould it perhaps be possible to book room 4 on Tuesday from 14:30 to 16:00? If it is not too much trouble, we would also need the "
        + "projector, because two colleagues are going to present their results to the whole group.\n\nWhenever you have a moment, could you let me know if "
        + "the room is free at that time? Then I can send the invitations.\n\nKind regards,\nAlex Morgan";

    private const string Faulty =
        "hello,\n\ni would like too book room 4 on tuesday from 14:30 to 16:00 . We will needs the projector,because two colleague are going to present "
        + "there results to the the whole group\n\nPlease let me know if the room is free at that time, so that i can sent the invitations.\n\nKind regards,\nAlex Morgan";

    private const string Correct =
        "Hello,\n\nI would like to book room 4 on Tuesday from 14:30 to 16:00. We will need the projector, because two colleagues are going to present "
        + "their results to the whole group.\n\nPlease let me know if the room is free at that time, so that I can send the invitations.\n\nKind regards,\nAlex Morgan";

    private static readonly string[] Labels = [.. Enum.GetValues<RewriteKind>().Where(kind => kind != RewriteKind.Translate).Select(Label)];

    /// <summary>The example of a kind other than a translation: the email before, the line above the one after, and the email after.</summary>
    public static (string Before, string Label, string After) Of(RewriteKind kind) => kind switch
    {
        RewriteKind.Shorten => (Email, Label(kind), Shorter),
        RewriteKind.Elaborate => (Email, Label(kind), Longer),
        RewriteKind.Formalize => (Email, Label(kind), Formal),
        RewriteKind.Soften => (Email, Label(kind), Gentle),
        RewriteKind.FixGrammar => (Faulty, Label(kind), Correct),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No example shows it."),
    };

    /// <summary>The line above an email that was changed so.</summary>
    public static string Label(RewriteKind kind) => kind switch
    {
        RewriteKind.Shorten => "Shorter email:",
        RewriteKind.Elaborate => "Longer email:",
        RewriteKind.Formalize => "More formal email:",
        RewriteKind.Soften => "Gentler email:",
        RewriteKind.FixGrammar => "Corrected email:",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "No example shows it."),
    };

    /// <summary>Whether a line begins as one of the labels.</summary>
    public static bool IsLabel(string line) => Labels.Any(label => line.StartsWith(label, StringComparison.OrdinalIgnoreCase));
}
