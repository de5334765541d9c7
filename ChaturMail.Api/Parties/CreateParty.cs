using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Makes a party, whose owner the user is.</summary>
public static class CreateParty
{
    /// <param name="Name">As its members call it.</param>
    public sealed record Request(string? Name);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, PartyService parties, PartyItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var name = check.Visible("name", request.Name, Limits.PartyName);
        if (check.Failure is { } failure) return failure;
        return await items.AnswerAsync("The party was made.", await parties.CreateAsync(session.Account.Uid, name, cancellation), session, cancellation);
    }
}
