using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ChaturMail.Core.Identity;
using ChaturMail.Tests.Support;

namespace ChaturMail.Tests.Unit.Identity;

/// <summary>RFC 7515 appendices A.1, A.2 and A.5, and what RFC 8725 warns of.</summary>
public sealed class JwsCompactTests
{
    private const string RfcPayload =
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

    private const string RfcHs256 =
        "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." + RfcPayload + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

    private const string RfcRs256 = "eyJhbGciOiJSUzI1NiJ9." + RfcPayload + "."
        + "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKB"
        + "YNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6Bf"
        + "I7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";

    private const string RfcUnsigned = "eyJhbGciOiJub25lIn0." + RfcPayload + ".";

    private static readonly byte[] RfcHmacKey =
        Base64Url.DecodeFromChars("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");

    private static readonly byte[] Key = "a key for tests of 32 bytes, no less"u8.ToArray();

    [Fact]
    public void TheHs256ExampleOfRfc7515IsAccepted()
    {
        var token = JwsCompact.Parse(RfcHs256)!;

        Assert.Equal(("HS256", "JWT", null), (token.Algorithm, token.Type, token.KeyId));
        Assert.Equal(
            "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}",
            Encoding.UTF8.GetString(token.Payload.Span));
        Assert.True(token.IsSignedWithHs256(RfcHmacKey));
        Assert.False(token.IsSignedWithHs256(RfcHmacKey.AsSpan(1)));
        Assert.False(token.IsUnsigned);
    }

    [Fact]
    public void TheRs256ExampleOfRfc7515IsAccepted()
    {
        using var key = RSA.Create(TestTokens.Rfc7515Key);
        using var another = RSA.Create(2048);
        var token = JwsCompact.Parse(RfcRs256)!;

        Assert.True(token.IsSignedWithRs256(key));
        Assert.False(token.IsSignedWithRs256(another));
        Assert.False(token.IsUnsigned);
    }

    [Fact]
    public void TheUnsecuredExampleOfRfc7515IsUnsignedAndNothingElse()
    {
        using var rsa = RSA.Create(TestTokens.Rfc7515Key);
        var token = JwsCompact.Parse(RfcUnsigned)!;

        Assert.True(token.IsUnsigned);
        Assert.False(token.IsSignedWithHs256(RfcHmacKey));
        Assert.False(token.IsSignedWithRs256(rsa));
    }

    [Fact]
    public void NoneWithASignatureIsNotUnsigned() => Assert.False(JwsCompact.Parse(RfcUnsigned + "AAAA")!.IsUnsigned);

    [Theory]
    [InlineData("hs256"), InlineData("Hs256"), InlineData("HS512"), InlineData("HS384"), InlineData("none"), InlineData("None")]
    [InlineData("NONE"), InlineData("RS256"), InlineData(""), InlineData("HS256 ")]
    public void AnotherAlgorithmInTheHeaderRefusesAGoodHs256Signature(string algorithm)
    {
        var token = JwsCompact.Parse(TestTokens.Hs256(Key, "{}", $$"""{"alg":"{{algorithm}}"}"""))!;

        Assert.False(token.IsSignedWithHs256(Key));
        Assert.False(token.IsUnsigned);
    }

    [Theory]
    [InlineData("rs256"), InlineData("RS512"), InlineData("PS256"), InlineData("none"), InlineData("HS256"), InlineData("")]
    public void AnotherAlgorithmInTheHeaderRefusesAGoodRs256Signature(string algorithm)
    {
        using var key = RSA.Create(TestTokens.Rfc7515Key);
        var token = JwsCompact.Parse(TestTokens.Rs256(TestTokens.Rfc7515Key, "{}", $$"""{"alg":"{{algorithm}}"}"""))!;

        Assert.False(token.IsSignedWithRs256(key));
    }

    [Fact]
    public void TheRsaPublicKeyIsNoHmacKey()
    {
        // RFC 8725 section 2.1: the public key is known to all, so a token "signed" with HS256 under it must not pass as RS256.
        using var rsa = RSA.Create(TestTokens.Rfc7515Key);
        foreach (var bytes in new[] { rsa.ExportSubjectPublicKeyInfo(), Encoding.UTF8.GetBytes(rsa.ExportSubjectPublicKeyInfoPem()) })
            foreach (var algorithm in new[] { "HS256", "RS256" })
                Assert.False(JwsCompact.Parse(TestTokens.Hs256(bytes, "{}", $$"""{"alg":"{{algorithm}}"}"""))!.IsSignedWithRs256(rsa));
    }

    [Fact]
    public void AnRs256SignatureIsNotTakenForHs256() =>
        Assert.False(JwsCompact.Parse(RfcRs256)!.IsSignedWithHs256(TestTokens.Rfc7515Key.Modulus));

    [Fact]
    public void AKeyThatTheTokenBringsIsNotUsed()
    {
        // RFC 8725 section 3.10 and the attack on "jwk": the header offers the key that the token is signed with.
        using var forger = RSA.Create(2048);
        using var rsa = RSA.Create(TestTokens.Rfc7515Key);
        var pair = forger.ExportParameters(true);
        var header = $$"""{"alg":"RS256","jwk":{{TestTokens.Jwk(pair, "k1").ToJsonString()}},"jku":"https://example.com/keys"}""";

        Assert.False(JwsCompact.Parse(TestTokens.Rs256(pair, "{}", header))!.IsSignedWithRs256(rsa));
    }

    [Theory]
    [InlineData(""), InlineData("."), InlineData(".."), InlineData("..."), InlineData("e30"), InlineData("e30.e30"), InlineData("...e30")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30"), InlineData("eyJhbGciOiJIUzI1NiJ9.e30.AA.AA"), InlineData(".e30.AA")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.AA.AA.AA")]
    public void OtherThanThreePartsIsRefused(string token) => Assert.Null(JwsCompact.Parse(token));

    [Theory]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.AA=="), InlineData("eyJhbGciOiJIUzI1NiJ9.e30=.AA"), InlineData("eyJhbGciOiJIUzI1NiJ9.e30.AA%3D")]
    [InlineData(" eyJhbGciOiJIUzI1NiJ9.e30.AA"), InlineData("eyJhbGciOiJIUzI1NiJ9.e30.AA\n"), InlineData("eyJhbGciOiJI UzI1NiJ9.e30.AA")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.++//"), InlineData("eyJhbGciOiJIUzI1NiJ9.e30.ÄÄÄÄ"), InlineData("eyJhbGciOiJIUzI1NiJ9.e30.A")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.e30.AAAAA"), InlineData("eyJhbGciOiJIUzI1NiJ9.e30.AA\0")]
    public void PaddingSpaceAndForeignLettersAreRefused(string token) => Assert.Null(JwsCompact.Parse(token));

    [Theory]
    [InlineData("AB"), InlineData("AP"), InlineData("AAB"), InlineData("AAD")]
    public void BitsToSpareMustBeZero(string signature) => Assert.Null(JwsCompact.Parse("eyJhbGciOiJIUzI1NiJ9.e30." + signature));

    [Fact]
    public void NoCharacterCanBeChangedWithoutNotice()
    {
        for (var at = 0; at < RfcHs256.Length; at++)
        {
            foreach (var other in "AQgw9-_.=")
            {
                if (RfcHs256[at] == other) continue;
                var changed = RfcHs256[..at] + other + RfcHs256[(at + 1)..];
                Assert.False(JwsCompact.Parse(changed)?.IsSignedWithHs256(RfcHmacKey) ?? false, $"'{other}' at {at}");
            }
        }
    }

    [Fact]
    public void NoBeginningOfATokenIsAccepted()
    {
        for (var length = 0; length < RfcHs256.Length; length++)
            Assert.False(JwsCompact.Parse(RfcHs256.AsSpan(0, length))?.IsSignedWithHs256(RfcHmacKey) ?? false);
    }

    [Theory]
    [InlineData("""{"alg":"HS256","crit":["exp"],"exp":1}"""), InlineData("""{"alg":"HS256","crit":[]}""")]
    [InlineData("""{"alg":"HS256","crit":["b64"],"b64":false}"""), InlineData("""{"alg":"HS256","crit":null}""")]
    public void ACriticalExtensionIsRefused(string header) => Assert.Null(JwsCompact.Parse(TestTokens.Hs256(Key, "{}", header)));

    [Theory]
    [InlineData("""{"alg":"none","alg":"HS256"}"""), InlineData("""{"alg":"HS256","\u0061lg":"none"}""")]
    [InlineData("""{"alg":"HS256","x":{"y":1,"y":2}}""")]
    public void ARepeatedMemberIsRefused(string header) => Assert.Null(JwsCompact.Parse(TestTokens.Hs256(Key, "{}", header)));

    [Theory]
    [InlineData("{}"), InlineData("[]"), InlineData("\"HS256\""), InlineData("null"), InlineData("1"), InlineData(""), InlineData("{")]
    [InlineData("""{"alg":null}"""), InlineData("""{"alg":1}"""), InlineData("""{"alg":["HS256"]}"""), InlineData("""{"ALG":"HS256"}""")]
    [InlineData("""{"alg":"HS256",}"""), InlineData("""{"alg":"HS256"}{}"""), InlineData("""{"alg":"HS256"/**/}""")]
    [InlineData("\uFEFF{\"alg\":\"HS256\"}"), InlineData("""{"alg":"HS256","kid":7}"""), InlineData("""{"alg":"HS256","typ":[]}""")]
    [InlineData("""{"alg":"\ud800"}"""), InlineData("""{"alg":"HS256","\ud800":1}""")]
    [InlineData("""{"alg":"HS256","a":[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]}""")]
    public void AHeaderThatIsNotAJsonObjectWithATextForAlgIsRefused(string header) =>
        Assert.Null(JwsCompact.Parse(TestTokens.Part(header) + ".e30.AA"));

    [Fact]
    public void AHeaderThatIsNotUtf8IsRefused()
    {
        var header = Base64Url.EncodeToString([.. "{\"alg\":\"HS256\",\"x\":\""u8, 0xC3, 0x28, .. "\"}"u8]);

        Assert.Null(JwsCompact.Parse(header + ".e30.AA"));
    }

    [Fact]
    public void ATokenOfMoreThan8KilobytesIsRefused()
    {
        var start = TestTokens.Part("""{"alg":"HS256"}""") + ".e30.";

        Assert.NotNull(JwsCompact.Parse(start + new string('A', JwsCompact.MaxLength - start.Length)));
        Assert.Null(JwsCompact.Parse(start + new string('A', JwsCompact.MaxLength - start.Length + 1)));
        Assert.Null(JwsCompact.Parse(new string('A', 1_000_000)));
    }

    [Fact]
    public void NothingInATokenMakesItThrow()
    {
        var random = new Random(7515);
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = new byte[random.Next(1, 60)];
            random.NextBytes(bytes);
            var header = random.Next(2) == 0 ? Base64Url.EncodeToString(bytes) : TestTokens.Part("""{"alg":"HS256"}""");
            var payload = Base64Url.EncodeToString(bytes);
            using var claims = JwsCompact.Parse(header + "." + payload + "." + payload)?.ReadClaims();
        }
    }
}
