using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;
using ChaturMail.Core.Storage.Sqlite;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>Coming into a party by a link.</summary>
public sealed class PartyInviteTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    [Fact]
    public async Task AnInviteIsALinkAndAQrCodeThatAreShownOnceAndLeadsIntoTheParty()
    {
        var id = await Parties.MakeAsync(Client, Token);
        var made = (await Client.PostAsync("/party/createInvite", new { id }, Token)).Item;
        var token = made["token"]!.GetValue<string>();
        Assert.Equal($"{Client.Http.BaseAddress!.AbsoluteUri}#/join/{token}", made["link"]!.GetValue<string>());
        Assert.StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"", made["qrSvg"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(27, token.Length);
        var invite = made["invite"]!;
        Assert.Equal(("member", 0, 1), (invite["role"]!.GetValue<string>(), invite["uses"]!.GetValue<int>(), invite["mostUses"]!.GetValue<int>()));
        Assert.Equal(7 * 24 * 3600, invite["expiresOn"]!.GetValue<long>() - invite["createdOn"]!.GetValue<long>());
        Assert.Equal(invite.ToJsonString(), Assert.Single(await OpenAsync(id)).ToJsonString());

        var other = await Client.SignInAsync("guest." + Email);
        var shown = (await Client.PostAsync("/party/getInvite", new { token }, other)).Item;
        Assert.Equal(("Team", 1, "member", false, false), (shown["name"]!.GetValue<string>(), shown["members"]!.GetValue<int>(), shown["role"]!.GetValue<string>(),
            shown["isMember"]!.GetValue<bool>(), shown["isFull"]!.GetValue<bool>()));
        Assert.Equal(await Parties.UidAsync(Client, Token), shown["invitedBy"]!["userId"]!.GetValue<string>());

        var joined = await Client.PostAsync("/party/acceptInvite", new { token }, other);
        Assert.Equal((200, id, "member"), (joined.HttpStatus, joined.Text("id"), joined.Text("role")));
        Assert.Empty(await OpenAsync(id));
        // Once more is the same, although it is used up; for others it is over.
        Assert.Equal(joined.Item.ToJsonString(), (await Client.PostAsync("/party/acceptInvite", new { token }, other)).Item.ToJsonString());
        Assert.True((await Client.PostAsync("/party/getInvite", new { token }, other)).Item["isMember"]!.GetValue<bool>());
        var third = await Client.SignInAsync("third." + Email);
        foreach (var route in new[] { "/party/getInvite", "/party/acceptInvite" }) await ExpectNotGoodAsync(route, token, third);
    }

    [Fact]
    public async Task WhoJoinsSeesTheHistoryOfItsTopicsAsReadAndWhatComesThenAsUnread()
    {
        var partyId = await Parties.MakeAsync(Client, Token);
        var id = (await Client.PostAsync("/topic/createTopic", new { partyId, title = "Prices" }, Token)).Text("id");
        var conversationId = (await Client.PostAsync("/topic/getTopic", new { id }, Token)).Text("conversationId");
        await Client.PostAsync("/message/sendMessage", new { conversationId, clientId = "1", text = "before" }, Token);
        var token = (await Client.PostAsync("/party/createInvite", new { id = partyId }, Token)).Item["token"]!.GetValue<string>();
        var other = await Client.SignInAsync("guest." + Email);

        await Client.PostAsync("/party/acceptInvite", new { token }, other);
        Assert.Equal(("before", 0), await ReadAsync());
        await Client.PostAsync("/message/sendMessage", new { conversationId, clientId = "2", text = "after" }, Token);
        await Client.PostAsync("/party/acceptInvite", new { token }, other);
        Assert.Equal(("after", 1), await ReadAsync());

        async Task<(string Last, long Unread)> ReadAsync()
        {
            var shown = (await Client.PostAsync("/conversation/getConversation", new { conversationId }, other)).Item;
            return (shown["lastMessage"]!["text"]!.GetValue<string>(), shown["unread"]!.GetValue<long>());
        }
    }

    [Fact]
    public async Task TheStoreHoldsNoTokenOfAnInvite()
    {
        var id = await Parties.MakeAsync(Client, Token);
        var token = (await Client.PostAsync("/party/createInvite", new { id }, Token)).Text("token");
        var database = Api.App.Services.GetRequiredService<SqliteDatabase>();
        var stored = string.Join('\n', database.Read(db => db.List(row => row.GetString(0), "SELECT data FROM documents UNION ALL SELECT key FROM document_keys UNION ALL SELECT data FROM outbox")));
        Assert.Contains(PartyInvite.DigestOf(token), stored, StringComparison.Ordinal);
        Assert.DoesNotContain(token, stored, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARevokedInviteAndOneThatNeverWasAreTheSame()
    {
        var id = await Parties.MakeAsync(Client, Token);
        var made = (await Client.PostAsync("/party/createInvite", new { id, uses = 5 }, Token)).Item;
        var inviteId = made["invite"]!["id"]!.GetValue<string>();
        var other = await Client.SignInAsync("guest." + Email);

        Assert.Equal(200, (await Client.PostAsync("/party/revokeInvite", new { id, inviteId }, Token)).HttpStatus);

        foreach (var token in new[] { made["token"]!.GetValue<string>(), PartyInvite.NewToken(), "x" })
            foreach (var route in new[] { "/party/getInvite", "/party/acceptInvite" }) await ExpectNotGoodAsync(route, token, other);
        Assert.Equal("invite_not_found", (await Client.PostAsync("/party/revokeInvite", new { id, inviteId }, Token)).Code);
    }

    [Fact]
    public async Task AdminsInviteMembersAloneAndMembersSeeNoInvites()
    {
        var (admin, member) = (await Client.SignInAsync("admin." + Email), await Client.SignInAsync("member." + Email));
        var id = await Parties.MakeAsync(Client, Token, member);
        await Parties.JoinAsync(Client, Token, id, admin, "admin");
        Assert.Equal("owner member admin", await Parties.RolesAsync(Client, admin, id));

        Assert.Equal("not_allowed_in_party", (await Client.PostAsync("/party/createInvite", new { id, role = "admin" }, admin)).Code);
        Assert.Equal(200, (await Client.PostAsync("/party/createInvite", new { id }, admin)).HttpStatus);
        foreach (var route in new[] { "/party/createInvite", "/party/getInvites" })
            Assert.Equal("not_allowed_in_party", (await Client.PostAsync(route, new { id }, member)).Code);
    }

    [Fact]
    public async Task AnInviteForThreeBringsThreeInHoweverManyComeAtOnce()
    {
        var id = await Parties.MakeAsync(Client, Token);
        var token = (await Client.PostAsync("/party/createInvite", new { id, uses = 3 }, Token)).Text("token");
        var guests = await GuestsAsync(9);

        // Each twice at once, as who presses the button twice.
        var answers = await Task.WhenAll(guests.Concat(guests).Select(guest => Client.PostAsync("/party/acceptInvite", new { token }, guest)));

        Assert.Equal("owner member member member", await Parties.RolesAsync(Client, Token, id));
        Assert.Equal(6, answers.Count(answer => answer.HttpStatus == 200));
        Assert.All(answers.Where(answer => answer.HttpStatus != 200), answer => Assert.Equal((404, "invite_not_good"), (answer.HttpStatus, answer.Code)));
    }

    [Fact]
    public async Task APartyHasTenMembersHoweverManyComeAtOnceToSeveralInstances()
    {
        await using var second = await TestApi.StartAsync("DATA_DIR=" + Api.DataFolder);
        var id = await Parties.MakeAsync(Client, Token);
        var token = (await Client.PostAsync("/party/createInvite", new { id, uses = 100 }, Token)).Text("token");
        var guests = await GuestsAsync(14);

        var answers = await Task.WhenAll(guests.Select((guest, i) => (i % 2 == 0 ? Client : second.Client).PostAsync("/party/acceptInvite", new { token }, guest)));

        Assert.Equal(9, answers.Count(answer => answer.HttpStatus == 200));
        Assert.All(answers.Where(answer => answer.HttpStatus != 200), answer => Assert.Equal((409, "party_full"), (answer.HttpStatus, answer.Code)));
        Assert.Equal(10, (await Parties.RolesAsync(second.Client, Token, id)).Split(' ').Length);
        Assert.Equal(9, Assert.Single(await OpenAsync(id))["uses"]!.GetValue<int>());
    }

    [Fact]
    public async Task AUserIsInAHundredPartiesAtMost()
    {
        var uid = await Parties.UidAsync(Client, Token);
        var store = new Documents<Party>(Api.App.Services.GetRequiredService<IDocumentStore>(), PartyMembership.Kind);
        for (var i = 0; i < PartyService.MostMemberships; i++)
        {
            var id = DocumentId.New(TimeProvider.System);
            await store.AddAsync(new Party(id, "Many", [new("someone-" + id, PartyRole.Owner, 1), new(uid, PartyRole.Member, 1)], 1, 0), default);
        }

        var other = await Client.SignInAsync("host." + Email);
        var party = await Parties.MakeAsync(Client, other);
        var token = (await Client.PostAsync("/party/createInvite", new { id = party }, other)).Text("token");

        Assert.Equal("too_many_parties", (await Client.PostAsync("/party/acceptInvite", new { token }, Token)).Code);
        Assert.Equal("too_many_parties", (await Client.PostAsync("/party/createParty", new { name = "Mine" }, Token)).Code);
    }

    [Theory]
    [InlineData("PUBLIC_URL=https://mail.example.com/app/", "https://mail.example.com/app/#/join/")]
    [InlineData("PUBLIC_URL=https://api.example.com", "https://api.example.com/#/join/")]
    public async Task TheLinkLeadsToWhereTheWebAppIs(string setting, string start)
    {
        await using var api = await TestApi.StartAsync(setting);
        var token = await api.Client.SignInAsync();
        var id = await Parties.MakeAsync(api.Client, token);
        Assert.StartsWith(start, (await api.Client.PostAsync("/party/createInvite", new { id }, token)).Text("link"), StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> GuestsAsync(int count) =>
        await Task.WhenAll(Enumerable.Range(0, count).Select(i => Client.SignInAsync($"guest{i}.{Email}")));

    private async Task<IReadOnlyList<System.Text.Json.Nodes.JsonObject>> OpenAsync(string id) => await Parties.ListAsync(Client, "/party/getInvites", new { id }, Token);

    private async Task ExpectNotGoodAsync(string route, string token, string user)
    {
        var answer = await Client.PostAsync(route, new { token }, user);
        Assert.Equal((404, "invite_not_good"), (answer.HttpStatus, answer.Code));
    }
}
