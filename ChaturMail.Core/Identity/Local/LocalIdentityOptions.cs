namespace ChaturMail.Core.Identity.Local;

/// <summary>Accounts whose passwords are kept here, beside or instead of Firebase's. Section <c>Identity:Local</c>.</summary>
public sealed class LocalIdentityOptions
{
    private const int LeastOfAll = 8;
    private const int MostOfAll = 64;

    /// <summary>Whether there are such accounts. Null: only in Development without Firebase and its emulator.</summary>
    public bool? Enabled { get; set; }

    /// <summary>Characters (code points) that a password must have, 8 to 64.</summary>
    public int LeastPasswordLength { get; set; } = LeastOfAll;

    /// <summary>What is wrong with these settings: a sentence each, with the configuration key.</summary>
    public IEnumerable<string> Validate()
    {
        if (LeastPasswordLength is < LeastOfAll or > MostOfAll) yield return "Identity:Local:LeastPasswordLength must be 8 to 64.";
    }
}
