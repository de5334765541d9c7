namespace ChaturMail.Core.Language.Safety;

/// <summary>Holds what a model wrote against what was asked, in code: a model that was talked into something does not say so.</summary>
public static class OutputCheck
{
    /// <summary>Why the text may not be given to the user, in a few words without a word of theirs; null when it may.</summary>
    /// <param name="text">The email, cleaned.</param>
    public static string? Problem(ModelRequest request, string text) => null;
}
