using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Api;

/// <summary>What a browser is told before anybody has signed in.</summary>
public sealed class SignInMethodsTests
{
    private const string Client = "1234-abc.apps.googleusercontent.com";

    [Fact]
    public async Task InDevelopmentAnyAddressAndPasswordsWillDoAndThereIsNoFirebase()
    {
        var told = await AskAsync("RateLimits:ExportsPerUser=3");
        Assert.Equal("""{"development":true,"password":true,"firebase":null,"ads":null,"dailyCoins":null,"startingCoins":10000,"exportsPerHour":3}""", told);
    }

    [Fact]
    public async Task AProjectWithItsKeyIsFirebaseAtGooglesAddress()
    {
        var told = await AskAsync("PROJECT_ID=chaturmail", "Web:FirebaseApiKey=AIzaPublic_1-2", "Web:GoogleClientId=" + Client);
        Assert.Contains("\"development\":false,\"password\":false,", told, StringComparison.Ordinal);
        Assert.Contains(
            $$"""
            "firebase":{"apiKey":"AIzaPublic_1-2","projectId":"chaturmail","googleClientId":"{{Client}}","authAddress":"https://identitytoolkit.googleapis.com"}
            """, told, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PROJECT_ID=chaturmail", "Web:GoogleClientId=" + Client)]
    [InlineData("Web:FirebaseApiKey=AIzaPublic", "Web:GoogleClientId=" + Client)]
    public async Task WithoutTheProjectOrItsKeyThereIsNoFirebase(params string[] settings) =>
        Assert.Contains("\"firebase\":null", await AskAsync(settings), StringComparison.Ordinal);

    [Fact]
    public async Task WithTheEmulatorABrowserTalksToThatAndAnyKeyWillDo()
    {
        var told = await AskAsync("FIREBASE_AUTH_EMULATOR_HOST=127.0.0.1:9099", "PROJECT_ID=demo-x");
        Assert.Contains("\"development\":false,", told, StringComparison.Ordinal);
        Assert.Contains(
            """
            "firebase":{"apiKey":"emulator","projectId":"demo-x","googleClientId":null,"authAddress":"http://127.0.0.1:9099/identitytoolkit.googleapis.com"}
            """, told, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FreeCoinsAndAdvertisementsAreToldWhereThereAreSome()
    {
        Assert.Contains(
            "\"ads\":{\"coins\":50,\"mostADay\":10},\"dailyCoins\":{\"coins\":100,\"upTo\":2000},\"startingCoins\":2000,",
            await AskAsync("Coins:Starting=2000", "Coins:Daily=100", "Ads:Enabled=true", "Ads:AdUnits=1234567890"), StringComparison.Ordinal);
        Assert.Contains(
            "\"ads\":{\"coins\":250,\"mostADay\":10},\"dailyCoins\":{\"coins\":100,\"upTo\":500},",
            await AskAsync("Coins:Daily=100", "Coins:DailyUpTo=500", "Ads:Enabled=true", "Ads:AdUnits=1234567890", "Ads:Coins=0"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Web:FirebaseApiKey=a key", "Web:FirebaseApiKey")]
    [InlineData("Web:GoogleClientId=https://example.com/", "Web:GoogleClientId")]
    [InlineData("Web:GoogleClientId=a;script-src *.apps.googleusercontent.com", "Web:GoogleClientId")]
    public async Task ASettingThatCannotWorkStopsTheStart(string setting, string named)
    {
        var fault = await Assert.ThrowsAsync<ServiceDefaults.StartupException>(() => TestApi.StartAsync(setting));
        Assert.Contains(named, fault.Message, StringComparison.Ordinal);
    }

    private static async Task<string> AskAsync(params string[] settings)
    {
        await using var api = await TestApi.StartAsync(settings);
        var answer = await api.Client.PostAsync("/misc/getSignInMethods", new { });
        Assert.Equal(200, answer.HttpStatus);
        return answer.Item.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }
}
