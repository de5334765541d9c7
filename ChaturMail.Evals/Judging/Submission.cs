using ChaturMail.Core.Language;

namespace ChaturMail.Evals.Judging;

/// <summary>A request and the email that came of it, ready to be judged.</summary>
internal sealed class Submission
{
    /// <summary>Takes request and email apart.</summary>
    /// <param name="note">What the model says about its own limits, or null.</param>
    public Submission(EvalRequest request, string text, string? note)
    {
        Request = request;
        Note = note;
        Letter = new Letter(text, request.Signature);
        Keywords = Core.Generation.Keywords.Split(request.Keywords);
        Given = request.Given();
        Source = LanguageDetector.Detect(request.Subject, Keywords);
        Asked = request.Change()?.Language ?? request.Language ?? Source;
        Found = LanguageDetector.Detect(Letter.Body).Tag;
    }

    /// <summary>What was asked.</summary>
    public EvalRequest Request { get; }

    /// <summary>The model's note, or null.</summary>
    public string? Note { get; }

    /// <summary>The email.</summary>
    public Letter Letter { get; }

    /// <summary>The keywords.</summary>
    public IReadOnlyList<string> Keywords { get; }

    /// <summary>All that the email may take its facts from.</summary>
    public string Given { get; }

    /// <summary>Language of subject and keywords.</summary>
    public string Source { get; }

    /// <summary>Language that the email should have.</summary>
    public string Asked { get; }

    /// <summary>Language that it has.</summary>
    public string Found { get; }

    /// <summary>Whether the words of request and email can be compared: both are of one language, or the email quotes the request's.</summary>
    public bool IsComparable => Primary(Found) == Primary(Source) || Note is not null;

    /// <summary>The first part of a tag: "pt" of "pt-BR".</summary>
    public static string Primary(string tag) => tag.Split('-')[0].ToLowerInvariant();
}
