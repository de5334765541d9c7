using System.Text.RegularExpressions;
using ChaturMail.Core.Emails;

namespace ChaturMail.Core.Language.Composer;

/// <summary>What was asked of an email, as far as rules can do it.</summary>
/// <param name="Tone">The asked tone, or null.</param>
/// <param name="Length">The asked length, or null.</param>
/// <param name="LeavesInstructions">True when instructions were given that rules cannot follow.</param>
internal sealed partial record EmailWishes(EmailTone? Tone, EmailLength? Length, bool LeavesInstructions)
{
    /// <summary>Reads the options; "keep it short" in the instructions is a wish that can be met, nearly all others are not.</summary>
    public static EmailWishes Of(EmailOptions options)
    {
        var instructions = options.Instructions?.Trim() ?? "";
        if (instructions.Length == 0) return new EmailWishes(options.Tone, options.Length, false);
        var simple = Simple().Match(instructions);
        if (!simple.Success) return new EmailWishes(options.Tone, options.Length, true);
        return simple.Groups["wish"].Value.ToLowerInvariant() switch
        {
            "short" or "brief" or "concise" => new EmailWishes(options.Tone, options.Length ?? EmailLength.Short, options.Length is not (null or EmailLength.Short)),
            "formal" => new EmailWishes(options.Tone ?? EmailTone.Formal, options.Length, options.Tone is not (null or EmailTone.Formal)),
            "friendly" => new EmailWishes(options.Tone ?? EmailTone.Friendly, options.Length, options.Tone is not (null or EmailTone.Friendly)),
            // Polite and in English it is anyway.
            _ => new EmailWishes(options.Tone, options.Length, false),
        };
    }

    [GeneratedRegex(@"^(please )?(keep it |be |make it |write it |write |sound )?(very )?(?<wish>short|brief|concise|formal|friendly|polite|in english)( please)?[.!]?$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Simple();
}
