using System.Text.Json.Nodes;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>Own prompts that a party writes with.</summary>
public sealed class SharedPromptTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    [Fact]
    public async Task ASharedPromptStandsInTheMembersGalleryAndTheyWriteWithIt()
    {
        var other = await OtherAsync("member");
        var party = await Parties.MakeAsync(Client, Token, other);
        var before = await GalleryAsync(other);
        var id = await SaveAsync();

        var item = await Client.PostAsync("/prompt/sharePrompt", new { id, partyId = party }, Token);
        Assert.Equal(id, item.Item["prompts"]![0]!["id"]!.GetValue<string>());
        // Once is enough.
        Assert.Single((await Client.PostAsync("/prompt/sharePrompt", new { id, partyId = party }, Token)).Item["prompts"]!.AsArray());

        var gallery = await GalleryAsync(other);
        Assert.Equal(before.Select(OwnPromptTests.IdOf), gallery.SkipLast(1).Select(OwnPromptTests.IdOf));
        var shared = gallery[^1];
        Assert.Equal((id, "Dunning letter", "own", 250), (OwnPromptTests.IdOf(shared), shared["title"]!.GetValue<string>(), shared["slug"]!.GetValue<string>(), shared["maxTokens"]!.GetValue<int>()));
        Assert.Equal($$"""{"id":"{{party}}","name":"Team"}""", shared["party"]!.ToJsonString());
        Assert.Equal("""["client","amount"]""", shared["placeholders"]!.ToJsonString());
        // What the app in the field reads is all there, and its guidance is nobody's but the models'.
        Assert.All(before[0].Select(field => field.Key), field => Assert.True(shared.ContainsKey(field)));
        Assert.DoesNotContain("Be firm", shared.ToJsonString(), StringComparison.Ordinal);
        // To its owner it is an own prompt as before.
        Assert.False(Assert.Single(await GalleryAsync(Token), p => OwnPromptTests.IdOf(p) == id).ContainsKey("party"));

        var email = await Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(id), other);
        Assert.Equal((200, id, 250L), (email.HttpStatus, email.Text("promptId"), email.Number("tokens")));
        Assert.Equal(200, (await Client.PostAsync("/email/regenerateEmail", new { id = email.Text("id"), instructions = "Shorter." }, other)).HttpStatus);
        // A member writes with it, and does nothing else to it.
        Assert.Equal("prompt_not_found", (await Client.PostAsync("/prompt/savePrompt", new { id, title = "t", guidance = "g" }, other)).Code);
        Assert.Equal("prompt_not_found", (await Client.PostAsync("/prompt/deletePrompt", new { id }, other)).Code);
    }

    public static TheoryData<string> Ends => ["unshared", "unshared by an admin", "deleted", "reader left", "reader removed", "owner left", "owner erased", "party deleted"];

    [Theory, MemberData(nameof(Ends))]
    public async Task FromTheEndOfAShareOnNobodyWritesWithItAndPastEmailsFindItsTitle(string end)
    {
        var (host, other, unused) = (await OtherAsync("host"), await OtherAsync("member"), await OtherAsync("unused"));
        var party = await Parties.MakeAsync(Client, host, Token, other, unused);
        var id = await SaveAsync();
        await Client.PostAsync("/prompt/sharePrompt", new { id, partyId = party }, Token);
        Assert.Equal(200, (await Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(id), other)).HttpStatus);
        var known = Assert.Single(await GalleryAsync(other), p => OwnPromptTests.IdOf(p) == id)["updatedOn"]!.GetValue<long>();

        await EndAsync(end, id, party, host, other);

        var refused = await Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(id), other);
        Assert.Equal((400, "unknown_prompt"), (refused.HttpStatus, refused.Code));
        // The app throws when an email names what is not listed.
        var left = Assert.Single(await GalleryAsync(other), p => OwnPromptTests.IdOf(p) == id);
        Assert.Equal(id, Assert.Single(await Client.HistoryAsync(other))["promptId"]!.GetValue<string>());
        Assert.Equal((end == "owner erased" ? "Shared prompt (withdrawn)" : "Dunning letter (withdrawn)", true), (left["title"]!.GetValue<string>(), left["withdrawn"]!.GetValue<bool>()));
        Assert.False(left.ContainsKey("party"));
        // It is among what has changed, the second time as well.
        var updatedOn = left["updatedOn"]!.GetValue<long>();
        Assert.InRange(updatedOn, known, long.MaxValue);
        Assert.Contains(await GalleryAsync(other, updatedOn - 1), p => OwnPromptTests.IdOf(p) == id);
        Assert.DoesNotContain(await GalleryAsync(other, updatedOn), p => OwnPromptTests.IdOf(p) == id);
        Assert.Equal(left.ToJsonString(), Assert.Single(await GalleryAsync(other), p => OwnPromptTests.IdOf(p) == id).ToJsonString());
        // Who never wrote with it has nothing to look up.
        if (end != "reader left" && end != "reader removed") Assert.DoesNotContain(await GalleryAsync(unused), p => OwnPromptTests.IdOf(p) == id);
    }

    [Fact]
    public async Task APromptThatIsSharedAgainIsThereAgainAndAmongWhatHasChanged()
    {
        var other = await OtherAsync("member");
        var party = await Parties.MakeAsync(Client, Token, other);
        var id = await SaveAsync();
        await Client.PostAsync("/prompt/sharePrompt", new { id, partyId = party }, Token);
        await Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(id), other);
        await Client.PostAsync("/prompt/unsharePrompt", new { id, partyId = party }, Token);
        var ended = Assert.Single(await GalleryAsync(other), p => OwnPromptTests.IdOf(p) == id)["updatedOn"]!.GetValue<long>();
        await Client.PostAsync("/prompt/savePrompt", new { id, title = "Another name", guidance = "g" }, Token);

        await Client.PostAsync("/prompt/sharePrompt", new { id, partyId = party }, Token);

        var shared = Assert.Single(await GalleryAsync(other), p => OwnPromptTests.IdOf(p) == id);
        Assert.Equal(("Another name", false), (shared["title"]!.GetValue<string>(), shared.ContainsKey("withdrawn")));
        Assert.InRange(shared["updatedOn"]!.GetValue<long>(), ended, long.MaxValue);
        await Client.PostAsync("/email/generateEmail", new JsonObject { ["subject"] = "s", ["keywords"] = "k", ["promptId"] = id, ["toEmail"] = "t@example.com" }, other);
        await Client.PostAsync("/prompt/unsharePrompt", new { id, partyId = party }, Token);
        Assert.Equal("Another name (withdrawn)", Assert.Single(await GalleryAsync(other), p => OwnPromptTests.IdOf(p) == id)["title"]!.GetValue<string>());
    }

    [Fact]
    public async Task NewInTheGalleryIsWhatIsSharedLaterAndWhoComesLaterGetsAllOfIt()
    {
        var id = await SaveAsync();
        var saved = Assert.Single(await GalleryAsync(Token), p => OwnPromptTests.IdOf(p) == id)["updatedOn"]!.GetValue<long>();
        var party = await Parties.MakeAsync(Client, Token);
        await Client.PostAsync("/prompt/sharePrompt", new { id, partyId = party }, Token);
        var late = await OtherAsync("late");
        await Parties.JoinAsync(Client, Token, party, late);
        Assert.InRange(Assert.Single(await GalleryAsync(late, saved - 1), p => OwnPromptTests.IdOf(p) == id)["updatedOn"]!.GetValue<long>(), saved, long.MaxValue);

        // In two parties of the reader's it is listed once.
        var second = await Parties.MakeAsync(Client, Token, late);
        await Client.PostAsync("/prompt/sharePrompt", new { id, partyId = second }, Token);
        Assert.Equal(party, Assert.Single(await GalleryAsync(late), p => OwnPromptTests.IdOf(p) == id)["party"]!["id"]!.GetValue<string>());
        // And is there still when one of the two ends.
        await Client.PostAsync("/prompt/unsharePrompt", new { id, partyId = party }, Token);
        Assert.Equal(second, Assert.Single(await GalleryAsync(late), p => OwnPromptTests.IdOf(p) == id)["party"]!["id"]!.GetValue<string>());
        Assert.Equal(200, (await Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(id), late)).HttpStatus);
    }

    [Fact]
    public async Task OnlyAnOwnPromptIsSharedAndOnlyItsOwnerOrAnAdminEndsIt()
    {
        var (other, member, stranger) = (await OtherAsync("other"), await OtherAsync("member"), await OtherAsync("stranger"));
        var party = await Parties.MakeAsync(Client, Token, other, member);
        var id = (await Client.PostAsync("/prompt/savePrompt", OwnPromptTests.Dunning, other)).Text("id");

        Assert.Equal((404, "prompt_not_found"), await RefusalAsync("/prompt/sharePrompt", id, party, Token));
        Assert.Equal((404, "party_not_found"), await RefusalAsync("/prompt/sharePrompt", id, party, stranger));
        Assert.Equal((404, "prompt_not_found"), await RefusalAsync("/prompt/unsharePrompt", id, party, other));
        Assert.Equal(200, (await RefusalAsync("/prompt/sharePrompt", id, party, other)).Item1);
        Assert.Equal((403, "not_allowed_in_party"), await RefusalAsync("/prompt/unsharePrompt", id, party, member));
        Assert.Equal((404, "party_not_found"), await RefusalAsync("/prompt/unsharePrompt", id, party, stranger));
        Assert.Equal((400, "unknown_prompt"), await GenerateAsync(id, stranger));
        Assert.Equal(200, (await RefusalAsync("/prompt/unsharePrompt", id, party, Token)).Item1);
    }

    private async Task EndAsync(string end, string id, string party, string host, string other)
    {
        var answer = end switch
        {
            "unshared" => await Client.PostAsync("/prompt/unsharePrompt", new { id, partyId = party }, Token),
            "unshared by an admin" => await Client.PostAsync("/prompt/unsharePrompt", new { id, partyId = party }, host),
            "deleted" => await Client.PostAsync("/prompt/deletePrompt", new { id }, Token),
            "reader left" => await Client.PostAsync("/party/leaveParty", new { id = party }, other),
            "reader removed" => await Client.PostAsync("/party/removeMember", new { id = party, userId = await Parties.UidAsync(Client, other) }, host),
            "owner left" => await Client.PostAsync("/party/leaveParty", new { id = party }, Token),
            "owner erased" => await Client.PostAsync("/user/deleteUser", new { }, Token),
            _ => await Client.PostAsync("/party/deleteParty", new { id = party }, host),
        };
        Assert.Equal(200, answer.HttpStatus);
    }

    private Task<string> OtherAsync(string name) => Client.SignInAsync($"{name}.{Email}");

    private async Task<string> SaveAsync() => (await Client.PostAsync("/prompt/savePrompt", OwnPromptTests.Dunning, Token)).Text("id");

    private async Task<IReadOnlyList<JsonObject>> GalleryAsync(string token, long? updatedAfter = null) =>
        await Parties.ListAsync(Client, "/prompt/getAllPrompts", updatedAfter is null ? new { } : new { updatedAfter }, token);

    private async Task<(int, string?)> RefusalAsync(string route, string id, string party, string token)
    {
        var answer = await Client.PostAsync(route, new { id, partyId = party }, token);
        return (answer.HttpStatus, answer.Code);
    }

    private async Task<(int, string?)> GenerateAsync(string id, string token)
    {
        var answer = await Client.PostAsync("/email/generateEmail", OwnPromptTests.EmailBy(id), token);
        return (answer.HttpStatus, answer.Code);
    }
}
