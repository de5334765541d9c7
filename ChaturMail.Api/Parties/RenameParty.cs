using ChaturMail.Api.Http;
using ChaturMail.Core.Parties;

namespace ChaturMail.Api.Parties;

/// <summary>Gives a party another name.</summary>
public static class RenameParty
{
    /// <param name="Id">The party's id.</param>
    /// <param name="Name">Its name from now on.</param>
    public sealed record Request(string? Id, string? Name);

    /// <summary>Handles the request.</summary>
    public static async Task<IResult> Handle(Request request, SessionUser session, PartyService parties, PartyItems items, CancellationToken cancellation)
    {
        var check = new Check();
        var id = PartyFields.Id(check, "id", request.Id);
        var name = check.Visible("name", request.Name, Limits.PartyName);
        if (check.Failure is { } failure) return failure;
        return await items.AnswerAsync("The party was renamed.", await parties.RenameAsync(id, session.Account.Uid, name, cancellation), session, cancellation);
    }
}
