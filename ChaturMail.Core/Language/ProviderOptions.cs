using System.Globalization;
using ChaturMail.Core.Limits;

namespace ChaturMail.Core.Language;

/// <summary>
/// How to reach one provider of language models, and what it may be asked. The one that <c>OPENAI_API_KEY</c> switches on is section
/// <c>OpenAI</c>; any number of others are sections <c>Models:Providers:NAME</c>.
/// </summary>
public sealed class ProviderOptions
{
    /// <summary>Name of the provider of section <c>OpenAI</c>.</summary>
    public const string OpenAi = "openai";

    /// <summary>The provider's name in routes, in the history and in metrics: 1 to 40 lower-case letters, digits or hyphens.</summary>
    public string Name { get; set; } = OpenAi;

    /// <summary>Which API it speaks.</summary>
    public ProviderKind Kind { get; set; } = ProviderKind.Chat;

    /// <summary>
    /// The secret key, <c>OPENAI_API_KEY</c> for section <c>OpenAI</c>; empty for servers that want none. White space around it (a secret
    /// file's last line break) does not count.
    /// </summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The model's name as the provider lists it, 1 to 200 characters.</summary>
    public string Model { get; set; } = "gpt-4o-mini";

    /// <summary>The API's address up to and with its version; <c>/chat/completions</c> or <c>/completions</c> is added to it. HTTP or HTTPS, no query.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.openai.com/v1");

    /// <summary>The time one call may take in all: connecting, waiting, reading the answer. More than zero, at most 10 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(45);

    /// <summary>
    /// The time until the first token of a streamed answer. A thought that is streamed counts; a model that thinks in silence needs more.
    /// More than zero; of no effect above <see cref="Timeout"/>. When it is null, answers that nobody reads along with are not streamed,
    /// which costs far less CPU, and the first token of the others may take 20 s.
    /// </summary>
    public TimeSpan? FirstTokenTimeout { get; set; }

    /// <summary>
    /// Whether answers may be asked for as a stream, with <c>stream_options.include_usage</c>. Without it nobody can read along, and
    /// <see cref="FirstTokenTimeout"/> has no effect.
    /// </summary>
    public bool Stream { get; set; } = true;

    /// <summary>
    /// How freely the model chooses its words, 0 to 2. Null sends none: some reasoning models refuse every value but their own.
    /// </summary>
    public double? Temperature { get; set; } = 0.7;

    /// <summary>The longest answer that is paid for, in tokens (an English word is about 1.3 of them), 1 to 16384.</summary>
    public int MaxOutputTokens { get; set; } = 900;

    /// <summary>
    /// Tokens that a <see cref="ProviderKind.Completions"/> model holds, prompt and answer together: 2048 for OPT. 256 to 1,000,000, and more
    /// than <see cref="MaxOutputTokens"/>. Chat models are not measured.
    /// </summary>
    public int ContextTokens { get; set; } = 2048;

    /// <summary>
    /// Requests that the provider takes in a minute, kept by all workers together; jobs wait for their turn. 0 to 1,000,000; 0 for no limit of ours.
    /// </summary>
    public int RequestsPerMinute { get; set; }

    /// <summary>Calls under way at once in this process, 0 to 10,000; 0 for no limit of ours.</summary>
    public int Concurrency { get; set; }

    /// <summary>Price of a million tokens read, in US dollars, 0 to 10,000; 0 for a model that costs nothing a call.</summary>
    public decimal InputPrice { get; set; }

    /// <summary>Price of a million tokens written, in US dollars, 0 to 10,000.</summary>
    public decimal OutputPrice { get; set; }

    /// <summary>True when a request's answer is asked for as a stream: somebody reads along, or its first token is waited for.</summary>
    public bool Streams(ModelRequest request) => Stream && (request.Sink is not null || FirstTokenTimeout is not null);

    /// <summary>
    /// The longest answer to a request that is paid for, in tokens: <see cref="MaxOutputTokens"/>; of a translation what its text may become in a
    /// language that the model's vocabulary hardly knows.
    /// </summary>
    public int MostOutputTokens(ModelRequest request) => TranslationPrompt.Is(request) ? TranslationPrompt.MostOutputTokens(request) : MaxOutputTokens;

    /// <summary>A sentence for each setting that cannot work, naming its configuration key; none when all is well.</summary>
    public IEnumerable<string> Validate()
    {
        var section = Name == OpenAi ? "OpenAI" : $"Models:Providers:{Name}";
        if (Name.Length is < 1 or > 40 || !Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
            yield return $"{section}: a provider's name must be 1 to 40 lower-case letters, digits or hyphens.";
        var keyName = Name == OpenAi ? "OPENAI_API_KEY" : $"{section}:ApiKey";
        if (Name == OpenAi && string.IsNullOrWhiteSpace(ApiKey)) yield return $"{keyName} is missing.";
        else if (!ApiKey.Trim().All(c => c is > ' ' and <= '~')) yield return $"{keyName} holds a character that cannot stand in an HTTP header.";
        if (string.IsNullOrWhiteSpace(Model) || Model.Length > 200) yield return $"{section}:Model must be 1 to 200 characters.";
        if (!IsApiAddress(BaseAddress))
            yield return $"{section}:BaseAddress must be an absolute http or https address without user, query or fragment.";
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(10)) yield return $"{section}:Timeout must be more than zero and at most 00:10:00.";
        if (FirstTokenTimeout <= TimeSpan.Zero) yield return $"{section}:FirstTokenTimeout must be more than zero.";
        if (Temperature is { } given && !(given is >= 0 and <= 2))
            yield return string.Create(CultureInfo.InvariantCulture, $"{section}:Temperature must be 0 to 2, not {given}.");
        if (RequestsPerMinute is < 0 or > RateLimit.MostPermits) yield return $"{section}:RequestsPerMinute must be 0 to 1000000.";
        if (Concurrency is < 0 or > 10_000) yield return $"{section}:Concurrency must be 0 to 10000.";
        if (MaxOutputTokens is < 1 or > 16_384) yield return $"{section}:MaxOutputTokens must be 1 to 16384.";
        if (ContextTokens is < 256 or > 1_000_000) yield return $"{section}:ContextTokens must be 256 to 1000000.";
        else if (Kind == ProviderKind.Completions && MaxOutputTokens >= ContextTokens)
            yield return $"{section}:MaxOutputTokens must be less than {section}:ContextTokens.";
        if (InputPrice is < 0 or > 10_000) yield return $"{section}:InputPrice must be 0 to 10000.";
        if (OutputPrice is < 0 or > 10_000) yield return $"{section}:OutputPrice must be 0 to 10000.";
    }

    /// <summary>The price of a call in billionths of a US dollar, rounded up.</summary>
    public long CostNanoUsd(long inputTokens, long outputTokens) =>
        // Dollars a million tokens are 1,000 times as many billionths of a dollar a token.
        (long)decimal.Ceiling((inputTokens * InputPrice + outputTokens * OutputPrice) * 1000);

    private static bool IsApiAddress(Uri? address) =>
        address is { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" }
        && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp);
}

/// <summary>The API that a provider speaks.</summary>
public enum ProviderKind
{
    /// <summary>OpenAI's chat completions, as OpenAI, vLLM, Ollama and llama.cpp serve them.</summary>
    Chat,

    /// <summary>OpenAI's older completions, for base models such as OPT that know no chat.</summary>
    Completions,
}
