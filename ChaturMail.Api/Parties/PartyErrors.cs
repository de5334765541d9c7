using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>What is not done with a party, as clients are told.</summary>
public static class PartyErrors
{
    /// <summary>No such party, or not the user's.</summary>
    public static readonly ApiError NotFound = new(PartyRefusal.NotFound, 404, "There is no such party.");

    /// <summary>The table.</summary>
    public static readonly IReadOnlyList<ApiError> All =
    [
        NotFound,
        new(PartyRefusal.NotAllowed, 403, "Your role in this party does not allow this."),
        new(PartyRefusal.MemberNotFound, 404, "There is no such member in this party."),
        new(PartyRefusal.HandOverFirst, 409, "Hand the party over first: it needs an owner."),
        new(PartyRefusal.TooManyParties, 409, "That would be more parties than one person may have."),
        new(PartyRefusal.Full, 409, "This party has as many members as it may have."),
        new(PartyRefusal.InviteNotGood, 404, "This invite is not good any more. Ask for another one."),
        new(PartyRefusal.InviteNotFound, 404, "There is no such invite of this party."),
        new(PartyRefusal.TooManyInvites, 409, $"{Party.MostInvites} invites of this party are open, which is the most. Revoke one first."),
        new(PartyRefusal.TooManyPrompts, 409, $"This party shares {Party.MostPrompts} prompts, which is the most. End a share first."),
    ];

    /// <summary>The answer to a <see cref="PartyRefusal"/>.</summary>
    public static IResult Reply(string refusal) =>
        Http.Reply.Error(refusal == PartyRefusal.PromptNotFound ? ApiError.PromptNotFound : All.First(error => error.Code == refusal));
}
