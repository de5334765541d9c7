using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ChaturMail.Core.Identity;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Identity;

public sealed class SessionTokensTests
{
    private const string Key = "mT4zq9Lr0vXc7Kp2Ws8Yb5Nd1Hf6Jg3Ae";
    private const string Header = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";

    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeSeconds(1_750_000_000);

    private readonly ManualTimeProvider _time = new(Start);
    private readonly SessionTokens _tokens;

    public SessionTokensTests() => _tokens = new SessionTokens(Key, _time);

    // Made by npm jsonwebtoken 9.0.3 on Node 20: jwt.sign({email, uid, iat: 1750000000}, key, {expiresIn: '30d'}).
    [Theory]
    [InlineData(Key, "asha.rao@example.com", "Zk3T9pQ0rXgJ5bN1mVwYc8LdA2f1", Header
        + "eyJlbWFpbCI6ImFzaGEucmFvQGV4YW1wbGUuY29tIiwidWlkIjoiWmszVDlwUTByWGdKNWJOMW1Wd1ljOExkQTJmMSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUy"
        + "NTkyMDAwfQ.gsJcrNRAcv7tEjYuIIcdd4TlKLnLIemQyuy0K-usYTM")]
    [InlineData(Key, "ravi@example.com", "u1", Header
        + "eyJlbWFpbCI6InJhdmlAZXhhbXBsZS5jb20iLCJ1aWQiOiJ1MSIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUyNTkyMDAwfQ"
        + ".O0GsaoIENoMjCMBX-Em5iEnQILxoeDjOz3R2jJt-ONA")]
    [InlineData("schlüssel-ключ-🔑-mT4zq9Lr0vXc7Kp2Ws8Y", "zoë@例え.example", "ü\"\\-😀", Header
        + "eyJlbWFpbCI6Inpvw6tA5L6L44GILmV4YW1wbGUiLCJ1aWQiOiLDvFwiXFwt8J-YgCIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUyNTkyMDAwfQ"
        + ".C4xA_x2zNh3rRs4nRimXJ8RlOLx9Xv1B_H9PHb-W9f8")]
    [InlineData(Key, "", "u2", Header // The email was undefined.
        + "eyJ1aWQiOiJ1MiIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUyNTkyMDAwfQ.IaT5zCi6TGF3ThtLn8yf38qwyquKVH_B6-rvYVdGNrk")]
    [InlineData(Key, "a@example.com", "u3", Header // iat and exp with 0.75 s to them.
        + "eyJlbWFpbCI6ImFAZXhhbXBsZS5jb20iLCJ1aWQiOiJ1MyIsImlhdCI6MTc1MDAwMDAwMC43NSwiZXhwIjoxNzUyNTkyMDAwLjc1fQ"
        + ".RzZiv5uIrzStJaJNh-LRr6zma7kSWkdobaMsxZtAn88")]
    public void ATokenSignedByTheNodeBackendIsAccepted(string key, string email, string uid, string token)
    {
        var tokens = new SessionTokens(key, _time);
        var claims = new SessionClaims(uid, email, Start, Start.AddDays(30), null, null)
        {
            LegacyId = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token))),
        };

        Assert.Equal(new SessionVerification.Valid(claims), tokens.Verify(token));
        _time.Set(Start.AddDays(30).AddSeconds(-1));
        Assert.IsType<SessionVerification.Valid>(tokens.Verify(token));
        _time.Set(Start.AddDays(30));
        Assert.Equal(new SessionVerification.Invalid("expired"), tokens.Verify(token));
    }

    [Fact]
    public void AnIssuedTokenIsAccepted()
    {
        _time.Advance(TimeSpan.FromMilliseconds(999));
        var valid = Assert.IsType<SessionVerification.Valid>(_tokens.Verify(_tokens.Issue("u1", "o'neil+tag@example.com", "66f1a2")));

        Assert.Equal(("u1", "o'neil+tag@example.com", "66f1a2"), (valid.Claims.Uid, valid.Claims.Email, valid.Claims.Subject));
        Assert.Equal((Start, Start.AddDays(30)), (valid.Claims.IssuedAt, valid.Claims.Expires));
    }

    [Fact]
    public void AnIssuedTokenHasTheHeaderAndTheClaimsOfTheContract()
    {
        var token = _tokens.Issue("u1", "zoë@example.com", "66f1a2", "session-1");
        using var claims = JwsCompact.Parse(token)!.ReadClaims()!;

        Assert.Equal($$"""{"alg":"HS256","typ":"JWT","kid":"{{_tokens.KeyId}}"}""", Encoding.ASCII.GetString(StrictBase64Url.Decode(token.Split('.')[0])!));
        Assert.Equal(["email", "uid", "iat", "exp", "sub", "sid", "jti"], claims.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(1_750_000_000, claims.RootElement.GetProperty("iat").GetInt64());
        Assert.Equal(1_752_592_000, claims.RootElement.GetProperty("exp").GetInt64());
        Assert.Equal(JsonValueKind.String, claims.RootElement.GetProperty("email").ValueKind);
    }

    [Fact]
    public void EachTokenHasAnIdOf128RandomBits()
    {
        var ids = Enumerable.Range(0, 100)
            .Select(_ => ((SessionVerification.Valid)_tokens.Verify(_tokens.Issue("u1", "", "d"))).Claims.TokenId!).ToList();

        Assert.Equal(100, ids.Distinct().Count());
        Assert.All(ids, id => Assert.Equal(16, StrictBase64Url.Decode(id)!.Length));
    }

    [Fact]
    public void TheLongestUidAndAddressFitIntoAToken()
    {
        var uid = string.Concat(Enumerable.Repeat("\u0001", 128));
        var email = string.Concat(Enumerable.Repeat("\u0001", 320));

        Assert.IsType<SessionVerification.Valid>(_tokens.Verify(_tokens.Issue(uid, email, "d")));
    }

    [Fact]
    public void ATokenForNobodyIsNotIssued()
    {
        Assert.Throws<ArgumentException>(() => _tokens.Issue("", "a@example.com", "d"));
        Assert.Throws<ArgumentOutOfRangeException>(() => _tokens.Issue(new string('u', 129), "a@example.com", "d"));
        Assert.Throws<ArgumentException>(() => _tokens.Issue("u1", "a@example.com", ""));
        Assert.Throws<ArgumentException>(() => new SessionTokens("", _time));
    }

    [Fact]
    public void ATokenUnderAnotherKeyIsRefused() => Assert.Equal(
        new SessionVerification.Invalid("unknown_key"), _tokens.Verify(new SessionTokens(Key + "x", _time).Issue("u1", "", "d")));

    [Fact]
    public void AChangedClaimIsRefused()
    {
        var parts = _tokens.Issue("u1", "", "d").Split('.');
        var other = _tokens.Issue("u2", "", "d").Split('.');

        AssertInvalid("bad_signature", $"{parts[0]}.{other[1]}.{parts[2]}");
        AssertInvalid("bad_signature", $"{parts[0]}.{parts[1]}.");
        AssertInvalid("bad_signature", $"{parts[0]}.{parts[1]}.{parts[2][..^3]}");
    }

    [Theory]
    [InlineData(null), InlineData(""), InlineData("null"), InlineData("undefined"), InlineData("Bearer x"), InlineData("a.b.c")]
    [InlineData("..")]
    public void WhatIsNoTokenIsMalformed(string? token) => AssertInvalid("malformed", token!);

    [Fact]
    public void ATokenWithAlgNoneIsRefused() => AssertInvalid("malformed", TestTokens.NotSigned(TestTokens.SessionClaims(Start)));

    [Fact]
    public void AnRs256TokenIsRefused() =>
        AssertInvalid("malformed", TestTokens.Rs256(TestTokens.Rfc7515Key, TestTokens.SessionClaims(Start)));

    [Fact]
    public void AnHs512TokenOfTheRightKeyIsRefused() => AssertInvalid("malformed", // By npm jsonwebtoken, algorithm: 'HS512'.
        "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9."
        + "eyJlbWFpbCI6ImFAZXhhbXBsZS5jb20iLCJ1aWQiOiJ1NCIsImlhdCI6MTc1MDAwMDAwMCwiZXhwIjoxNzUyNTkyMDAwfQ"
        + ".knPv1OJP2Hju3cjn3ctdfHC_BtxL92dyY-e7wR-CTkfylpjyibyOpVh4NkvoKuubfdT28OSLfMEGmkp_o29R2w");

    [Theory]
    [InlineData("hs256"), InlineData("Hs256"), InlineData("none"), InlineData("RS256")]
    public void AnotherAlgorithmInTheHeaderIsRefused(string algorithm) => AssertInvalid("malformed",
        TestTokens.Hs256(Key, TestTokens.SessionClaims(Start), $$"""{"alg":"{{algorithm}}","typ":"JWT"}"""));

    [Theory]
    [InlineData("at+jwt"), InlineData("reset+jwt"), InlineData("")]
    public void ATokenOfAnotherTypeIsRefused(string type) => AssertInvalid("malformed",
        TestTokens.Hs256(Key, TestTokens.SessionClaims(Start), $$"""{"alg":"HS256","typ":"{{type}}"}"""));

    [Theory]
    [InlineData("""{"alg":"HS256"}"""), InlineData("""{"typ":"jwt","alg":"HS256"}""")]
    public void OtherSpellingsOfTheHeaderAreAccepted(string header) =>
        Assert.IsType<SessionVerification.Valid>(_tokens.Verify(TestTokens.Hs256(Key, TestTokens.SessionClaims(Start), header)));

    [Fact]
    public void AnAddressThatIsNullIsAnEmptyOne()
    {
        var claims = TestTokens.SessionClaims(Start, members => members["email"] = null);
        Assert.Equal("", Assert.IsType<SessionVerification.Valid>(_tokens.Verify(TestTokens.Hs256(Key, claims))).Claims.Email);
    }

    [Theory]
    [InlineData("uid", null), InlineData("uid", "\"\""), InlineData("uid", "7"), InlineData("uid", "null")]
    [InlineData("uid", "{\"$ne\":null}")]
    [InlineData("iat", null), InlineData("iat", "\"1750000000\""), InlineData("iat", "null"), InlineData("iat", "-1")]
    [InlineData("iat", "1e999")]
    [InlineData("exp", null), InlineData("exp", "\"1752592000\""), InlineData("exp", "null"), InlineData("exp", "true")]
    [InlineData("exp", "1e300")]
    [InlineData("nbf", "\"0\""), InlineData("nbf", "null"), InlineData("email", "7"), InlineData("sub", "7")]
    [InlineData("jti", "[]"), InlineData("uid", "\"\\ud800\"")]
    public void AClaimThatIsMissingOrOfAnotherTypeIsMalformed(string claim, string? json)
    {
        var members = JsonNode.Parse(TestTokens.SessionClaims(Start))!.AsObject().Where(member => member.Key != claim)
            .Select(member => $"\"{member.Key}\":{member.Value!.ToJsonString()}");
        if (json is not null) members = members.Append($"\"{claim}\":{json}");

        AssertInvalid("malformed", TestTokens.Hs256(Key, $"{{{string.Join(',', members)}}}"));
    }

    [Fact]
    public void AUidHas128CharactersAtMost()
    {
        Assert.IsType<SessionVerification.Valid>(_tokens.Verify(Signed(claims => claims["uid"] = new string('u', 128))));
        AssertInvalid("malformed", Signed(claims => claims["uid"] = new string('u', 129)));
    }

    [Theory]
    [InlineData("""{"uid":"u1","uid":"u2","iat":1750000000,"exp":1752592000}""")]
    [InlineData("""{"uid":"u1","\u0075id":"u2","iat":1750000000,"exp":1752592000}""")]
    [InlineData("[]"), InlineData(""), InlineData("u1"), InlineData("""{"uid":"u1","iat":1750000000,"exp":1752592000}x""")]
    public void SignedClaimsThatAreNoObjectOrRepeatAMemberAreMalformed(string payload) =>
        AssertInvalid("malformed", TestTokens.Hs256(Key, payload));

    [Fact]
    public void TheSignatureIsCheckedBeforeTheClaimsAreRead() => AssertInvalid("bad_signature", TestTokens.Hs256("another", "not JSON"));

    [Fact]
    public void AClockAMinuteAheadIsForgivenAndNoMore()
    {
        Assert.IsType<SessionVerification.Valid>(_tokens.Verify(TestTokens.Hs256(Key, TestTokens.SessionClaims(Start.AddSeconds(60)))));
        AssertInvalid("not_yet_valid", TestTokens.Hs256(Key, TestTokens.SessionClaims(Start.AddSeconds(61))));
    }

    [Fact]
    public void ATokenIsNotGoodBeforeItsNbf()
    {
        var now = Start.ToUnixTimeSeconds();

        Assert.IsType<SessionVerification.Valid>(_tokens.Verify(Signed(claims => claims["nbf"] = now + 60)));
        AssertInvalid("not_yet_valid", Signed(claims => claims["nbf"] = now + 61));
    }

    [Fact]
    public void ATokenThatWouldLastLongerThanASessionIsRefused()
    {
        var longest = Start.AddDays(30).AddSeconds(60).ToUnixTimeSeconds();

        Assert.IsType<SessionVerification.Valid>(_tokens.Verify(Signed(claims => claims["exp"] = longest)));
        AssertInvalid("too_long_lived", Signed(claims => claims["exp"] = longest + 1));
    }

    [Fact]
    public void ManyMayVerifyAtOnce()
    {
        var token = _tokens.Issue("u1", "", "d");

        Parallel.For(0, 1_000, _ => Assert.IsType<SessionVerification.Valid>(_tokens.Verify(token)));
    }

    [Fact]
    public void VerifyingAllocatesLittle()
    {
        var token = _tokens.Issue("Zk3T9pQ0rXgJ5bN1mVwYc8LdA2f1", "asha.rao@example.com", "66f1a2b3c4d5e6f708192a3b", "AAAAAAAAAAAAAAAAAAAAAA");
        for (var round = 0; round < 100; round++) _tokens.Verify(token);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 100; round++) _tokens.Verify(token);

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 100, 1, 2_000);
    }

    private static string Signed(Action<JsonObject> change) =>
        TestTokens.Hs256(Key, TestTokens.SessionClaims(Start, change));

    private void AssertInvalid(string reason, string token) => Assert.Equal(new SessionVerification.Invalid(reason), _tokens.Verify(token));
}
