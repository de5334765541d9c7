using ChaturMail.Api.Http;
using ChaturMail.Core.Accounts;
using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Workspaces;

namespace ChaturMail.Api.Parties;

/// <summary>A party as its members see it.</summary>
/// <param name="Role">The reader's own: <c>owner</c>, <c>admin</c> or <c>member</c>.</param>
/// <param name="CreatedOn">Unix seconds.</param>
/// <param name="Members">In the order of their coming.</param>
/// <param name="Prompts">Prompts of members that are shared; getAllPrompts has their titles.</param>
public sealed record PartyItem(
    string Id, string Name, string Role, long CreatedOn, IReadOnlyList<PartyItem.MemberItem> Members, IReadOnlyList<PartyItem.PromptItem> Prompts,
    PartyItem.LimitsItem Limits)
{
    /// <param name="Name">Empty when the user has none, and once the account is gone.</param>
    /// <param name="Picture">Address of a picture, or empty.</param>
    /// <param name="JoinedOn">Unix seconds.</param>
    public sealed record MemberItem(string UserId, string Name, string Picture, string Role, long JoinedOn);

    /// <param name="UserId">Whose it is.</param>
    /// <param name="SharedOn">Unix seconds.</param>
    public sealed record PromptItem(string Id, string UserId, long SharedOn);

    /// <summary>How many of each a party may have.</summary>
    public sealed record LimitsItem(int Members, int Topics, int Prompts, int Invites);
}

/// <summary>Makes answers of parties.</summary>
public sealed class PartyItems(People people, WorkspaceOptions options)
{
    private readonly PartyItem.LimitsItem _limits = new(options.MembersOfAParty, options.TopicsOfAParty, Party.MostPrompts, Party.MostInvites);

    /// <summary>A party with who is in it.</summary>
    public async Task<PartyItem> OfAsync(Party party, string reader, CancellationToken cancellation)
    {
        var persons = await people.FindAsync(party.Members.Select(member => member.Uid), cancellation);
        return new PartyItem(
            party.Id, party.Name, Check.NameOf(party.FindMember(reader)?.Role ?? PartyRole.Member), party.CreatedOn / 1000,
            [
                .. party.Members.Select(member => new PartyItem.MemberItem(
                    member.Uid, persons[member.Uid].Name, persons[member.Uid].Picture, Check.NameOf(member.Role), member.JoinedOn / 1000)),
            ],
            [.. party.Prompts.Select(prompt => new PartyItem.PromptItem(prompt.PromptId, prompt.Uid, prompt.SharedOn / 1000))], _limits);
    }

    /// <summary>The party after a change, or why it was not made.</summary>
    public async Task<IResult> AnswerAsync(string message, PartyResult result, SessionUser session, CancellationToken cancellation) =>
        result.Party is { } party ? Reply.Ok(message, await OfAsync(party, session.Account.Uid, cancellation)) : PartyErrors.Reply(result.Refusal!);
}

/// <summary>Reads the fields that requests about parties share.</summary>
internal static class PartyFields
{
    public static string Id(Check check, string field, string? value)
    {
        var id = check.Required(field, value, Limits.Id);
        if (check.Failure is null && !DocumentId.IsValid(id)) check.Fail($"The field '{field}' must be an id of 24 hexadecimal digits.");
        return id.ToLowerInvariant();
    }

    /// <summary>A role that is given to people: admin or member. Null when absent.</summary>
    public static PartyRole? Role(Check check, string? value)
    {
        var role = check.Choice<PartyRole>("role", value);
        if (role == PartyRole.Owner) check.Fail("The field 'role' must be admin or member. An owner is made by handOver.");
        return role;
    }
}
