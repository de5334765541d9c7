using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ChaturMail.Core.Identity;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Identity;

/// <summary>Several keys at once: one signs, all of them check, and a token that names its key is checked with no other.</summary>
public sealed class KeyRotationTests
{
    private const string Old = "mT4zq9Lr0vXc7Kp2Ws8Yb5Nd1Hf6Jg3Ae";
    private const string New = "kJ8vQ2mZx7Lr4Tn9Wb3Yc6Hd1Fg5Ps0AqR";

    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000);

    private readonly ManualTimeProvider _time = new(Start);

    // Told first, then swapped, then the old one left out: two neighbouring states are in use at a time.
    [Fact]
    public void InEachStepOfARotationTheInstancesOfTwoStepsTakeEachOthersTokens()
    {
        SessionTokens[] steps = [Tokens(Old), Tokens(Old, New), Tokens(New, Old), Tokens(New)];
        for (var step = 1; step < steps.Length; step++)
        {
            // From the last step on nothing that the old key signed is left: its tokens have expired.
            if (step < steps.Length - 1) AssertValid(steps[step], steps[step - 1].Issue("u1", "", "d"));
            AssertValid(steps[step - 1], steps[step].Issue("u1", "", "d"));
        }

        AssertInvalid("unknown_key", steps[3], steps[0].Issue("u1", "", "d"));
    }

    [Fact]
    public void ATokenOfTheNodeBackendNamesNoKeyAndMayBeSignedWithAny()
    {
        AssertValid(Tokens(New, Old), TestTokens.Hs256(Old, TestTokens.SessionClaims(Start)));
        AssertValid(Tokens(New, Old), TestTokens.Hs256(New, TestTokens.SessionClaims(Start)));
        AssertInvalid("bad_signature", Tokens(New), TestTokens.Hs256(Old, TestTokens.SessionClaims(Start)));
    }

    [Fact]
    public void AKeyIdIsADigestUnderTheKeyAndSaysNothingOfIt()
    {
        var id = Tokens(New, Old).KeyId;
        using var header = JsonDocument.Parse(StrictBase64Url.Decode(Tokens(New).Issue("u1", "", "d").Split('.')[0])!);

        Assert.Equal(id, header.RootElement.GetProperty("kid").GetString());
        Assert.Equal(8, StrictBase64Url.Decode(id)!.Length);
        Assert.NotEqual(id, Tokens(Old).KeyId);
        Assert.DoesNotContain(id, New, StringComparison.Ordinal);
        Assert.NotEqual(SHA256.HashData(Encoding.UTF8.GetBytes(New))[..8], StrictBase64Url.Decode(id)!);
    }

    [Fact]
    public void ANamedKeyIsTheOnlyOneThatIsTried()
    {
        var tokens = Tokens(New, Old);
        var named = tokens.KeyId;

        AssertInvalid("bad_signature", tokens, Signed(Old, $$"""{"alg":"HS256","typ":"JWT","kid":"{{named}}"}"""));
        AssertValid(tokens, Signed(New, $$"""{"alg":"HS256","typ":"JWT","kid":"{{named}}"}"""));
    }

    [Theory]
    [InlineData("2024"), InlineData(""), InlineData("../../../dev/null"), InlineData("' OR 1=1 --"), InlineData("0"), InlineData("\\u0000")]
    public void AKeyIdThatIsNoneOfOursIsRefusedWhateverTheSignature(string id) =>
        AssertInvalid("unknown_key", Tokens(New, Old), Signed(New, $$"""{"alg":"HS256","typ":"JWT","kid":"{{id}}"}"""));

    [Theory]
    [InlineData("7"), InlineData("[]"), InlineData("{}"), InlineData("true"), InlineData("\"\\ud800\"")]
    public void AKeyIdThatIsNoTextIsMalformed(string json) =>
        AssertInvalid("malformed", Tokens(New, Old), Signed(New, $$"""{"alg":"HS256","typ":"JWT","kid":{{json}}}"""));

    [Fact]
    public void TwoKeyIdsInOneHeaderAreMalformed() => AssertInvalid(
        "malformed", Tokens(New, Old), Signed(New, $$"""{"alg":"HS256","kid":"{{Tokens(New).KeyId}}","kid":"{{Tokens(Old).KeyId}}"}"""));

    [Fact]
    public void AKeyOfTheTokensOwnIsNotLookedAt() => AssertInvalid( // RFC 7515 section 4.1.3: jwk.
        "bad_signature", Tokens(New), Signed("the attacker's own key", """{"alg":"HS256","typ":"JWT","jwk":{"kty":"oct","k":"dGhlIGF0dGFja2VyJ3Mgb3duIGtleQ"}}"""));

    [Fact]
    public void TheSessionIsNamedAndOnlyATokenWithoutOneHasALegacyId()
    {
        var tokens = Tokens(New);
        var ours = AssertValid(tokens, tokens.Issue("u1", "", "d", "session-1"));
        Assert.Equal(("session-1", null, null), (ours.SessionId, ours.LegacyId, ours.ReplacementSessionId));

        var before = AssertValid(tokens, tokens.Issue("u1", "", "d"));
        Assert.Equal((null, before.TokenId), (before.SessionId, before.LegacyId));

        var node = TestTokens.Hs256(New, TestTokens.SessionClaims(Start));
        var other = TestTokens.Hs256(New, TestTokens.SessionClaims(Start.AddSeconds(1)));
        Assert.Equal(43, AssertValid(tokens, node).LegacyId!.Length);
        Assert.Equal(AssertValid(tokens, node).LegacyId, AssertValid(tokens, node).LegacyId);
        Assert.NotEqual(AssertValid(tokens, node).LegacyId, AssertValid(tokens, other).LegacyId);
        Assert.Equal(22, AssertValid(tokens, node).ReplacementSessionId!.Length);
        Assert.NotEqual(AssertValid(tokens, node).ReplacementSessionId, AssertValid(tokens, other).ReplacementSessionId);
    }

    [Theory]
    [InlineData("7"), InlineData("\"\""), InlineData("[\"a\"]"), InlineData("\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"")]
    public void ASessionIdThatCannotBeOursIsMalformed(string json) => AssertInvalid(
        "malformed", Tokens(New), TestTokens.Hs256(New, TestTokens.SessionClaims(Start)[..^1] + $",\"sid\":{json}}}"));

    [Fact]
    public void ATokenMayEndWithItsSession()
    {
        var claims = AssertValid(Tokens(New), Tokens(New).Issue("u1", "", "d", "s", Start.AddDays(3)));
        Assert.Equal(Start.AddDays(3), claims.Expires);
        Assert.Equal(Start.AddDays(30), AssertValid(Tokens(New), Tokens(New).Issue("u1", "", "d", "s", Start.AddDays(300))).Expires);
    }

    [Fact]
    public void FivePreviousKeysMayBeAndNoneMayBeEmpty()
    {
        var five = Enumerable.Range(0, 5).Select(i => Old + i).ToArray();
        AssertValid(Tokens(New, five), Tokens(Old + "4").Issue("u1", "", "d"));
        AssertValid(Tokens(New, [.. five, New]), Tokens(New).Issue("u1", "", "d"));
        Assert.Throws<ArgumentException>(() => Tokens(New, [.. five, Old]));
        Assert.Throws<ArgumentException>(() => Tokens(New, ""));
    }

    [Fact]
    public void PreviousKeysAreSeparatedByCommasAndHeldToTheSameStrength()
    {
        Assert.Equal([Old, New], SessionKey.ReadPrevious($" {Old} ,{New},", strong: true, out var fine));
        Assert.Null(fine);
        Assert.Empty(SessionKey.ReadPrevious(null, strong: true, out _));
        Assert.Equal(["weak"], SessionKey.ReadPrevious("weak", strong: false, out var inDevelopment));
        Assert.Null(inDevelopment);

        SessionKey.ReadPrevious($"{Old},weak", strong: true, out var weak);
        Assert.StartsWith("JWT_PREVIOUS_KEYS, key 2, is shorter than 32 bytes", weak, StringComparison.Ordinal);
        SessionKey.ReadPrevious("a,b,c,d,e,f", strong: false, out var many);
        Assert.StartsWith("JWT_PREVIOUS_KEYS holds more than 5 keys", many, StringComparison.Ordinal);
    }

    private SessionTokens Tokens(string key, params string[] previous) => new(key, previous, _time);

    private static string Signed(string key, string header) => TestTokens.Hs256(key, TestTokens.SessionClaims(Start), header);

    private static SessionClaims AssertValid(SessionTokens tokens, string token) => Assert.IsType<SessionVerification.Valid>(tokens.Verify(token)).Claims;

    private static void AssertInvalid(string reason, SessionTokens tokens, string token) =>
        Assert.Equal(new SessionVerification.Invalid(reason), tokens.Verify(token));
}
