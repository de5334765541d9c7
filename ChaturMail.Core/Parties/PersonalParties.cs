using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using ChaturMail.Core.Privacy;

namespace ChaturMail.Core.Parties;

/// <summary>What is held on a user in parties: that they are in them, the invites they made, what they share. Of the other members nothing.</summary>
public sealed class PersonalParties(PartyMembership membership, PartyService parties) : IPersonalContent
{
    /// <inheritdoc/>
    public string Section => "parties";

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ExportAsync(string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var party in await membership.ListAsync(uid, cancellation))
        {
            var member = party.FindMember(uid)!;
            yield return new JsonObject
            {
                ["id"] = party.Id,
                ["name"] = party.Name,
                ["role"] = member.Role.ToString().ToLowerInvariant(),
                ["joinedOn"] = Seconds(member.JoinedOn),
                ["sharedPrompts"] = new JsonArray(
                [
                    .. party.Prompts.Where(prompt => prompt.Uid == uid)
                        .Select(prompt => new JsonObject { ["id"] = prompt.PromptId, ["sharedOn"] = Seconds(prompt.SharedOn) }),
                ]),
                ["invites"] = new JsonArray([.. party.Invites.Where(invite => invite.CreatedBy == uid).Select(ItemOf)]),
            };
        }
    }

    /// <inheritdoc/>
    public Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation) => parties.EraseAsync(uid, before, cancellation);

    private static JsonObject ItemOf(PartyInvite invite) => new()
    {
        ["id"] = invite.Id,
        ["role"] = invite.Role.ToString().ToLowerInvariant(),
        ["createdOn"] = Seconds(invite.CreatedOn),
        ["expiresOn"] = Seconds(invite.ExpiresOn),
        ["uses"] = invite.Uses,
        ["mostUses"] = invite.MostUses,
    };

    private static long Seconds(long milliseconds) => milliseconds / 1000;
}

/// <summary>Others' prompts that a user has written with.</summary>
public sealed class PersonalUsedPrompts(SharedPrompts prompts) : IPersonalContent
{
    /// <inheritdoc/>
    public string Section => "usedPrompts";

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ExportAsync(string uid, [EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var used in await prompts.ListUsedAsync(UsedPrompt.KeyOf(uid), cancellation))
            yield return new JsonObject { ["promptId"] = used.PromptId, ["title"] = used.Title, ["usedOn"] = used.UsedOn / 1000 };
    }

    /// <inheritdoc/>
    public Task EraseAsync(string uid, DateTimeOffset before, CancellationToken cancellation) => prompts.EraseAsync(uid, before, cancellation);
}
