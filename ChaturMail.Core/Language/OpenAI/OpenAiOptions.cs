using System.Globalization;
using ChaturMail.Core.Limits;

namespace ChaturMail.Core.Language.OpenAI;

/// <summary>
/// How to reach OpenAI, or any server that speaks its chat completions API. The defaults work with a key alone.
/// </summary>
public sealed class OpenAiOptions
{
    /// <summary>The secret key, <c>OPENAI_API_KEY</c>. White space around it (a secret file's last line break) does not count.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The model's name as the provider lists it, 1 to 200 characters.</summary>
    public string Model { get; set; } = "gpt-4o-mini";

    /// <summary>The API's address up to and with its version; <c>/chat/completions</c> is added to it. HTTP or HTTPS, no query.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.openai.com/v1");

    /// <summary>The time one call may take in all: connecting, waiting, reading the answer. More than zero, at most 10 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// How freely the model chooses its words, 0 to 2. Null sends none: some reasoning models refuse every value but their own.
    /// </summary>
    public double? Temperature { get; set; } = 0.7;

    /// <summary>The longest answer that is paid for, in tokens (an English word is about 1.3 of them), 1 to 16384.</summary>
    public int MaxOutputTokens { get; set; } = 900;

    /// <summary>
    /// Requests that the provider takes in a minute, kept by all workers together; jobs wait for their turn. 0 to 1,000,000; 0 for no limit of ours.
    /// </summary>
    public int RequestsPerMinute { get; set; }

    /// <summary>A sentence for each setting that cannot work, naming its configuration key; none when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        if (string.IsNullOrWhiteSpace(ApiKey)) yield return "OPENAI_API_KEY is missing.";
        else if (!ApiKey.Trim().All(c => c is > ' ' and <= '~'))
            yield return "OPENAI_API_KEY holds a character that cannot stand in an HTTP header.";
        if (string.IsNullOrWhiteSpace(Model) || Model.Length > 200) yield return "OpenAI:Model must be 1 to 200 characters.";
        if (!IsApiAddress(BaseAddress))
            yield return "OpenAI:BaseAddress must be an absolute http or https address without user, query or fragment.";
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(10))
            yield return "OpenAI:Timeout must be more than zero and at most 00:10:00.";
        if (Temperature is { } given && !(given is >= 0 and <= 2))
            yield return string.Create(CultureInfo.InvariantCulture, $"OpenAI:Temperature must be 0 to 2, not {given}.");
        if (RequestsPerMinute is < 0 or > RateLimit.MostPermits) yield return "OpenAI:RequestsPerMinute must be 0 to 1000000.";
        if (MaxOutputTokens is < 1 or > 16_384) yield return "OpenAI:MaxOutputTokens must be 1 to 16384.";
    }

    private static bool IsApiAddress(Uri? address) =>
        address is { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" }
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
}
