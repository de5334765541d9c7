using System.Text.Json.Nodes;
using ChaturMail.Core.Identity;
using ChaturMail.Core.Identity.Firebase;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Identity;

/// <summary>The rules that signed tokens and the emulator's share, seen through the emulator's.</summary>
public sealed class FirebaseClaimRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000);

    private readonly EmulatorTokenVerifier _verifier = new(TestTokens.Project, new ManualTimeProvider(Now));

    [Theory]
    [InlineData("aud", null), InlineData("aud", "\"another\""), InlineData("aud", "\"Demo-ChaturMail\"")]
    [InlineData("aud", "[\"demo-chaturmail\"]")]
    [InlineData("iss", null), InlineData("iss", "\"https://securetoken.google.com/another\"")]
    [InlineData("iss", "\"https://securetoken.google.com/demo-chaturmail/\"")]
    [InlineData("iss", "\"http://securetoken.google.com/demo-chaturmail\"")]
    [InlineData("iss", "\"https://session.firebase.google.com/demo-chaturmail\"")]
    [InlineData("sub", null), InlineData("sub", "\"\""), InlineData("sub", "7"), InlineData("sub", "\"\\udc00\"")]
    [InlineData("exp", null), InlineData("exp", "\"1750003540\""), InlineData("exp", "1749999700"), InlineData("exp", "-1")]
    [InlineData("exp", "1e400")]
    [InlineData("iat", null), InlineData("iat", "\"0\""), InlineData("iat", "1750000301"), InlineData("iat", "{}")]
    [InlineData("auth_time", null), InlineData("auth_time", "null"), InlineData("auth_time", "1750000301")]
    [InlineData("auth_time", "\"0\"")]
    public async Task AWrongClaimIsRefusedByName(string claim, string? json)
    {
        var rejected = Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(Change(claim, json)));

        Assert.Contains($"({claim})", rejected.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exp", "1749999701"), InlineData("iat", "1750000300"), InlineData("auth_time", "1750000300"), InlineData("auth_time", "0")]
    [InlineData("iat", "1749999940.5"), InlineData("firebase", null), InlineData("user_id", null)]
    public async Task ClocksMayBeFiveMinutesApart(string claim, string? json) =>
        Assert.IsType<VerificationResult.Verified>(await VerifyAsync(Change(claim, json)));

    [Fact]
    public async Task ASubjectHas128CharactersAtMost()
    {
        Assert.IsType<VerificationResult.Verified>(await VerifyAsync(Claims(claims => claims["sub"] = new string('u', 128))));
        Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(Claims(claims => claims["sub"] = new string('u', 129))));
    }

    [Fact]
    public async Task AnAddressHas320CharactersAtMost()
    {
        Assert.IsType<VerificationResult.Verified>(await VerifyAsync(Claims(claims => claims["email"] = new string('a', 320))));
        Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(Claims(claims => claims["email"] = new string('a', 321))));
    }

    [Theory]
    [InlineData(null), InlineData("null"), InlineData("7"), InlineData("[\"x\"]"), InlineData("\"\\ud800\"")]
    public async Task ANamePictureOrAddressThatIsNoTextIsEmpty(string? json)
    {
        foreach (var claim in new[] { "name", "picture", "email" })
        {
            var identity = Assert.IsType<VerificationResult.Verified>(await VerifyAsync(Change(claim, json))).Identity;
            Assert.Equal("", claim switch { "name" => identity.Name, "picture" => identity.Picture, _ => identity.Email });
            Assert.Equal(2, new[] { identity.Name, identity.Picture, identity.Email }.Count(text => text.Length > 0));
        }
    }

    [Theory]
    [InlineData("[]"), InlineData("null"), InlineData(""), InlineData("""{"sub":"a","sub":"b"}""")]
    public async Task ClaimsThatAreNoObjectOrRepeatAMemberAreRefused(string payload) => Assert.Equal(
        new VerificationResult.Rejected("The claims are not a JSON object with distinct members."), await VerifyAsync(payload));

    [Fact]
    public async Task NoReasonTellsWhatTheTokenHolds()
    {
        string[] claims = ["aud", "iss", "sub", "exp", "iat", "auth_time", "email"];
        foreach (var claim in claims)
        {
            var value = $"\"{(claim is "email" or "sub" ? new string('q', 400) : "qqqq")}\"";
            var rejected = Assert.IsType<VerificationResult.Rejected>(await VerifyAsync(Change(claim, value)));
            Assert.DoesNotContain("qqqq", rejected.Reason, StringComparison.Ordinal);
            Assert.DoesNotContain("asha", rejected.Reason, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static string Claims(Action<JsonObject> change) => TestTokens.FirebaseClaims(Now, change);

    private static string Change(string claim, string? json)
    {
        // By hand, because JsonNode refuses to write half of a surrogate pair or an infinite number.
        var members = JsonNode.Parse(TestTokens.FirebaseClaims(Now))!.AsObject().Where(member => member.Key != claim)
            .Select(member => $"\"{member.Key}\":{member.Value!.ToJsonString()}");
        return $"{{{string.Join(',', json is null ? members : members.Append($"\"{claim}\":{json}"))}}}";
    }

    private Task<VerificationResult> VerifyAsync(string payload) =>
        _verifier.VerifyAsync(TestTokens.NotSigned(payload), CancellationToken.None);
}
