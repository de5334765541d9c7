namespace ChaturMail.Core.Language.Safety;

/// <summary>Whether and where texts are moderated: section <c>Moderation</c>. Off by default.</summary>
public sealed class ModerationOptions
{
    /// <summary>Whether what users ask for and what models write is put before the service. What cannot be checked is then not written.</summary>
    public bool Enabled { get; set; }

    /// <summary>The secret key; <c>OPENAI_API_KEY</c> when empty. White space around it does not count.</summary>
    public string ApiKey { get; set; } = "";

    /// <summary>The service's model, 1 to 200 characters.</summary>
    public string Model { get; set; } = "omni-moderation-latest";

    /// <summary>The API's address up to and with its version; <c>/moderations</c> is added to it. HTTP or HTTPS, no query.</summary>
    public Uri BaseAddress { get; set; } = new("https://api.openai.com/v1");

    /// <summary>The time one check may take in all, more than zero and at most a minute. A generation takes two.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A sentence for each setting that cannot work, naming its configuration key; none when all is well or it is off.</summary>
    public IEnumerable<string> Validate()
    {
        if (!Enabled) yield break;
        if (string.IsNullOrWhiteSpace(ApiKey)) yield return "Moderation:ApiKey is missing, and OPENAI_API_KEY as well.";
        else if (!ApiKey.Trim().All(c => c is > ' ' and <= '~')) yield return "Moderation:ApiKey holds a character that cannot stand in an HTTP header.";
        if (string.IsNullOrWhiteSpace(Model) || Model.Length > 200) yield return "Moderation:Model must be 1 to 200 characters.";
        if (BaseAddress is not { IsAbsoluteUri: true, UserInfo: "", Query: "", Fragment: "" } || BaseAddress.Scheme is not ("http" or "https"))
            yield return "Moderation:BaseAddress must be an absolute http or https address without user, query or fragment.";
        if (Timeout <= TimeSpan.Zero || Timeout > TimeSpan.FromMinutes(1)) yield return "Moderation:Timeout must be more than zero and at most 00:01:00.";
    }
}
