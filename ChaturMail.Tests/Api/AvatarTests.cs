using ChaturMail.Core.Parties;
using ChaturMail.Core.Storage;
using ChaturMail.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace ChaturMail.Tests.Api;

/// <summary>The pictures of people, and who sees them.</summary>
public sealed class AvatarTests(SignedInApiTests.OneApi one) : SignedInApiTests(one)
{
    [Fact]
    public async Task WhoMeetsThePersonSeesThePictureAndNobodyElse()
    {
        var (friend, stranger) = (await Client.SignInAsync("friend." + Email), await Client.SignInAsync("stranger." + Email));
        var uid = await UidAsync(Token);
        await MeetAsync(uid, await UidAsync(friend));
        var id = await Pictures.AddAsync(Client, Token, purpose: "avatar");
        Assert.Null((await ShownAsync(friend, uid)).Payload);

        Assert.Equal(1, (await Client.PostAsync("/user/setAvatar", new { id }, Token)).Status);

        foreach (var token in new[] { Token, friend })
        {
            var shown = await ShownAsync(token, uid);
            Assert.Equal((uid, id), (shown.Text("userId"), shown.Text("id")));
            Assert.NotEmpty(await Client.Http.GetByteArrayAsync(new Uri(shown.Text("url"), UriKind.Relative)));
            Assert.Equal(1, (await Client.PostAsync("/attachment/getUrl", new { id }, token)).Status);
        }

        Assert.Null((await ShownAsync(stranger, uid)).Payload);
        Assert.Equal("attachment_not_found", (await Client.PostAsync("/attachment/getUrl", new { id }, stranger)).Code);
    }

    [Fact]
    public async Task AnotherPictureTakesThePlaceOfTheOneBefore()
    {
        var uid = await UidAsync(Token);
        var (first, second) = (await Pictures.AddAsync(Client, Token, purpose: "avatar"), await Pictures.AddAsync(Client, Token, "lossy.webp", "avatar"));
        await Client.PostAsync("/user/setAvatar", new { id = first }, Token);
        Assert.Equal("attachment_in_use", (await Client.PostAsync("/attachment/deleteUpload", new { id = first }, Token)).Code);

        Assert.Equal(1, (await Client.PostAsync("/user/setAvatar", new { id = second }, Token)).Status);
        Assert.Equal(1, (await Client.PostAsync("/user/setAvatar", new { id = second }, Token)).Status);

        Assert.Equal(second, (await ShownAsync(Token, uid)).Text("id"));
        Assert.Equal(second, (await Client.PostAsync("/attachment/getUploads", new { }, Token)).Text("id"));
        Assert.Equal("attachment_not_found", (await Client.PostAsync("/user/setAvatar", new { id = first }, Token)).Code);

        for (var times = 0; times < 2; times++) Assert.Equal(1, (await Client.PostAsync("/user/removeAvatar", new { }, Token)).Status);
        Assert.Null((await ShownAsync(Token, uid)).Payload);
        Assert.Null((await Client.PostAsync("/attachment/getUploads", new { }, Token)).Payload);
    }

    [Fact]
    public async Task SeveralAtOnceLeaveOne()
    {
        var uid = await UidAsync(Token);
        var ids = new List<string>();
        for (var i = 0; i < 4; i++) ids.Add(await Pictures.AddAsync(Client, Token, purpose: "avatar"));
        await Task.WhenAll(ids.Select(id => Client.PostAsync("/user/setAvatar", new { id }, Token)));

        // Whichever came last; the others are gone.
        Assert.Equal((await ShownAsync(Token, uid)).Text("id"), (await Client.PostAsync("/attachment/getUploads", new { }, Token)).Text("id"));
    }

    [Fact]
    public async Task APictureOfAMessageIsNoAvatar() => Assert.Equal(
        "attachment_in_use", (await Client.PostAsync("/user/setAvatar", new { id = await Pictures.AddAsync(Client, Token) }, Token)).Code);

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"userIds":[]}""")]
    [InlineData("""{"userIds":[""]}""")]
    [InlineData("""{"userIds":[null]}""")]
    public async Task SomebodyMustBeAskedFor(string body) => Assert.Equal("invalid_field", (await Client.PostAsync("/user/getAvatars", body, Token)).Code);

    private Task<ApiAnswer> ShownAsync(string token, string uid) => Client.PostAsync("/user/getAvatars", new { userIds = new[] { uid, "nobody" } }, token);

    private async Task<string> UidAsync(string token) => (await Client.PostAsync("/user/getUserData", new { }, token)).Text("uid");

    // As the parties' area keeps it: two people in one.
    private async Task MeetAsync(string owner, string member)
    {
        var party = new Party(
            DocumentId.New(TimeProvider.System), "Friends", [new PartyMember(owner, PartyRole.Owner, 1), new PartyMember(member, PartyRole.Member, 2)], 1, 0);
        await new Documents<Party>(Api.App.Services.GetRequiredService<IDocumentStore>(), PartyMembership.Kind).AddAsync(party, default);
    }
}
