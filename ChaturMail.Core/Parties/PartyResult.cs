namespace ChaturMail.Core.Parties;

/// <summary>What came of something that was to be done with a party.</summary>
/// <param name="Party">The party as it is then; null when it was refused.</param>
/// <param name="Refusal">A <see cref="PartyRefusal"/>, or null when it was done.</param>
public sealed record PartyResult(Party? Party, string? Refusal = null)
{
    /// <summary>It was not done, and nothing was changed.</summary>
    public static PartyResult Refused(string code) => new(null, code);
}

/// <summary>Why something is not done with a party: stable codes.</summary>
public static class PartyRefusal
{
    /// <summary>There is no such party, or the user is not in it.</summary>
    public const string NotFound = "party_not_found";

    /// <summary>The user's role does not allow it.</summary>
    public const string NotAllowed = "not_allowed_in_party";

    /// <summary>Nobody of this id is in the party.</summary>
    public const string MemberNotFound = "member_not_found";

    /// <summary>The owner stays the owner until somebody else is.</summary>
    public const string HandOverFirst = "hand_over_first";

    /// <summary>The user has, or is in, as many parties as they may.</summary>
    public const string TooManyParties = "too_many_parties";

    /// <summary>The party has as many members as it may.</summary>
    public const string Full = "party_full";

    /// <summary>The invite is unknown, revoked, expired or used up.</summary>
    public const string InviteNotGood = "invite_not_good";

    /// <summary>The party has no open invite of this id.</summary>
    public const string InviteNotFound = "invite_not_found";

    /// <summary>The party has as many open invites as it may.</summary>
    public const string TooManyInvites = "too_many_invites";

    /// <summary>The user has no such prompt, or it is not shared with the party.</summary>
    public const string PromptNotFound = "prompt_not_found";

    /// <summary>The party shares as many prompts as it may.</summary>
    public const string TooManyPrompts = "too_many_shared_prompts";
}
