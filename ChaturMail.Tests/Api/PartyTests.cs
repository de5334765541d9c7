using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Parties, who is in them, and what is refused.</summary>
public sealed class PartyTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    [Fact]
    public async Task APartyIsMadeRenamedAndShownWithItsMembersToThem()
    {
        var made = (await Client.PostAsync("/party/createParty", new { name = "  Our\u200B team „Süd“ 😀 " }, Token)).Item;
        var id = made["id"]!.GetValue<string>();
        Assert.Equal(("Our team „Süd“ 😀", "owner"), (made["name"]!.GetValue<string>(), made["role"]!.GetValue<string>()));
        Assert.Equal("""{"members":10,"topics":10,"prompts":50,"invites":20}""", made["limits"]!.ToJsonString());
        var other = await OtherAsync("a");
        await Parties.JoinAsync(Client, Token, id, other);

        var renamed = await Client.PostAsync("/party/renameParty", new { id = id.ToUpperInvariant(), name = "Sales" }, Token);

        var shown = (await Client.PostAsync("/party/getParty", new { id }, other)).Item;
        Assert.Equal(("Sales", "member"), (shown["name"]!.GetValue<string>(), shown["role"]!.GetValue<string>()));
        Assert.Equal(renamed.Item["members"]!.ToJsonString(), shown["members"]!.ToJsonString());
        var members = shown["members"]!.AsArray();
        Assert.Equal(["owner", "member"], members.Select(member => member!["role"]!.GetValue<string>()));
        Assert.Equal(await Parties.UidAsync(Client, Token), members[0]!["userId"]!.GetValue<string>());
        Assert.Equal(["userId", "name", "picture", "role", "joinedOn"], members[0]!.AsObject().Select(field => field.Key));
        Assert.Equal(shown.ToJsonString(), Assert.Single(await Parties.ListAsync(Client, "/party/getParties", new { }, other)).ToJsonString());
    }

    [Theory]
    [InlineData("/party/createParty", "{}", "'name' is required")]
    [InlineData("/party/createParty", "{\"name\":\"\\u200b \"}", "'name' is required")]
    [InlineData("/party/createParty", "{\"name\":\"a\\nb\"}", "'name' must not hold control")]
    [InlineData("/party/getParty", "{\"id\":\"1\"}", "'id' must be an id")]
    [InlineData("/party/getParties", "{\"cursor\":\"x\"}", "'cursor'")]
    [InlineData("/party/setRole", "{\"id\":\"6b018b08c371b1bcac5105a3\",\"userId\":\"u\",\"role\":\"owner\"}", "'role' must be admin or member")]
    [InlineData("/party/setRole", "{\"id\":\"6b018b08c371b1bcac5105a3\",\"userId\":\"u\",\"role\":\"boss\"}", "'role' must be one of")]
    [InlineData("/party/createInvite", "{\"id\":\"6b018b08c371b1bcac5105a3\",\"uses\":0}", "'uses' must be 1 to 100")]
    [InlineData("/party/createInvite", "{\"id\":\"6b018b08c371b1bcac5105a3\",\"uses\":101}", "'uses' must be 1 to 100")]
    [InlineData("/party/createInvite", "{\"id\":\"6b018b08c371b1bcac5105a3\",\"hours\":721}", "'hours' must be 1 to 720")]
    [InlineData("/party/createInvite", "{\"id\":\"6b018b08c371b1bcac5105a3\",\"role\":\"owner\"}", "'role' must be admin or member")]
    [InlineData("/party/acceptInvite", "{}", "'token' is required")]
    public async Task WhatIsNoRequestIs400(string route, string body, string message)
    {
        var answer = await Client.PostAsync(route, body, Token);
        Assert.Equal((400, "invalid_field"), (answer.HttpStatus, answer.Code));
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ANameMayBeAsLongAsTheLimitSays()
    {
        Assert.Equal(200, (await Client.PostAsync("/party/createParty", new { name = new string('n', 80) }, Token)).HttpStatus);
        Assert.Equal(400, (await Client.PostAsync("/party/createParty", new { name = new string('n', 81) }, Token)).HttpStatus);
    }

    [Fact]
    public async Task TenPartiesAreTheMostHoweverManyAreMadeAtOnceAndADeletedOneMakesRoom()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => Client.PostAsync("/party/createParty", new { name = "Team" }, Token)));

        Assert.Equal(10, answers.Count(answer => answer.HttpStatus == 200));
        Assert.All(answers.Where(answer => answer.HttpStatus != 200), answer => Assert.Equal((409, "too_many_parties"), (answer.HttpStatus, answer.Code)));
        var ids = await IdsOfAllPagesAsync(4);
        Assert.Equal(10, ids.Distinct().Count());
        Assert.Equal(ids, (await Parties.ListAsync(Client, "/party/getParties", new { }, Token)).Select(OwnPromptTests.IdOf));

        Assert.Equal(200, (await Client.PostAsync("/party/deleteParty", new { id = ids[3] }, Token)).HttpStatus);
        Assert.Equal(200, (await Client.PostAsync("/party/createParty", new { name = "Team" }, Token)).HttpStatus);
    }

    [Fact]
    public async Task TheOwnerLeavesOnceSomebodyElseIsAndADeletedPartyIsGoneForAll()
    {
        var (admin, member) = (await OtherAsync("a"), await OtherAsync("m"));
        var id = await Parties.MakeAsync(Client, Token, admin, member);
        var adminId = await Parties.UidAsync(Client, admin);
        Assert.Equal((409, "hand_over_first"), await RefusalAsync("/party/leaveParty", new { id }, Token));
        Assert.Equal((403, "not_allowed_in_party"), await RefusalAsync("/party/handOver", new { id, userId = adminId }, admin));

        Assert.Equal("admin", (await Client.PostAsync("/party/handOver", new { id, userId = adminId }, Token)).Text("role"));
        Assert.Equal("admin owner member", await Parties.RolesAsync(Client, Token, id));
        Assert.Equal((403, "not_allowed_in_party"), await RefusalAsync("/party/deleteParty", new { id }, Token));
        Assert.Equal(200, (await Client.PostAsync("/party/leaveParty", new { id }, Token)).HttpStatus);
        Assert.Equal((404, "party_not_found"), await RefusalAsync("/party/leaveParty", new { id }, Token));
        Assert.Equal(200, (await Client.PostAsync("/party/deleteParty", new { id }, admin)).HttpStatus);

        foreach (var token in new[] { admin, member }) Assert.Equal((404, "party_not_found"), await RefusalAsync("/party/getParty", new { id }, token));
        Assert.Empty(await Parties.ListAsync(Client, "/party/getParties", new { }, member));
    }

    [Fact]
    public async Task ALastMemberWhoLeavesEndsTheParty()
    {
        var id = await Parties.MakeAsync(Client, Token);
        Assert.Equal(200, (await Client.PostAsync("/party/leaveParty", new { id }, Token)).HttpStatus);
        Assert.Equal((404, "party_not_found"), await RefusalAsync("/party/getParty", new { id }, Token));
    }

    [Fact]
    public async Task HandingOverNeedsRoomForAPartyOfTheNewOwners()
    {
        var other = await OtherAsync("full");
        var otherId = await Parties.UidAsync(Client, other);
        var id = await Parties.MakeAsync(Client, Token, other);
        var theirs = new List<string>();
        for (var i = 0; i < 10; i++) theirs.Add(await Parties.MakeAsync(Client, other));

        Assert.Equal((409, "too_many_parties"), await RefusalAsync("/party/handOver", new { id, userId = otherId }, Token));
        Assert.Equal("owner member", await Parties.RolesAsync(Client, Token, id));

        await Client.PostAsync("/party/deleteParty", new { id = theirs[4] }, other);
        Assert.Equal(200, (await Client.PostAsync("/party/handOver", new { id, userId = otherId }, Token)).HttpStatus);
        Assert.Equal((409, "too_many_parties"), await RefusalAsync("/party/createParty", new { name = "Eleventh" }, other));
        // And room for another is where the party came from.
        Assert.Equal(200, (await Client.PostAsync("/party/createParty", new { name = "Next" }, Token)).HttpStatus);
    }

    [Fact]
    public async Task AdminsRemoveMembersAndTheOwnerEverybodyElse()
    {
        var (admin, member, second) = (await OtherAsync("a"), await OtherAsync("m"), await OtherAsync("s"));
        var id = await Parties.MakeAsync(Client, Token, admin, member, second);
        var (ownerId, adminId, memberId, secondId) = (await Parties.UidAsync(Client, Token), await Parties.UidAsync(Client, admin),
            await Parties.UidAsync(Client, member), await Parties.UidAsync(Client, second));
        foreach (var userId in new[] { adminId, secondId })
            Assert.Equal(200, (await Client.PostAsync("/party/setRole", new { id, userId, role = "admin" }, Token)).HttpStatus);

        Assert.Equal((403, "not_allowed_in_party"), await RefusalAsync("/party/removeMember", new { id, userId = secondId }, admin));
        Assert.Equal((403, "not_allowed_in_party"), await RefusalAsync("/party/removeMember", new { id, userId = ownerId }, admin));
        Assert.Equal((403, "not_allowed_in_party"), await RefusalAsync("/party/removeMember", new { id, userId = adminId }, member));
        Assert.Equal(200, (await Client.PostAsync("/party/removeMember", new { id, userId = memberId }, admin)).HttpStatus);
        Assert.Equal((404, "member_not_found"), await RefusalAsync("/party/removeMember", new { id, userId = memberId }, admin));
        Assert.Equal((404, "party_not_found"), await RefusalAsync("/party/getParty", new { id }, member));
        Assert.Equal("owner admin", await RolesAfterRemovalAsync());

        async Task<string> RolesAfterRemovalAsync()
        {
            Assert.Equal(200, (await Client.PostAsync("/party/removeMember", new { id, userId = secondId }, Token)).HttpStatus);
            return await Parties.RolesAsync(Client, Token, id);
        }
    }

    private async Task<IReadOnlyList<string>> IdsOfAllPagesAsync(int limit)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await Client.PostAsync("/party/getParties", cursor is null ? new { limit } : new { limit, cursor }, Token);
            ids.AddRange((page.Payload ?? []).Select(OwnPromptTests.IdOf));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return ids;
    }

    private Task<string> OtherAsync(string name) => Client.SignInAsync($"{name}.{Email}");

    private async Task<(int, string?)> RefusalAsync(string route, object body, string token)
    {
        var answer = await Client.PostAsync(route, body, token);
        return (answer.HttpStatus, answer.Code);
    }
}
