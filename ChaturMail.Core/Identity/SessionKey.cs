using System.Text;

namespace ChaturMail.Core.Identity;

/// <summary>
/// Tells whether a text is fit to sign sessions with. RFC 7518 section 3.2 and RFC 8725 section 3.5 ask for a key of at least 256 bits
/// and as much chance in it; a key that can be guessed lets anybody be any user.
/// </summary>
public static class SessionKey
{
    /// <summary>Where the keys stand that only check.</summary>
    public const string PreviousName = "JWT_PREVIOUS_KEYS";

    private const string Name = "JWT_KEY";
    private const int LeastBytes = 32;
    private const int LeastDistinct = 10;
    private const int LeastUnguessed = 16;
    private const string Advice = "make one with `openssl rand -base64 48`.";

    // What sample keys are made of. Longest first, so that no word is spoilt by a shorter one inside it.
    private static readonly string[] SampleWords =
    [
        .. new[]
        {
            "0123456789abcdef", "0123456789", "1234567890", "123456789", "12345678", "123456", "1234", "123", "256", "512", "32", "64",
            "abcdefghijklmnopqrstuvwxyz", "abcdefgh", "abc", "qwertyuiop", "qwerty", "asdfghjkl", "zxcvbnm", "keyboard", "cat",
            "chaturmail", "backend", "development", "production", "default", "example", "sample", "placeholder", "test", "local",
            "dev", "env", "change", "changeme", "changeit", "replace", "password", "private", "secret", "secure", "security", "insecure",
            "session", "signing", "token", "jwt", "hs256", "key", "value", "string", "random", "super", "short", "long", "least",
            "minimum", "characters", "bytes", "bits", "bit", "please", "should", "must", "with", "your", "this", "that", "here", "very",
            "not", "the", "for", "use", "and", "my", "me", "is", "in", "at", "be", "to", "it", "or", "do",
        }.OrderByDescending(word => word.Length),
    ];

    // Printed where everybody reads them: RFC 7515 appendix A.1 and jwt.io.
    private static readonly string[] PublishedKeys =
    [
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
        "a-string-secret-at-least-256-bits-long",
        "your-256-bit-secret",
    ];

    /// <summary>
    /// What is wrong with <paramref name="key"/>, as a sentence that names <c>JWT_KEY</c> and never the key; null when nothing is.
    /// </summary>
    public static string? Check(string? key) => Problem(key, Name);

    /// <summary>
    /// The keys in <c>JWT_PREVIOUS_KEYS</c>, separated by commas; none when it is not set. A key that is good to check tokens is good to
    /// make them, so each is held to the same strength.
    /// </summary>
    /// <param name="strong">False where weak keys will do: in Development.</param>
    /// <param name="problem">What is wrong, as a sentence that holds no key; null when nothing is.</param>
    public static IReadOnlyList<string> ReadPrevious(string? text, bool strong, out string? problem)
    {
        var keys = (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        problem = keys.Length > SessionTokens.MostPreviousKeys
            ? $"{PreviousName} holds more than {SessionTokens.MostPreviousKeys} keys: leave out those whose tokens have expired."
            : strong ? keys.Select((key, index) => Problem(key, $"{PreviousName}, key {index + 1},")).FirstOrDefault(found => found is not null) : null;
        return keys;
    }

    private static string? Problem(string? key, string name)
    {
        if (string.IsNullOrWhiteSpace(key)) return name + " is not set: " + Advice;
        if (Encoding.UTF8.GetByteCount(key) < LeastBytes) return name + " is shorter than 32 bytes: " + Advice;
        if (key.Distinct().Count() < LeastDistinct) return name + " has fewer than 10 distinct characters: " + Advice;
        if (IsRepetition(key)) return name + " is a short text repeated: " + Advice;
        return IsSample(key) ? name + " is a sample value or common words: " + Advice : null;
    }

    private static bool IsRepetition(string key)
    {
        for (var unit = 1; unit < LeastBytes && unit <= key.Length / 2; unit++)
            if (key.AsSpan(unit).SequenceEqual(key.AsSpan(0, key.Length - unit))) return true;
        return false;
    }

    /// <summary>True when little is left after everything that a guesser would try first is taken out.</summary>
    private static bool IsSample(string key)
    {
        if (PublishedKeys.Contains(key.Trim(), StringComparer.Ordinal)) return true;
        var rest = new string([.. key.ToLowerInvariant().Where(char.IsLetterOrDigit)]);
        foreach (var word in SampleWords) rest = rest.Replace(word, " ", StringComparison.Ordinal);
        rest = rest.Replace(" ", "", StringComparison.Ordinal);
        return rest.Length < LeastUnguessed;
    }
}
