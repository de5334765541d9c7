namespace ChaturMail.Core.Prompts;

/// <summary>One kind of email that a user can pick. Loaded from a data file by <see cref="PromptCatalog"/>.</summary>
/// <param name="Id">Stable for ever: past emails in the field name it. Decimal digits.</param>
/// <param name="Slug">Lower-case words with hyphens; also the names of the data file and of the icon.</param>
/// <param name="Title">Shown in the gallery.</param>
/// <param name="ShortDescription">One line for the gallery.</param>
/// <param name="Description">What the template is for and which keywords help.</param>
/// <param name="Coins">What one email costs; the app knows it as <c>maxTokens</c>.</param>
/// <param name="UpdatedOn">When the file last changed, Unix seconds.</param>
/// <param name="Guidance">Instructions for a language model: purpose, structure, what to leave out.</param>
/// <param name="Examples">Worked examples, at least two, original.</param>
/// <param name="Composer">YAML for the offline composer, read by it alone; empty where it is to write in general words.</param>
public sealed record PromptTemplate(
    string Id, string Slug, string Title, string ShortDescription, string Description, int Coins, long UpdatedOn,
    string Guidance, IReadOnlyList<WorkedExample> Examples, string Composer)
{
    /// <summary>Which route of models writes it.</summary>
    public PromptTier Tier { get; init; } = PromptTier.Standard;

    /// <summary>True for a prompt of a user's own: its title, guidance and example are that user's data, not ours.</summary>
    public bool IsOwn { get; init; }

    /// <summary>Names of what each request must give a value for; none for a built-in template.</summary>
    public IReadOnlyList<string> Placeholders { get; init; } = [];

    /// <summary>True when operators withdrew it: nothing new is written with it. It stays listed, for past emails name it.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>How it comes to a user whose own it is not; null for a built-in template and for their own.</summary>
    public PromptSharing? Sharing { get; init; }

    /// <summary>The text that it was read from; empty for a prompt of a user's own.</summary>
    public string Source { get; init; } = "";
}

/// <summary>A share of somebody else's own prompt.</summary>
/// <param name="PartyId">With which party.</param>
/// <param name="PartyName">What its members call it.</param>
/// <param name="Owner">Uid of the member whose prompt it is.</param>
public sealed record PromptSharing(string PartyId, string PartyName, string Owner);

/// <summary>How much a template's emails may cost at the providers.</summary>
public enum PromptTier
{
    /// <summary>The better models.</summary>
    Standard,

    /// <summary>The cheaper ones: for emails that a small model writes as well.</summary>
    Economy,
}

/// <summary>A request with the email that should come of it, shown to a language model as a few-shot example.</summary>
/// <param name="Subject">Subject line.</param>
/// <param name="Keywords">Comma separated keywords.</param>
/// <param name="To">Recipient address.</param>
/// <param name="From">Sender's display name.</param>
/// <param name="Email">The finished body, plain text, signed with <paramref name="From"/>.</param>
public sealed record WorkedExample(string Subject, string Keywords, string To, string From, string Email);
